/*
 * A `Map` or `Set` that costs next to nothing until something is put into it: an empty one of JavaScript's takes 200 bytes, an instance has
 * a dozen of them, and a process a hundred thousand instances, most of which are idle.
 */

export class SparseMap<Key, Value> {
  #entries: Map<Key, Value> | undefined;

  get size(): number {
    return this.#entries?.size ?? 0;
  }

  has(key: Key): boolean {
    return this.#entries?.has(key) ?? false;
  }

  get(key: Key): Value | undefined {
    return this.#entries?.get(key);
  }

  set(key: Key, value: Value): void {
    this.#entries ??= new Map();
    this.#entries.set(key, value);
  }

  delete(key: Key): boolean {
    return this.#entries?.delete(key) ?? false;
  }

  clear(): void {
    this.#entries = undefined;
  }

  values(): Iterable<Value> {
    return this.#entries?.values() ?? none;
  }

  [Symbol.iterator](): Iterator<[Key, Value]> {
    return (this.#entries ?? none)[Symbol.iterator]();
  }
}

export class SparseSet<Value> {
  #values: Set<Value> | undefined;

  get size(): number {
    return this.#values?.size ?? 0;
  }

  has(value: Value): boolean {
    return this.#values?.has(value) ?? false;
  }

  add(value: Value): void {
    this.#values ??= new Set();
    this.#values.add(value);
  }

  delete(value: Value): boolean {
    return this.#values?.delete(value) ?? false;
  }

  [Symbol.iterator](): Iterator<Value> {
    return (this.#values ?? none)[Symbol.iterator]();
  }
}

const none: readonly never[] = [];
