/** What has happened to a message. */
export const marks = {
  /** Outbound: the instance took it. Inbound: the peer told its user that it has it. */
  accepted: 1,
  /** Outbound: the peer confirmed it. */
  sent: 2,
  /** Outbound: the instance gave it up, and said so. */
  failed: 4,
  /** Outbound: the instance gave it back when it stopped. */
  handedBack: 8,
  /** Inbound: the handler saw it. */
  handled: 16,
  /** Outbound: the instance says that nobody knows whether the peer has it. */
  unknown: 32,
} as const;

/**
 * What has become of the numbered messages of one instance, in one direction. A byte or two a message, outside of the heap
 * and taken at the start: the ledger must not look like a leak of what it watches over.
 */
export class Ledger {
  readonly capacity: number;
  readonly #marks: Uint8Array;
  readonly #cycles: Uint16Array;
  #next = 0;
  #repeats = 0;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.#marks = new Uint8Array(capacity);
    this.#cycles = new Uint16Array(capacity);
  }

  /** How often something happened to a message that had happened to it before. */
  get repeats(): number {
    return this.#repeats;
  }

  /** A new message, in the time of this cycle; undefined when the ledger is full. */
  open(cycle: number): number | undefined {
    if (this.#next >= this.capacity) return undefined;
    const number = this.#next;
    this.#cycles[number] = cycle;
    this.#next += 1;
    return number;
  }

  mark(number: number, mark: number): void {
    const before = this.#marks[number];
    if (before === undefined) throw new Error(`There is no message ${number}.`);
    if ((before & mark) !== 0) this.#repeats += 1;
    this.#marks[number] = before | mark;
  }

  count(mark: number): number {
    return this.numbers(mark, 0).length;
  }

  /** Those that have the one mark and not the other. */
  numbers(having: number, lacking: number): number[] {
    const found: number[] = [];
    for (let number = 0; number < this.#next; number += 1) {
      const marked = this.#marks[number] ?? 0;
      if ((marked & having) !== 0 && (marked & lacking) === 0) found.push(number);
    }
    return found;
  }

  cycleOf(number: number): number {
    return this.#cycles[number] ?? 0;
  }
}
