/**
 * Numbers that look random and are the same for the same seed, on every machine (mulberry32). Not for secrets.
 */
export class Draw {
  #state: number;

  /** @param seed any finite number; its fraction is cut off. */
  constructor(seed: number) {
    this.#state = Math.trunc(seed) | 0;
  }

  /** From 0 to 1, without 1. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from `from` to `to`, both included. */
  whole(from: number, to: number): number {
    return from + Math.floor(this.next() * (to - from + 1));
  }

  /** One of the entries, by its weight. Undefined when all weights are 0. */
  pick<Item>(entries: readonly (readonly [item: Item, weight: number])[]): Item | undefined {
    const total = entries.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.next() * total;
    for (const [item, weight] of entries) {
      if (left < weight) return item;
      left -= weight;
    }
    return undefined;
  }
}
