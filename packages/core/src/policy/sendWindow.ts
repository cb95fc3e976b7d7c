/**
 * What a peer allows to be sent: `count` in any `perMs` milliseconds, exactly. A token bucket would let nearly twice as much
 * through in the first of its windows.
 */
export class SendWindow {
  readonly #count: number;
  readonly #perMs: number;
  /** When the last sends began, the oldest first; `count` of them at most. */
  #begunMs: number[] = [];
  #reserved = 0;

  constructor({ count, perMs }: { readonly count: number; readonly perMs: number }) {
    this.#count = count;
    this.#perMs = perMs;
  }

  /** How long until another send may begin. Milliseconds, 0 for now; Infinity while all that may begin is reserved. */
  waitMs(nowMs: number): number {
    // A clock that was set back must not hold the sends up until the time comes again.
    const setBackMs = (this.#begunMs.at(-1) ?? nowMs) - nowMs;
    if (setBackMs > 0) this.#begunMs = this.#begunMs.map((ms) => ms - setBackMs);
    const free = this.#count - this.#reserved;
    if (free <= 0) return Number.POSITIVE_INFINITY;
    const bindingMs = this.#begunMs.at(-free);
    return bindingMs === undefined ? 0 : Math.max(0, bindingMs + this.#perMs - nowMs);
  }

  /** A send is about to begin; to be called when there is no wait. `begin` or `cancel` follows. */
  reserve(): void {
    this.#reserved += 1;
  }

  cancel(): void {
    this.#reserved -= 1;
  }

  /** A send that was reserved begins. */
  begin(nowMs: number): void {
    this.#reserved -= 1;
    this.#begunMs.push(nowMs);
    if (this.#begunMs.length > this.#count) this.#begunMs.shift();
  }
}
