import {
  type Clock,
  type InboundItem,
  type InboundMessage,
  InvalidInputError,
  type Json,
  type PollResult,
} from 'holdfast';

export interface ReadRequest {
  /** Null: from the first item that is not committed. */
  readonly cursor: Json;
  readonly waitMs: number;
  readonly signal: AbortSignal;
  readonly maxItems: number;
  /** Who reads; `interrupt` can be told to spare the others. */
  readonly reader: number;
}

export interface InboundSourceOptions {
  /** Nothing reaches the readers that wait, nor does their time run out, while this holds. Default: never. */
  readonly isSilent?: (() => boolean) | undefined;
  /** How many messages can be delivered once more. Default: all. */
  readonly keep?: number | undefined;
}

interface Waiter {
  readonly reader: number;
  /** Answers with what is there now. */
  wake(): void;
  fail(reason: unknown): void;
}

/**
 * The peer's memory of inbound messages, as a bot API keeps them. Their cursors count from 1.
 *
 * Invariants:
 * I1. An item is kept until a cursor at or after its own is committed, whoever has read it.
 * I2. An item that cannot be read as a message is passed over, and its cursor is not.
 * I3. A read waits only while there is nothing for it; then it holds a timer and a listener, and neither afterwards.
 */
export class InboundSource {
  readonly #clock: Clock;
  readonly #isSilent: () => boolean;
  readonly #keep: number;
  #items: { readonly message: InboundMessage | null; readonly cursor: number }[] = [];
  readonly #remembered = new Map<number, InboundMessage>();
  #delivered = 0;
  #committed = 0;
  readonly #waiters = new Set<Waiter>();

  constructor(clock: Clock, options: InboundSourceOptions = {}) {
    this.#clock = clock;
    this.#isSilent = options.isSilent ?? (() => false);
    this.#keep = options.keep ?? Number.POSITIVE_INFINITY;
  }

  /** The highest committed cursor; null before the first commit. */
  get committed(): number | null {
    return this.#committed === 0 ? null : this.#committed;
  }

  get uncommitted(): readonly InboundItem[] {
    return this.#items.flatMap(({ message, cursor }) => (message === null ? [] : [{ message, cursor }]));
  }

  get waiting(): number {
    return this.#waiters.size;
  }

  /** Returns the cursor of the message. */
  deliver(message: InboundMessage): number {
    const cursor = this.#add(message);
    this.#remembered.set(cursor, message);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > this.#keep && oldest !== undefined) this.#remembered.delete(oldest);
    return cursor;
  }

  /** Something comes in that is no message. Returns its cursor. */
  deliverUnreadable(): number {
    return this.#add(null);
  }

  /** The message that had this cursor comes again under a new one, also when it is committed. Returns the new cursor. */
  redeliver(cursor: number): number {
    const message = this.#remembered.get(cursor);
    if (message !== undefined) return this.#add(message);
    throw new InvalidInputError('cursor of redeliver', [
      {
        path: 'cursor',
        expected: 'the cursor of a message that was delivered and is remembered',
        received: `${cursor}`,
      },
    ]);
  }

  read(request: ReadRequest): Promise<PollResult> {
    const after = this.#positionOf(request.cursor, 'poll');
    const found = this.#take(after, request);
    if (found.cursor !== request.cursor) return Promise.resolve(found);
    return this.#waitFor(request, () => this.#take(after, request));
  }

  commit(cursor: Json): void {
    const position = this.#positionOf(cursor, 'commit');
    if (position <= this.#committed) return;
    this.#committed = position;
    this.#items = this.#items.filter((item) => item.cursor > position); // I1
  }

  /** Makes the reads that wait fail: all, or those of one reader. Returns how many there were. */
  interrupt(reason: unknown, reader?: number): number {
    const interrupted = [...this.#waiters].filter((waiter) => reader === undefined || waiter.reader === reader);
    for (const waiter of interrupted) waiter.fail(reason);
    return interrupted.length;
  }

  #add(message: InboundMessage | null): number {
    this.#delivered += 1;
    this.#items.push({ message, cursor: this.#delivered });
    for (const waiter of [...this.#waiters]) waiter.wake();
    return this.#delivered;
  }

  #take(after: number, { cursor, maxItems }: ReadRequest): PollResult {
    const found = this.#items.filter((item) => item.cursor > after).slice(0, maxItems);
    const items = found.flatMap(({ message, cursor: own }) => (message === null ? [] : [{ message, cursor: own }])); // I2
    return { items, cursor: found.at(-1)?.cursor ?? cursor };
  }

  #waitFor({ waitMs, signal, reader }: ReadRequest, answer: () => PollResult): Promise<PollResult> {
    return new Promise((resolve, reject) => {
      const end = () => {
        this.#waiters.delete(waiter);
        this.#clock.clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
      };
      const wake = () => {
        if (this.#isSilent()) return;
        end();
        resolve(answer());
      };
      const fail = (reason: unknown) => {
        end();
        reject(reason);
      };
      const onAbort = () => fail(signal.reason);
      const waiter: Waiter = { reader, wake, fail };
      const timer = this.#clock.setTimeout(wake, waitMs);
      signal.addEventListener('abort', onAbort);
      this.#waiters.add(waiter);
    });
  }

  #positionOf(cursor: Json, operation: string): number {
    if (cursor === null) return this.#committed;
    if (typeof cursor === 'number' && Number.isInteger(cursor) && cursor >= 0 && cursor <= this.#delivered)
      return cursor;
    throw new InvalidInputError(`cursor of ${operation}`, [
      { path: 'cursor', expected: `null, or a whole number up to ${this.#delivered}`, received: String(cursor) },
    ]);
  }
}
