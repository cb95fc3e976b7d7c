/**
 * The last entries that were put in, by their keys: where there are too many, the oldest goes. A ring of the keys tells which that
 * is: a `Map` steps over all that was deleted from it before it comes to its first key.
 */
export class LatestMap<Value> {
  readonly #size: number;
  /** Made with the first entry: most instances are idle, and each has three of these. */
  #ring: Ring<Value> | undefined;

  /** @param size How many there may be. At least 1. */
  constructor(size: number) {
    this.#size = size;
  }

  has(key: string): boolean {
    return this.#ring?.entries.has(key) ?? false;
  }

  get(key: string): Value | undefined {
    return this.#ring?.entries.get(key);
  }

  /** A key that is there already gets the new value, and grows no younger by it. */
  set(key: string, value: Value): void {
    this.#ring ??= { entries: new Map(), keys: [], next: 0 };
    const { entries, keys, next } = this.#ring;
    const isNew = !entries.has(key);
    entries.set(key, value);
    if (!isNew) return;
    const oldest = keys[next];
    keys[next] = key;
    this.#ring.next = (next + 1) % this.#size;
    if (oldest !== undefined) entries.delete(oldest);
  }
}

interface Ring<Value> {
  readonly entries: Map<string, Value>;
  /** The oldest at `next`, once it is full. */
  readonly keys: string[];
  next: number;
}
