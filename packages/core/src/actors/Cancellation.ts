import type { Cancelable } from '../ports/channel.ts';

/**
 * Gives up many calls at once. Node takes more than ten listeners of one `AbortSignal` for a leak and says so on the console,
 * and an instance has as many calls under way as its channel allows.
 */
export class Cancellation implements Cancelable {
  #listeners: Set<() => void> | undefined;
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
    const listeners = [...(this.#listeners ?? [])];
    this.#listeners?.clear();
    for (const listener of listeners) listener();
    this.#controller?.abort(this.#reason);
  }

  /** A listener is called once at most. */
  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners ??= new Set();
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners?.delete(listener);
  }
}
