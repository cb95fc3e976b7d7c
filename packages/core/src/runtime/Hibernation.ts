import { hibernate, type WakeListener, wake } from '@holdfast/compile';
import type { ActorRefFrom } from 'xstate';
import type { instanceMachine } from '../machine/instanceMachine.ts';
import type { InstanceSnapshot } from '../machine/selectors.ts';
import { type Clock, maxTimerMs, setIdleTimeout } from '../ports/clock.ts';

/** How long nothing has to happen to an instance, when nobody says so. As in the original. Milliseconds. */
const defaultAfterMs = 30 * 60_000;

/** How often it is looked at in that time. */
const looks = 4;

/** When to look again after what has woken it is probably over: a round trip to the peer. Milliseconds. */
const soonMs = 1_000;

/**
 * Lets the actors of an instance go when nothing has happened to its chart for long; what works for them, the queue and the open read go on.
 *
 * B1. It hibernates when its chart has been in one place with one context for `afterMs`, or up to a quarter of that later.
 * B2. What wakes it and changes nothing of it, as a probe that comes back does, has it hibernate again soon after.
 * B3. While it hibernates there is no timer for this, and no process goes on for one.
 */
export class Hibernation implements WakeListener {
  readonly #actor: ActorRefFrom<typeof instanceMachine>;
  readonly #clock: Clock;
  readonly #betweenMs: number;
  /** How it was when it was last looked at. */
  #seen: InstanceSnapshot | undefined;
  /** How often in a row it was so. */
  #same = 0;
  /** How long what keeps it awake is given. */
  #patienceMs = soonMs;
  #timer: unknown;
  #isAsleep = false;
  #isOver = false;

  constructor(actor: ActorRefFrom<typeof instanceMachine>, clock: Clock, afterMs = defaultAfterMs) {
    this.#actor = actor;
    this.#clock = clock;
    this.#betweenMs = Math.min(afterMs / looks, maxTimerMs);
  }

  start(): void {
    this.#arm(this.#betweenMs);
  }

  get isAsleep(): boolean {
    return this.#isAsleep;
  }

  /** From here on it stays awake. Idempotent. */
  end(): void {
    this.#isOver = true;
    this.#disarm();
    wake(this.#actor);
  }

  /** B2. It is as it was: what has woken it comes after this. */
  onWake(): void {
    this.#isAsleep = false;
    this.#seen = this.#actor.getSnapshot();
    this.#patienceMs = soonMs;
    this.#arm(soonMs);
  }

  #look(): void {
    this.#timer = undefined;
    if (this.#isOver) return;
    const snapshot = this.#actor.getSnapshot();
    if (snapshot === this.#seen) this.#same += 1;
    else this.#same = 0;
    this.#seen = snapshot;
    if (this.#same < looks) return this.#arm(this.#betweenMs);
    this.#isAsleep = hibernate(this.#actor, this);
    // It has the actors.
    if (this.#isAsleep) this.#seen = undefined;
    else this.#insist();
  }

  /** A round trip under way is soon over; what else keeps it awake may do so for ever. */
  #insist(): void {
    this.#arm(this.#patienceMs);
    this.#patienceMs *= 2;
  }

  #arm(delayMs: number): void {
    if (this.#isOver) return;
    this.#timer = setIdleTimeout(this.#clock, () => this.#look(), Math.min(delayMs, this.#betweenMs));
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
