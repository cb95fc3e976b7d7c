import type { Receipt } from '../schema/message.ts';

/** The idempotency keys of the last messages that were sent, with their receipts. */
export class SentKeys {
  readonly #size: number;
  /** The oldest first. */
  readonly #receipts = new Map<string, Receipt>();

  constructor(size: number) {
    this.#size = size;
  }

  get(key: string): Receipt | undefined {
    return this.#receipts.get(key);
  }

  /** The first receipt of a key counts. The oldest goes when there are too many. */
  add(key: string, receipt: Receipt): void {
    if (this.#receipts.has(key)) return;
    this.#receipts.set(key, receipt);
    if (this.#receipts.size <= this.#size) return;
    const [oldest] = this.#receipts.keys();
    if (oldest !== undefined) this.#receipts.delete(oldest);
  }
}
