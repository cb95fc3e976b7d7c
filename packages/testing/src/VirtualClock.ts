import { type Clock, InvalidInputError, maxTimerMs } from 'holdfast';
import { CreationPlace } from './CreationPlace.ts';
import { NeverIdleError, type PendingTimer, RunUntilLimitError, StandstillError } from './errors.ts';
import { settleJobs } from './macrotask.ts';
import { Timer, TimerQueue } from './TimerQueue.ts';

export interface VirtualClockOptions {
  /** What `now()` says at first; milliseconds since 1970. Default: 2026-01-01T00:00:00Z. */
  readonly startMs?: number | undefined;
  /**
   * Whether `pending()`, errors and `watchForLeaks` tell where timers and actors were created. It captures a stack for each,
   * some microseconds and kilobytes a timer. Default: false.
   */
  readonly trackCreation?: boolean | undefined;
}

export interface RunUntilOptions {
  /** How much virtual time may pass before it fails. Milliseconds, at least 0. Default: one hour. */
  readonly limitMs?: number | undefined;
}

/** Says what a timer is for that is just being armed; undefined when it does not know. */
export type TimerNamer = (timer: PendingTimer) => string | undefined;

const defaultStartMs = Date.UTC(2026, 0, 1);
const defaultLimitMs = 3_600_000;
/** More timers than this, one arming the next with no delay, are taken for an endless loop. */
const maxTimersPerInstant = 100_000;

/**
 * A clock that moves only when you say so: for tests, in which a day passes in milliseconds. Give it to
 * `createMessaging({ clock })`, or to XState's `createActor(…, { clock })`.
 *
 * A delay is treated as a runtime treats it: cut down to a whole number; NaN and less than 0 mean 0. A delay of 0 stays
 * 0, as in browsers (Node makes it 1 ms). Longer than a timer can hold (`maxTimerMs`, 24.8 days), and Infinity, means
 * `maxTimerMs`, as it does with `systemClock`.
 *
 * Invariants:
 * V1. `now()` never goes back. While a timer runs it is the time at which the timer was due, or later after a `jump`.
 * V2. Between two timers, and before the first, every promise job has run. (Not with `advanceSync`.)
 * V3. Only one window runs at a time; those asked for meanwhile wait their turn and begin where the last one ended.
 * V4. A callback that throws hinders no other timer of its window.
 */
export class VirtualClock implements Clock {
  /** As in the options. */
  readonly trackCreation: boolean;
  #nowMs: number;
  readonly #namers = new Set<TimerNamer>();
  readonly #timers = new TimerQueue();
  #lastWindow: Promise<void> = Promise.resolve();
  #openWindows = 0;
  #ranAtThisInstant = 0;

  constructor(options: VirtualClockOptions = {}) {
    const { startMs = defaultStartMs, trackCreation = false } = options;
    if (!Number.isFinite(startMs)) throw invalidMs('VirtualClock options', 'startMs', startMs);
    this.trackCreation = trackCreation;
    this.#nowMs = startMs;
  }

  /** Virtual milliseconds since 1970. */
  now(): number {
    return this.#nowMs;
  }

  setTimeout(callback: () => void, delayMs: number): unknown {
    const timer = this.#timers.arm(this.#nowMs, asTimerDelay(delayMs), callback);
    for (const name of this.#namers) timer.what ??= name(timer.asPending());
    if (this.trackCreation) timer.place = new CreationPlace();
    return timer;
  }

  /** Takes a handle of `setTimeout`; anything else, and a timer that has run, is ignored. */
  clearTimeout(handle: unknown): void {
    if (handle instanceof Timer) this.#timers.disarm(handle);
  }

  /**
   * Lets `ms` milliseconds pass: runs every timer that falls due, in order, and all promise jobs in between, those
   * included that are armed on the way. What callbacks threw is thrown once the window is over: a single error as it
   * is, several as an AggregateError.
   *
   * @throws InvalidInputError when `ms` is not a finite number of at least 0.
   * @throws StandstillError when timers arm each other for ever with no delay.
   */
  async advance(ms: number): Promise<void> {
    checkDuration('advance', ms);
    return this.#inTurn(async (thrown) => {
      const endMs = this.#nowMs + ms;
      await settleJobs();
      while (this.#runNext(endMs, thrown)) await settleJobs();
      this.#moveTo(endMs);
    });
  }

  /**
   * Like `advance`, at once, for code without promises: promise jobs run only after it has returned.
   *
   * @throws InvalidInputError also while an `advance`, `settle` or `runUntil` is under way: `await` that first.
   */
  advanceSync(ms: number): void {
    checkDuration('advanceSync', ms);
    if (this.#openWindows > 0) {
      throw new InvalidInputError('call of advanceSync', [
        { path: '', expected: 'no advance, settle or runUntil under way', received: `${this.#openWindows} under way` },
      ]);
    }
    this.#openWindows += 1;
    const thrown: unknown[] = [];
    try {
      const endMs = this.#nowMs + ms;
      while (this.#runNext(endMs, thrown));
      this.#moveTo(endMs);
    } catch (error) {
      thrown.push(error);
    } finally {
      this.#openWindows -= 1;
    }
    throwCollected(thrown);
  }

  /** Lets all promise jobs run. Moves no time and runs no timer. */
  settle(): Promise<void> {
    return this.#inTurn(settleJobs);
  }

  /**
   * Goes from timer to timer until `predicate` holds; it is asked at once, and after each timer and its promise jobs.
   * Time then stands where the predicate came to hold.
   *
   * @throws RunUntilLimitError when it does not hold within `limitMs`; time has then passed up to the limit.
   * @throws StandstillError, and what callbacks threw, as `advance` does.
   */
  async runUntil(predicate: () => boolean, options: RunUntilOptions = {}): Promise<void> {
    const { limitMs = defaultLimitMs } = options;
    checkDuration('runUntil', limitMs, 'limitMs');
    return this.#inTurn(async (thrown) => {
      const endMs = this.#nowMs + limitMs;
      await settleJobs();
      while (!predicate()) {
        if (!this.#runNext(endMs, thrown)) {
          this.#moveTo(endMs);
          throw new RunUntilLimitError(limitMs, this.#nowMs, this.pending());
        }
        await settleJobs();
      }
    });
  }

  /**
   * Goes from timer to timer until none is armed and all promise jobs have run. Time then stands where the last one ran.
   *
   * @throws NeverIdleError when timers are still armed after `limitMs`; time has then passed up to the limit.
   * @throws StandstillError, and what callbacks threw, as `advance` does.
   */
  async runUntilIdle(options: RunUntilOptions = {}): Promise<void> {
    const { limitMs = defaultLimitMs } = options;
    checkDuration('runUntilIdle', limitMs, 'limitMs');
    return this.#inTurn(async (thrown) => {
      const endMs = this.#nowMs + limitMs;
      await settleJobs();
      while (this.#runNext(endMs, thrown)) await settleJobs();
      if (this.#timers.first() === undefined) return;
      this.#moveTo(endMs);
      throw new NeverIdleError(limitMs, this.#nowMs, this.pending());
    });
  }

  /** The timers that have not run, the next one first. Empty when nothing leaks. */
  pending(): readonly PendingTimer[] {
    return this.#timers.inOrder().map((timer) => timer.asPending());
  }

  /** Asks `namer` what each timer is for that is armed from now on; `pending()` tells it as `what`. Call the result to end it. */
  nameTimers(namer: TimerNamer): () => void {
    this.#namers.add(namer);
    return () => void this.#namers.delete(namer);
  }

  /**
   * Moves the time forward and runs nothing, as when a machine was asleep. The timers that were due meanwhile run at the
   * next `advance` (one of 0 will do), all at the time to which the clock has jumped.
   */
  jump(ms: number): void {
    checkDuration('jump', ms);
    this.#moveTo(this.#nowMs + ms);
  }

  /** Runs the next timer that is due until `endMs`. False: there is none. */
  #runNext(endMs: number, thrown: unknown[]): boolean {
    const timer = this.#timers.first();
    if (timer === undefined || timer.dueMs > endMs) return false;
    this.#moveTo(timer.dueMs);
    this.#guardStandstill(timer);
    this.#timers.disarm(timer);
    try {
      timer.callback();
    } catch (error) {
      thrown.push(error); // V4
    }
    return true;
  }

  #moveTo(ms: number): void {
    if (ms <= this.#nowMs) return; // V1
    this.#nowMs = ms;
    this.#ranAtThisInstant = 0;
  }

  #guardStandstill(timer: Timer): void {
    if (timer.armedAtMs !== this.#nowMs) return;
    this.#ranAtThisInstant += 1;
    if (this.#ranAtThisInstant > maxTimersPerInstant) throw new StandstillError(this.#nowMs, maxTimersPerInstant);
  }

  // V3. What one window throws belongs to whoever asked for it, and does not keep the next from running.
  #inTurn(run: (thrown: unknown[]) => Promise<void>): Promise<void> {
    this.#openWindows += 1;
    const window = this.#lastWindow.then(async () => {
      const thrown: unknown[] = [];
      try {
        await run(thrown);
      } catch (error) {
        thrown.push(error);
      } finally {
        this.#openWindows -= 1;
      }
      throwCollected(thrown);
    });
    this.#lastWindow = window.catch(() => undefined);
    return window;
  }
}

function asTimerDelay(delayMs: number): number {
  const wholeMs = Math.trunc(delayMs);
  return wholeMs > 0 ? Math.min(wholeMs, maxTimerMs) : 0;
}

function throwCollected(thrown: readonly unknown[]): void {
  if (thrown.length === 1) throw thrown[0];
  if (thrown.length > 1) throw new AggregateError(thrown, `${thrown.length} errors were thrown while time passed.`);
}

function checkDuration(method: string, ms: number, path = 'ms'): void {
  if (!(Number.isFinite(ms) && ms >= 0)) throw invalidMs(`call of ${method}`, path, ms);
}

function invalidMs(subject: string, path: string, received: number): InvalidInputError {
  const expected = path === 'startMs' ? 'a finite number' : 'a finite number of at least 0';
  return new InvalidInputError(subject, [{ path, expected, received: String(received) }]);
}
