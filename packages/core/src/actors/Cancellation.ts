/** What says that work is to be given up: an `AbortSignal`, or a `Cancellation`. */
export interface Cancelable {
  readonly aborted: boolean;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/**
 * Gives up many calls at once. Node takes more than ten listeners of one `AbortSignal` for a leak and says so on the console,
 * and an instance has as many calls under way as its channel allows.
 */
export class Cancellation implements Cancelable {
  readonly #listeners = new Set<() => void>();
  #isAborted = false;

  get aborted(): boolean {
    return this.#isAborted;
  }

  abort(): void {
    this.#isAborted = true;
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener();
  }

  /** A listener is called once at most. */
  addEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.add(listener);
  }

  removeEventListener(_: 'abort', listener: () => void): void {
    this.#listeners.delete(listener);
  }
}
