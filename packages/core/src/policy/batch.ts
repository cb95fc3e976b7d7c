import type { InboundItem } from '../ports/channel.ts';
import type { Json } from '../schema/json.ts';

/**
 * What one read has brought, while it is handled: which item may be handled next, and how far the peer may forget.
 *
 * B1. Items of one conversation are taken one at a time, in the peer's order.
 * B2. The cursor never passes an item that is not settled.
 */
export class Batch {
  readonly #items: readonly InboundItem[];
  readonly #states: ('waiting' | 'taken' | 'settled')[];
  readonly #busy = new Set<string>();
  #settledBefore = 0;

  constructor(items: readonly InboundItem[]) {
    this.#items = items;
    this.#states = items.map(() => 'waiting');
  }

  /** The first item that waits and whose conversation nobody works on; undefined when there is none now. */
  take(): InboundItem | undefined {
    for (let index = this.#settledBefore; index < this.#items.length; index += 1) {
      const item = this.#items[index];
      if (item === undefined || this.#states[index] !== 'waiting') continue;
      const { conversation } = item.message;
      if (this.#busy.has(conversation)) continue; // B1
      this.#states[index] = 'taken';
      this.#busy.add(conversation);
      return item;
    }
    return undefined;
  }

  /** The item was handled or given up; its conversation goes on. */
  settle(item: InboundItem): void {
    this.#states[this.#items.indexOf(item)] = 'settled';
    this.#busy.delete(item.message.conversation);
  }

  /** The cursor up to which everything is settled, once for each step forward; undefined when there was none. */
  advance(): Json | undefined {
    let cursor: Json | undefined;
    while (this.#states[this.#settledBefore] === 'settled') {
      cursor = this.#items[this.#settledBefore]?.cursor;
      this.#settledBefore += 1; // B2
    }
    return cursor;
  }
}
