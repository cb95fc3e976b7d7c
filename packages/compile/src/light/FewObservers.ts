import type { Observer } from './internals.ts';

/** What XState asks of the `Set` of an actor's observers. */
export interface Observers extends Iterable<Observer<unknown>> {
  readonly size: number;
  add(observer: Observer<unknown>): unknown;
  delete(observer: Observer<unknown>): boolean;
  clear(): void;
}

/** A `Set` that is one when there is a second to be kept: most actors have one observer, and a `Set` takes 200 bytes. */
export class FewObservers implements Observers {
  #only: Observer<unknown> | undefined;
  #all: Set<Observer<unknown>> | undefined;

  get size(): number {
    return this.#all?.size ?? (this.#only ? 1 : 0);
  }

  add(observer: Observer<unknown>): void {
    if (this.#all) this.#all.add(observer);
    else if (this.#only === undefined) this.#only = observer;
    else this.#all = new Set([this.#only, observer]);
  }

  delete(observer: Observer<unknown>): boolean {
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
  *[Symbol.iterator](): Iterator<Observer<unknown>> {
    let last: Observer<unknown> | undefined;
    while (!this.#all && this.#only && this.#only !== last) {
      last = this.#only;
      yield last;
    }
    for (const observer of this.#all ?? []) {
      if (observer !== last) yield observer;
    }
  }
}
