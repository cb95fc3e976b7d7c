import type { Clock } from '../ports/clock.ts';
import { defaultReconnectBudget, type ReconnectBudgetOptions } from '../schema/reconnectBudget.ts';
import { Turns } from './Turns.ts';

/** How often the clock is looked at. A gap is over twice that. Milliseconds. */
const watchPeriodMs = 5_000;

/** Who holds a link. */
export interface GapWatcher {
  /** Time has passed in which nothing was done. */
  onGap(): void;
}

/**
 * What the instances of a process share: the turns to reconnect, and the watch for gaps in time.
 *
 * F1. A gap (sleep, a paused VM, a blocked event loop) is told once to everybody who holds a link. Timers do not show it:
 *     most count only the time that the process could run.
 * F2. There is a timer only while somebody holds a link.
 */
export class Fleet {
  readonly turns: Turns;
  readonly #clock: Clock;
  readonly #watchers = new Set<GapWatcher>();
  #size = 0;
  #timer: unknown;
  #lookedAtMs = 0;

  constructor(clock: Clock, budget: Partial<ReconnectBudgetOptions> = {}) {
    this.#clock = clock;
    this.turns = new Turns(clock, { ...defaultReconnectBudget, ...budget }, () => this.#size);
  }

  /** An instance runs, until it leaves. */
  join(): void {
    this.#size += 1;
  }

  leave(): void {
    this.#size -= 1;
  }

  /** F1. It is told of each gap, until `unwatchGaps`. */
  watchGaps(watcher: GapWatcher): void {
    this.#watchers.add(watcher);
    if (this.#watchers.size === 1) this.#look();
  }

  unwatchGaps(watcher: GapWatcher): void {
    if (this.#watchers.delete(watcher) && this.#watchers.size === 0) this.#clock.clearTimeout(this.#timer); // F2
  }

  #look(): void {
    this.#lookedAtMs = this.#clock.now();
    this.#timer = this.#clock.setTimeout(() => {
      const isGap = this.#clock.now() - this.#lookedAtMs > 2 * watchPeriodMs;
      this.#look();
      if (isGap) for (const watcher of [...this.#watchers]) watcher.onGap();
    }, watchPeriodMs);
  }
}
