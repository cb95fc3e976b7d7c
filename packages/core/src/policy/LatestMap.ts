import { SparseMap } from './sparse.ts';

/**
 * The last entries that were put in, by their keys: where there are too many, the oldest goes. A ring of the keys tells which that
 * is: a `Map` steps over all that was deleted from it before it comes to its first key.
 */
export class LatestMap<Value> {
  readonly #size: number;
  readonly #entries = new SparseMap<string, Value>();
  /** The oldest at `#next`, once it is full. */
  readonly #keys: string[] = [];
  #next = 0;

  /** @param size How many there may be. At least 1. */
  constructor(size: number) {
    this.#size = size;
  }

  has(key: string): boolean {
    return this.#entries.has(key);
  }

  get(key: string): Value | undefined {
    return this.#entries.get(key);
  }

  /** A key that is there already gets the new value, and grows no younger by it. */
  set(key: string, value: Value): void {
    const isNew = !this.#entries.has(key);
    this.#entries.set(key, value);
    if (!isNew) return;
    const oldest = this.#keys[this.#next];
    this.#keys[this.#next] = key;
    this.#next = (this.#next + 1) % this.#size;
    if (oldest !== undefined) this.#entries.delete(oldest);
  }
}
