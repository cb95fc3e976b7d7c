import type { Cancelable } from '../ports/channel.ts';

/**
 * Gives up many calls at once. Node takes more than ten listeners of one `AbortSignal` for a leak and says so on the console,
 * and an instance has as many calls under way as its channel allows.
 */
export class Cancellation implements Cancelable {
  /** The first, and where there is but one, as with most, the only one. */
  #listener: (() => void) | undefined;
  #others: Set<() => void> | undefined;
  #controller: AbortController | undefined;
  #isAborted = false;
  #reason: unknown;

  get aborted(): boolean {
    return this.#isAborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** The same as an AbortSignal. It is made when it is first asked for: that takes longer than all else of a call. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#isAborted) this.#controller.abort(this.#reason);
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    if (!this.#isAborted) this.#reason = reason;
    this.#isAborted = true;
    const listeners = [...(this.#listener ? [this.#listener] : []), ...(this.#others ?? [])];
    this.#listener = undefined;
    this.#others = undefined;
    for (const listener of listeners) listener();
    this.#controller?.abort(this.#reason);
  }

  /** A listener is called once at most. */
  addEventListener(_: 'abort', listener: () => void): void {
    if (this.#listener === listener) return;
    if (this.#listener === undefined && this.#others === undefined) this.#listener = listener;
    else {
      this.#others ??= new Set();
      this.#others.add(listener);
    }
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    if (this.#listener === listener) this.#listener = undefined;
    else this.#others?.delete(listener);
  }
}
