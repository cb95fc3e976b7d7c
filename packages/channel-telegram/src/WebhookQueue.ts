import type { Cancelable, InboundItem, InboundMessage } from 'holdfast';

/** How an update left the queue. */
export type QueueOutcome = 'handled' | 'closed';

export interface WaitOptions {
  readonly waitMs: number;
  /** Each of them ends the wait, which then rejects with that signal's reason. */
  readonly signals: readonly Cancelable[];
}

interface Entry {
  readonly item: InboundItem;
  readonly outcome: Promise<QueueOutcome>;
  readonly settle: (outcome: QueueOutcome) => void;
}

/** Telegram comes again for an update that it believes unanswered, soon or never: this many cover it. */
const rememberedUpdates = 1_000;

/**
 * The updates that webhook calls have brought and that are not handled yet.
 *
 * Q1. It holds at most `capacity`, those being handled included.
 * Q2. One update is in it once, however often Telegram brings it, and does not come in again after it was handled.
 *     Numbers are compared for equality only: calls overtake each other, and Telegram starts a new row after a quiet week.
 * Q3. An update leaves by being committed, or with everything else on `close`.
 */
export class WebhookQueue {
  readonly #capacity: number;
  readonly #entries = new Map<number, Entry>();
  readonly #handled = new Set<number>();
  readonly #wakeUps = new Set<() => void>();

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  /** Takes an update in. Answers how it left, once it did; or `full`, and then it was not taken. */
  offer(updateId: number, message: InboundMessage): Promise<QueueOutcome> | 'full' {
    if (this.#handled.has(updateId)) return Promise.resolve('handled'); // Q2
    const known = this.#entries.get(updateId);
    if (known) return known.outcome;
    if (this.#entries.size >= this.#capacity) return 'full'; // Q1
    let settle: Entry['settle'] = () => {};
    const outcome = new Promise<QueueOutcome>((resolve) => {
      settle = resolve;
    });
    this.#entries.set(updateId, { item: { message, cursor: updateId + 1 }, outcome, settle });
    for (const wakeUp of this.#wakeUps) wakeUp();
    return outcome;
  }

  /** The oldest that are not handled. They stay until they are committed. */
  peek(limit: number): InboundItem[] {
    return [...this.#entries.values()].slice(0, limit).map(({ item }) => item);
  }

  /** Those that came before the item with this cursor, and itself, are handled. */
  commit(cursor: number): void {
    const updateId = cursor - 1;
    if (!this.#entries.has(updateId)) return;
    for (const [id, entry] of this.#entries) {
      this.#entries.delete(id);
      this.#remember(id);
      entry.settle('handled'); // Q3
      if (id === updateId) return;
    }
  }

  /** Resolves as soon as something is in it, or after `waitMs`. */
  whenFilled({ waitMs, signals }: WaitOptions): Promise<void> {
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#wakeUps.delete(finish);
        for (const signal of signals) signal.removeEventListener('abort', finish);
        const aborted = signals.find((signal) => signal.aborted);
        if (aborted) reject(aborted.reason);
        else resolve();
      };
      const timer = setTimeout(finish, waitMs);
      this.#wakeUps.add(finish);
      for (const signal of signals) signal.addEventListener('abort', finish);
      if (this.#entries.size > 0 || signals.some((signal) => signal.aborted)) finish();
    });
  }

  close(): void {
    for (const entry of this.#entries.values()) entry.settle('closed');
    this.#entries.clear();
  }

  #remember(updateId: number): void {
    const [oldest] = this.#handled;
    if (this.#handled.size >= rememberedUpdates && oldest !== undefined) this.#handled.delete(oldest);
    this.#handled.add(updateId);
  }
}
