import { type Rate, TokenBucket } from '../policy/reconnectBudget.ts';
import type { Clock } from '../ports/clock.ts';
import type { ReconnectBudgetOptions } from '../schema/reconnectBudget.ts';

/**
 * Whose turn it is to reconnect, among all instances of a process.
 *
 * T1. The rate of the fleet, and that of each channel kind, are never exceeded.
 * T2. Within a kind it is first come, first served; the kinds take turns, so that the outage of one provider does not keep
 *     the instances of another waiting.
 * T3. A place that is given up is nobody's turn, and there is a timer only while somebody waits.
 */
export class Turns {
  readonly #clock: Clock;
  readonly #budget: ReconnectBudgetOptions;
  readonly #fleetSize: () => number;
  readonly #bucket = new TokenBucket();
  readonly #bucketsOfKinds = new Map<string, TokenBucket>();
  /** Who waits, by kind. The kind that is next is first. */
  readonly #queues = new Map<string, Set<() => void>>();
  #waiting = 0;
  #timer: unknown;

  constructor(clock: Clock, budget: ReconnectBudgetOptions, fleetSize: () => number) {
    this.#clock = clock;
    this.#budget = budget;
    this.#fleetSize = fleetSize;
  }

  /** Takes a turn if there is one: 0. Otherwise it takes none, and says about how long the wait would be. Milliseconds. */
  take(kind: string): number {
    const waitMs = this.#waitMs(kind);
    if (waitMs > 0 || this.#queues.has(kind)) return Math.max(1, waitMs + this.#waitBehindOthersMs(kind));
    this.#spend(kind);
    return 0;
  }

  /** Waits for a turn, takes it, and calls back once. What this returns gives the place up. */
  wait(kind: string, onTurn: () => void): () => void {
    const queue = this.#queues.get(kind) ?? new Set();
    const place = (): void => onTurn();
    this.#queues.set(kind, queue.add(place));
    this.#waiting += 1;
    this.#serve();
    return () => {
      if (!queue.has(place)) return;
      this.#leave(kind, place);
      this.#serve();
    };
  }

  #serve(): void {
    this.#clock.clearTimeout(this.#timer); // T3
    for (let next = this.#next(); next !== undefined; next = this.#next()) {
      if (next.waitMs > 0) {
        // Whoever was called back may have come in here again meanwhile.
        this.#clock.clearTimeout(this.#timer);
        this.#timer = this.#clock.setTimeout(() => this.#serve(), next.waitMs);
        return;
      }
      this.#spend(next.kind);
      this.#leave(next.kind, next.place, { toTheEnd: true });
      next.place();
    }
  }

  /** The place whose turn comes first. */
  #next(): { readonly kind: string; readonly place: () => void; readonly waitMs: number } | undefined {
    let next: { kind: string; place: () => void; waitMs: number } | undefined;
    for (const [kind, [place]] of this.#queues) {
      const waitMs = this.#waitMs(kind);
      if (place && (next === undefined || waitMs < next.waitMs)) next = { kind, place, waitMs };
    }
    return next;
  }

  #leave(kind: string, place: () => void, { toTheEnd = false } = {}): void {
    const queue = this.#queues.get(kind);
    if (!queue?.delete(place)) return;
    this.#waiting -= 1;
    if (toTheEnd || queue.size === 0) this.#queues.delete(kind);
    if (toTheEnd && queue.size > 0) this.#queues.set(kind, queue); // T2
  }

  /** T1. */
  #waitMs(kind: string): number {
    const nowMs = this.#clock.now();
    const waitMs = this.#bucket.waitMs(nowMs, this.#rate);
    const own = this.#rateOf(kind);
    return own ? Math.max(waitMs, this.#bucketOf(kind).waitMs(nowMs, own)) : waitMs;
  }

  #spend(kind: string): void {
    const nowMs = this.#clock.now();
    this.#bucket.take(nowMs, this.#rate);
    const own = this.#rateOf(kind);
    if (own) this.#bucketOf(kind).take(nowMs, own);
  }

  #waitBehindOthersMs(kind: string): number {
    const own = this.#rateOf(kind);
    const ahead = this.#queues.get(kind)?.size ?? 0;
    const ofFleet = (1_000 * this.#waiting) / this.#rate.perSecond;
    return Math.ceil(own ? Math.max(ofFleet, (1_000 * ahead) / own.perSecond) : ofFleet);
  }

  get #rate(): Rate {
    const { burst, fleetRatioPerSecond, minPerSecond } = this.#budget;
    return { perSecond: Math.max(minPerSecond, fleetRatioPerSecond * this.#fleetSize()), burst };
  }

  #rateOf(kind: string): Rate | undefined {
    const { kinds } = this.#budget;
    return Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
  }

  #bucketOf(kind: string): TokenBucket {
    const bucket = this.#bucketsOfKinds.get(kind) ?? new TokenBucket();
    this.#bucketsOfKinds.set(kind, bucket);
    return bucket;
  }
}
