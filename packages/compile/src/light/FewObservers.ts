/** Who is told of what becomes of an actor. */
export interface Told {
  readonly next?: ((snapshot: unknown) => void) | undefined;
  readonly error?: ((error: unknown) => void) | undefined;
  readonly complete?: (() => void) | undefined;
}

/** What XState asks of the `Set` of an actor's observers. */
export interface Observers extends Iterable<Told> {
  readonly size: number;
  add(observer: Told): unknown;
  delete(observer: Told): boolean;
  clear(): void;
}

/** A `Set` that is one when there is a second to be kept: most actors have one observer, and a `Set` takes 200 bytes. */
export class FewObservers implements Observers {
  #only: Told | undefined;
  #all: Set<Told> | undefined;

  get size(): number {
    return this.#all?.size ?? (this.#only ? 1 : 0);
  }

  add(observer: Told): void {
    if (this.#all) this.#all.add(observer);
    else if (this.#only === undefined) this.#only = observer;
    else this.#all = new Set([this.#only, observer]);
  }

  delete(observer: Told): boolean {
    if (this.#all) return this.#all.delete(observer);
    const isIt = this.#only === observer;
    if (isIt) this.#only = undefined;
    return isIt;
  }

  clear(): void {
    this.#only = undefined;
    this.#all?.clear();
  }

  /** Like that of a `Set` it comes to those that are added while it is under way, and not to those that are taken out. */
  *[Symbol.iterator](): Iterator<Told> {
    let last: Told | undefined;
    while (!this.#all && this.#only && this.#only !== last) {
      last = this.#only;
      yield last;
    }
    for (const observer of this.#all ?? []) {
      if (observer !== last) yield observer;
    }
  }
}

/** Somebody who is told of the end alone. XState keeps such an observer as three bound functions, which take more than its actor's snapshot. */
export class ObserverOfEnd implements Told {
  readonly #observer: Told;

  constructor(observer: Told) {
    this.#observer = observer;
  }

  get error(): ((error: unknown) => void) | undefined {
    return this.#observer.error?.bind(this.#observer);
  }

  get complete(): (() => void) | undefined {
    return this.#observer.complete?.bind(this.#observer);
  }
}
