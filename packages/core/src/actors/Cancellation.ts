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
  #end: { readonly reason: unknown } | undefined;

  get aborted(): boolean {
    return this.#end !== undefined;
  }

  get reason(): unknown {
    return this.#end?.reason;
  }

  /** The same as an AbortSignal. It is made when it is first asked for: that takes longer than all else of a call. */
  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#end) this.#controller.abort(this.#end.reason);
    return this.#controller.signal;
  }

  abort(reason?: unknown): void {
    this.#end ??= { reason };
    const listeners = [...(this.#listener ? [this.#listener] : []), ...(this.#others ?? [])];
    this.#listener = undefined;
    this.#others = undefined;
    for (const listener of listeners) listener();
    this.#controller?.abort(this.#end.reason);
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
