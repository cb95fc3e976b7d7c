/** A token bucket: `perSecond` on average, and up to `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/**
 * Hands out times at which something may be done, so that a rate is never exceeded. Who asks is given a place in the queue
 * and told how long to wait for it; a place that is not used is lost.
 */
export class TokenBucket {
  /** When the bucket would be full again if nobody asked. */
  #fullAtMs = Number.NEGATIVE_INFINITY;
  #lastAskedMs = Number.NEGATIVE_INFINITY;

  /** How long to wait, in milliseconds, 0 for now. The rate may differ from call to call. */
  reserve(nowMs: number, { perSecond, burst }: Rate): number {
    // A clock that was set back must not make everybody wait for the time to come again.
    if (nowMs < this.#lastAskedMs) this.#fullAtMs -= this.#lastAskedMs - nowMs;
    this.#lastAskedMs = nowMs;
    const intervalMs = 1_000 / perSecond;
    const fullAtMs = Math.max(this.#fullAtMs, nowMs);
    this.#fullAtMs = fullAtMs + intervalMs;
    return Math.max(0, Math.ceil(fullAtMs - (burst - 1) * intervalMs - nowMs));
  }
}
