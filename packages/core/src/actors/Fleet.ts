import { type Rate, TokenBucket } from '../policy/reconnectBudget.ts';
import type { Clock } from '../ports/clock.ts';
import { defaultReconnectBudget, type ReconnectBudgetOptions } from '../schema/reconnectBudget.ts';

/** How often the clock is looked at. A gap is over twice that. Milliseconds. */
const watchPeriodMs = 5_000;

/**
 * What the instances of a process share: the budget of their reconnects, and the watch for gaps in time.
 *
 * F1. No attempt is made before its turn: the rate of the fleet and that of each channel kind are never exceeded.
 * F2. A gap (sleep, a paused VM, a blocked event loop) is told once to everybody who holds a link. Timers do not show it:
 *     most count only the time that the process could run.
 * F3. There is a timer only while somebody holds a link.
 */
export class Fleet {
  readonly #clock: Clock;
  readonly #budget: ReconnectBudgetOptions;
  readonly #bucket = new TokenBucket();
  readonly #bucketsOfKinds = new Map<string, TokenBucket>();
  readonly #watchers = new Set<() => void>();
  #size = 0;
  #timer: unknown;
  #lookedAtMs = 0;

  constructor(clock: Clock, budget: Partial<ReconnectBudgetOptions> = {}) {
    this.#clock = clock;
    this.#budget = { ...defaultReconnectBudget, ...budget };
  }

  /** An instance runs, until what this returns is called. */
  join(): () => void {
    this.#size += 1;
    let hasLeft = false;
    return () => {
      if (!hasLeft) this.#size -= 1;
      hasLeft = true;
    };
  }

  /** F1. Takes a turn to reconnect, and says how long to wait for it. Milliseconds, 0 for now. */
  reserve(kind: string): number {
    const { burst, fleetRatioPerSecond, kinds, minPerSecond } = this.#budget;
    const nowMs = this.#clock.now();
    const perSecond = Math.max(minPerSecond, fleetRatioPerSecond * this.#size);
    const waitMs = this.#bucket.reserve(nowMs, { perSecond, burst });
    const rate = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    return rate ? Math.max(waitMs, this.#reserveOfKind(kind, rate, nowMs)) : waitMs;
  }

  /** F2. Calls back after each gap, until what this returns is called. */
  watchGaps(onGap: () => void): () => void {
    this.#watchers.add(onGap);
    if (this.#watchers.size === 1) this.#look();
    return () => {
      if (this.#watchers.delete(onGap) && this.#watchers.size === 0) this.#clock.clearTimeout(this.#timer); // F3
    };
  }

  #reserveOfKind(kind: string, rate: Rate, nowMs: number): number {
    const bucket = this.#bucketsOfKinds.get(kind) ?? new TokenBucket();
    this.#bucketsOfKinds.set(kind, bucket);
    return bucket.reserve(nowMs, rate);
  }

  #look(): void {
    this.#lookedAtMs = this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => {
      const isGap = this.#clock.now() - this.#lookedAtMs > 2 * watchPeriodMs;
      this.#look();
      if (isGap) for (const onGap of [...this.#watchers]) onGap();
    }, watchPeriodMs);
  }
}
