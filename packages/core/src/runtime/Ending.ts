import { InstanceStoppedError } from '../errors.ts';
import type { InstanceCommand } from '../machine/instanceModel.ts';
import type { InstanceSnapshot } from '../machine/selectors.ts';
import type { OutboxAccount } from '../policy/outbox.ts';
import { type Clock, maxTimerMs } from '../ports/clock.ts';
import type { Json } from '../schema/json.ts';
import type { QueuedMessage } from '../schema/message.ts';
import { type Reason, readReason, refused } from './notifyInput.ts';
import type { OpenChannel } from './OpenChannel.ts';

export interface StopOptions {
  /** When `stop` settles at the latest. Milliseconds, default 10,000; 0 stops without finishing anything. */
  readonly deadlineMs?: number | undefined;
  /** Shown in the `instance.stopped` signal. An ordinary stop has none. */
  readonly reason?: Reason | undefined;
}

/**
 * What became of the messages that the instance accepted, exactly:
 * accepted = sent + failed + expired + withdrawn + unknown + handedBack.length.
 */
export interface StopAccount extends OutboxAccount {
  /**
   * Certainly not sent, in the order of each conversation: yours again. Where there is a store they stay in it, and the
   * instance sends them when it is started again.
   */
  readonly handedBack: readonly QueuedMessage[];
  /**
   * Of the unknown ones those that the stop cut off, in the order of each conversation: the peer may have taken them or not.
   * Where there is a store, the next start deals with them as `sender.unknownOutcome` says.
   */
  readonly uncertain: readonly QueuedMessage[];
}

/** The account of an instance that has accepted nothing. */
export const emptyAccount: StopAccount = {
  accepted: 0,
  sent: 0,
  failed: 0,
  expired: 0,
  withdrawn: 0,
  unknown: 0,
  handedBack: Object.freeze([]),
  uncertain: Object.freeze([]),
};

/** `told`: by `stop`. `by itself`: by an event from elsewhere. `crash`: the chart broke. */
export type End = 'told' | 'by itself' | 'crash';

/** What runs its chart. */
export interface Course {
  getSnapshot(): InstanceSnapshot;
  send(event: InstanceCommand): void;
}

/** Whose end it is. */
interface Mortal {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly channel: OpenChannel | undefined;
  /** Makes the instance's id free for another. Idempotent. */
  free(): void;
}

/**
 * How an instance ends: told to, or by itself.
 *
 * E1. However it ends, every message is handed back or settled, the link is closed, and only then the id is free.
 * E2. `stop` settles at its deadline at the latest, whatever the channel does.
 */
export class Ending {
  readonly #course: Course;
  readonly #mortal: Mortal;
  /** Known when nothing of it is left. */
  #how: End | undefined;
  #listeners: readonly ((how: End) => void)[] = nobody;
  /** Made for who asks: a process may have a hundred thousand instances. */
  #ended: Promise<End> | undefined;
  #left: Pick<StopAccount, 'handedBack' | 'uncertain'> = emptyAccount;
  #stopping: Promise<StopAccount> | undefined;
  /** When the end has to be over; known when somebody told it to end. */
  #endsAtMs: number | undefined;
  #isTold = false;
  #onChartEnd: (() => void) | undefined;
  #isOver = false;

  constructor(course: Course, mortal: Mortal) {
    this.#course = course;
    this.#mortal = mortal;
  }

  /** For what runs the chart: it has ended, or was stopped. */
  complete(): void {
    // `actor.stop()` ends a chart without a transition, and so without its signal.
    if (this.#course.getSnapshot().status === 'stopped') this.#publishStopped('killed');
    void this.#end(this.#isTold ? 'told' : 'by itself');
    this.#onChartEnd?.();
  }

  /** For what runs the chart: it broke. */
  error(): void {
    this.#reportCrash();
    void this.#end('crash');
    this.#onChartEnd?.();
  }

  /** Resolves when it has ended and nothing of it is left. */
  get ended(): Promise<End> {
    this.#ended ??= new Promise((resolve) => this.onEnd(resolve));
    return this.#ended;
  }

  /** Tells of the end once, as `ended` would. What one listener throws keeps it from no other. */
  onEnd(listener: (how: End) => void): void {
    if (this.#how === undefined) this.#listeners = this.#listeners.concat(listener);
    else tell(listener, this.#how);
  }

  /** Told to stop, and not yet done with it. */
  get isUnderWay(): boolean {
    return this.#stopping !== undefined && !this.#isOver;
  }

  stop(options: StopOptions): Promise<StopAccount> {
    const isRunning = this.#course.getSnapshot().status === 'active';
    if (this.#isOver || (this.#stopping === undefined && !isRunning)) {
      throw new InstanceStoppedError(this.#mortal.instanceId);
    }
    const { deadlineMs, reason } = readStopOptions(options);
    this.#stopping ??= this.#stop(deadlineMs, reason);
    return this.#stopping;
  }

  async #stop(deadlineMs: number, reason: Json | undefined): Promise<StopAccount> {
    const { channel, clock } = this.#mortal;
    this.#endsAtMs = clock.now() + deadlineMs;
    const ended = new Promise<void>((resolve) => {
      this.#onChartEnd = resolve;
    });
    this.#isTold = true;
    // Closing gets its grace out of the deadline, but never more than half of it.
    const graceMs = Math.min(channel?.binding.reconnect.closeGraceMs ?? 0, deadlineMs / 2);
    const drainMs = deadlineMs - graceMs;
    this.#course.send({ type: 'stop', drainMs, ...(reason === undefined ? {} : { reason }) });
    await ended;
    await this.#withinDeadline(this.ended);
    this.#handBack();
    this.#mortal.free();
    this.#isOver = true;
    const { handedBack, uncertain } = this.#left;
    return { ...emptyAccount, ...channel?.outbox.account, handedBack, uncertain };
  }

  /** E2. */
  async #withinDeadline(done: Promise<unknown>): Promise<void> {
    const { channel, clock } = this.#mortal;
    if (!channel) return;
    this.#endsAtMs ??= clock.now() + channel.binding.reconnect.closeGraceMs;
    const withinMs = Math.max(0, this.#endsAtMs - clock.now());
    let timer: unknown;
    const deadline = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, Math.min(withinMs, maxTimerMs));
    });
    await Promise.race([done, deadline]);
    clock.clearTimeout(timer);
  }

  async #end(how: End): Promise<void> {
    await this.#clean();
    this.#how = how;
    const listeners = this.#listeners;
    this.#listeners = nobody;
    for (const listener of listeners) tell(listener, how);
  }

  /** E1. */
  async #clean(): Promise<void> {
    const { channel } = this.#mortal;
    if (channel) {
      const { binding } = channel;
      binding.releaseAll();
      // What is on its way into the store is accepted or refused first.
      if (binding.journal.isDurable) await this.#withinDeadline(binding.journal.written());
      this.#handBack();
      await binding.released();
      if (binding.journal.isDurable) await this.#withinDeadline(binding.journal.written());
      binding.journal.end();
    }
    this.#mortal.free();
  }

  #handBack(): void {
    const { channel } = this.#mortal;
    if (channel && !channel.outbox.isClosed) this.#left = channel.outbox.handBack();
  }

  /** Only a broken chart gets here. The signal that it has stopped is not lost with it. */
  #reportCrash(): void {
    const { children } = this.#course.getSnapshot();
    // XState leaves the children of a broken chart running.
    children.poller?.send({ type: 'shutdown' });
    children.sender?.send({ type: 'shutdown' });
    children.connection?.send({ type: 'shutdown' });
    this.#publishStopped('crash');
  }

  /** For the ends that the chart itself could not signal. */
  #publishStopped(reason: string): void {
    const { telemetry } = this.#course.getSnapshot().context;
    telemetry.publishAt(this.#mortal.clock.now(), 'instance.stopped', { reason });
  }
}

function tell(listener: (how: End) => void, how: End): void {
  void Promise.resolve(how).then(listener);
}

const nobody: readonly ((how: End) => void)[] = [];

/** When nobody says how long it may take. Milliseconds. */
const defaultDeadlineMs = 10_000;

function readStopOptions({ deadlineMs = defaultDeadlineMs, reason }: StopOptions) {
  const isDuration = typeof deadlineMs === 'number' && deadlineMs >= 0;
  if (!isDuration) throw refused('deadlineMs', 'milliseconds, from 0', deadlineMs);
  return { deadlineMs, reason: reason === undefined ? undefined : readReason(reason) };
}
