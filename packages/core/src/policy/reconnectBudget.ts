/** A token bucket: `perSecond` on average, and up to `burst` at once. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

/** Says when something may be done, so that a rate is never exceeded. */
export class TokenBucket {
  /** When the bucket would be full again if nobody took anything. */
  #fullAtMs = Number.NEGATIVE_INFINITY;
  #lastAskedMs = Number.NEGATIVE_INFINITY;

  /** How long until something may be taken, in milliseconds, 0 for now. The rate may differ from call to call. */
  waitMs(nowMs: number, { perSecond, burst }: Rate): number {
    // A clock that was set back must not make everybody wait for the time to come again.
    if (nowMs < this.#lastAskedMs) this.#fullAtMs -= this.#lastAskedMs - nowMs;
    this.#lastAskedMs = nowMs;
    const intervalMs = 1_000 / perSecond;
    return Math.max(0, Math.ceil(Math.max(this.#fullAtMs, nowMs) - (burst - 1) * intervalMs - nowMs));
  }

  /** Takes one, to be called when there is no wait. */
  take(nowMs: number, { perSecond }: Rate): void {
    this.#fullAtMs = Math.max(this.#fullAtMs, nowMs) + 1_000 / perSecond;
  }
}
