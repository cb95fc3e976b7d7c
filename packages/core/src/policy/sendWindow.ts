/**
 * What a peer allows to be sent: `count` in any `perMs` milliseconds, exactly. A token bucket would let nearly twice as much
 * through in the first of its windows.
 */
export class SendWindow {
  readonly #count: number;
  readonly #perMs: number;
  /** When the last sends began, the oldest first; `count` of them at most. */
  #begunMs: number[] = [];

  constructor({ count, perMs }: { readonly count: number; readonly perMs: number }) {
    this.#count = count;
    this.#perMs = perMs;
  }

  /** How long until another send may begin. Milliseconds, 0 for now. */
  waitMs(nowMs: number): number {
    const newestMs = this.#begunMs.at(-1);
    // A clock that was set back must not hold the sends up until the time comes again.
    if (newestMs !== undefined && nowMs < newestMs) this.#begunMs = this.#begunMs.map((ms) => ms - (newestMs - nowMs));
    const [oldestMs] = this.#begunMs;
    if (oldestMs === undefined || this.#begunMs.length < this.#count) return 0;
    return Math.max(0, oldestMs + this.#perMs - nowMs);
  }

  /** A send begins; to be called when there is no wait. */
  begin(nowMs: number): void {
    this.#begunMs.push(nowMs);
    if (this.#begunMs.length > this.#count) this.#begunMs.shift();
  }
}
