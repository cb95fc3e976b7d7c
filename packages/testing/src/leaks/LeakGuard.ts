import type { AnyActorRef, InspectionEvent } from 'xstate';
import { CreationPlace } from '../CreationPlace.ts';
import type { PendingTimer } from '../errors.ts';
import type { VirtualClock } from '../VirtualClock.ts';
import { describeActor, describeDelayed, isActorRef, pathOf } from './actorWords.ts';
import { LeakError, type Leaks } from './LeakError.ts';

export interface LeakGuardOptions {
  /** The clock that the actors and everything else is given. With `trackCreation` it is told where each leak was created. */
  readonly clock: VirtualClock;
}

type System = AnyActorRef['system'];

/** An actor that was started and, as far as it was seen, not stopped. */
interface Seen {
  readonly actor: AnyActorRef;
  readonly place: CreationPlace | undefined;
}

/**
 * Watches what is created from now on, and tells what of it is still alive.
 *
 * G1. An actor is alive from its start until it has stopped, is done or has failed. One that never started holds nothing.
 * G2. A timer is alive while the clock has it armed. Those that were armed before the guard was made are not its business.
 * G3. What XState schedules is told apart from other timers at the moment when it is armed: its entry among the scheduled
 *     events of its system is then new.
 */
export class LeakGuard implements Disposable {
  readonly #clock: VirtualClock;
  readonly #newest: number;
  readonly #created = new WeakMap<object, CreationPlace>();
  readonly #alive = new Map<string, Seen>();
  readonly #systems = new Set<System>();
  readonly #known = new WeakSet<object>();
  readonly #unname: () => void;

  constructor({ clock }: LeakGuardOptions) {
    this.#clock = clock;
    this.#newest = clock.pending().reduce((newest, { id }) => Math.max(newest, id), 0);
    this.#unname = clock.nameTimers(() => this.#nameArmed());
  }

  /** For `createActor(…, { inspect })` and `createMessaging({ inspect })`. */
  readonly inspect = (event: InspectionEvent): void => {
    const actor = event.actorRef;
    if (!isActorRef(actor)) return;
    if (event.type === '@xstate.actor') {
      this.#systems.add(actor.system);
      if (this.#clock.trackCreation) this.#created.set(actor, new CreationPlace());
    } else if (event.type === '@xstate.event' && event.event.type === 'xstate.init') {
      this.#alive.set(actor.sessionId, { actor, place: this.#created.get(actor) });
    } else if (event.type === '@xstate.snapshot') {
      // Not every logic says in its snapshot that it was stopped.
      const isOver = event.event.type === 'xstate.stop' || event.snapshot.status !== 'active';
      if (!isOver) return;
      this.#alive.delete(actor.sessionId);
      if (actor._parent === undefined) this.#systems.delete(actor.system);
    }
  };

  /** What is alive now. */
  leaks(): Leaks {
    const nowMs = this.#clock.now();
    const timers = this.#clock.pending().filter(({ id }) => id > this.#newest);
    return {
      timers: timers.map((timer) => readTimer(timer, nowMs)),
      actors: this.#living().map(({ actor, place }) => ({
        id: actor.id,
        sessionId: actor.sessionId,
        path: pathOf(actor),
        what: describeActor(actor),
        createdAt: place?.describe(),
      })),
    };
  }

  /** Throws LeakError when anything is alive. Call it when everything was stopped, and what takes promises to stop has settled. */
  expectNone(): void {
    const leaks = this.leaks();
    if (leaks.timers.length + leaks.actors.length > 0) throw new LeakError(leaks, this.#clock.trackCreation);
  }

  /** Ends the watching of timers. */
  [Symbol.dispose](): void {
    this.#unname();
  }

  // G1. One whose transition threw is reported by no inspection event.
  #living(): readonly Seen[] {
    for (const [sessionId, { actor }] of this.#alive) {
      if (actor.getSnapshot().status === 'error') this.#alive.delete(sessionId);
    }
    return [...this.#alive.values()];
  }

  // G3
  #nameArmed(): string | undefined {
    for (const system of this.#systems) {
      if (system._clock !== this.#clock) continue;
      for (const scheduled of Object.values(system.getSnapshot()._scheduledEvents)) {
        if (this.#known.has(scheduled)) continue;
        this.#known.add(scheduled);
        return describeDelayed(scheduled.event, scheduled.source, scheduled.target);
      }
    }
    return undefined;
  }
}

function readTimer({ createdAt, dueMs, id, what }: PendingTimer, nowMs: number): Leaks['timers'][number] {
  return { id, what: what ?? 'timer', dueInMs: dueMs - nowMs, createdAt };
}

/**
 * A guard that tells after a stop what has not stopped: timers of the clock, and actors of XState.
 *
 * ```ts
 * const clock = new VirtualClock({ trackCreation: true });
 * const guard = watchForLeaks({ clock });
 * const messaging = createMessaging({ channels, clock, inspect: guard.inspect });
 * // …
 * await messaging.stop();
 * guard.expectNone();
 * ```
 */
export function watchForLeaks(options: LeakGuardOptions): LeakGuard {
  return new LeakGuard(options);
}
