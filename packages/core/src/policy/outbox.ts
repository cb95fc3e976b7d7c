import type { Failure } from '../schema/failure.ts';
import type { QueuedMessage, Receipt } from '../schema/message.ts';

/**
 * The messages that an instance has accepted and not yet settled. It decides the order; it does no I/O and knows no
 * clock: `now` is handed in. It outlives the Sender that empties it, so a crash of the Sender loses nothing.
 *
 * O1. Messages of one conversation leave in the order in which they came; one that waits for a retry holds back its own
 *     conversation and no other.
 * O2. queued + waiting + in flight ≤ capacity.
 * O3. accepted = sent + failed + handed back + size, at any moment.
 * O4. Two messages with one idempotency key are never in flight together.
 */
export class Outbox {
  readonly capacity: number;
  readonly #sentCacheSize: number;
  readonly #conversations = new Map<string, Conversation>();
  readonly #receipts = new Map<string, Receipt>();
  readonly #keysInFlight = new Set<string>();
  #pausedUntilMs = 0;
  #isClosed = false;
  #size = 0;
  #accepted = 0;
  #sent = 0;
  #failed = 0;

  constructor(options: { readonly capacity: number; readonly sentCacheSize: number }) {
    this.capacity = options.capacity;
    this.#sentCacheSize = options.sentCacheSize;
  }

  /** Messages accepted and not settled. */
  get size(): number {
    return this.#size;
  }

  get account(): { readonly accepted: number; readonly sent: number; readonly failed: number } {
    return { accepted: this.#accepted, sent: this.#sent, failed: this.#failed };
  }

  /** Takes a message in, or says why not: there is no room, or everything was handed back. */
  accept(job: Omit<Job, 'attempts'>): Job | 'full' | 'closed' {
    if (this.#isClosed) return 'closed';
    if (this.#size >= this.capacity) return 'full'; // O2
    const accepted: Job = { ...job, attempts: 0 };
    this.#conversation(job.message.conversation).jobs.push(accepted);
    this.#size += 1;
    this.#accepted += 1;
    return accepted;
  }

  /** The next job to deliver now, or undefined. It is in flight until `sent`, `failed`, `retry` or `release`. */
  take(nowMs: number): Job | undefined {
    if (nowMs < this.#pausedUntilMs) return undefined;
    for (const conversation of this.#conversations.values()) {
      const [job] = conversation.jobs;
      if (job === undefined || conversation.isBusy || nowMs < conversation.notBeforeMs) continue; // O1
      if (this.#keysInFlight.has(job.message.idempotencyKey)) continue; // O4
      conversation.isBusy = true;
      this.#keysInFlight.add(job.message.idempotencyKey);
      return job;
    }
    return undefined;
  }

  /** When something that waits now becomes due, or undefined when nothing waits for a time. */
  nextDueMs(nowMs: number): number | undefined {
    let earliest: number | undefined;
    for (const conversation of this.#conversations.values()) {
      const dueMs = Math.max(conversation.notBeforeMs, this.#pausedUntilMs);
      if (conversation.isBusy || conversation.jobs.length === 0 || dueMs <= nowMs) continue;
      if (earliest === undefined || dueMs < earliest) earliest = dueMs;
    }
    return earliest;
  }

  sent(job: Job, receipt: Receipt): void {
    if (!this.#isInFlight(job)) return;
    this.#leave(job);
    this.#sent += 1;
    this.#remember(job.message.idempotencyKey, receipt);
    job.settle({ outcome: 'sent', receipt });
  }

  failed(job: Job, failure: Failure): void {
    if (!this.#isInFlight(job)) return;
    this.#leave(job);
    this.#failed += 1;
    job.settle({ outcome: 'failed', failure, attempts: job.attempts });
  }

  /** Puts a job back at the head of its conversation, not to be taken before `atMs`. */
  retry(job: Job, atMs: number): void {
    if (!this.#isInFlight(job)) return;
    const conversation = this.#conversation(job.message.conversation);
    conversation.notBeforeMs = atMs;
    this.#land(job, conversation);
  }

  /** Puts a job back as if it had not been taken. */
  release(job: Job): void {
    if (!this.#isInFlight(job)) return;
    this.#land(job, this.#conversation(job.message.conversation));
  }

  /** Nothing is taken before `untilMs`: the peer asked the whole instance to wait. */
  pause(untilMs: number): void {
    this.#pausedUntilMs = Math.max(this.#pausedUntilMs, untilMs);
  }

  /** The receipt of the message that was sent under this key, while it is remembered. */
  receipt(idempotencyKey: string): Receipt | undefined {
    return this.#receipts.get(idempotencyKey);
  }

  /**
   * Gives everything that is left back to its owners, in flight included, in the order of each conversation. It takes
   * nothing in from then on.
   */
  handBack(): QueuedMessage[] {
    this.#isClosed = true;
    const messages: QueuedMessage[] = [];
    for (const conversation of this.#conversations.values()) {
      for (const job of conversation.jobs) {
        messages.push(job.message);
        job.settle({ outcome: 'handedBack' });
      }
    }
    this.#conversations.clear();
    this.#keysInFlight.clear();
    this.#size = 0;
    return messages;
  }

  #conversation(name: string): Conversation {
    let conversation = this.#conversations.get(name);
    if (conversation === undefined) {
      conversation = { jobs: [], isBusy: false, notBeforeMs: 0 };
      this.#conversations.set(name, conversation);
    }
    return conversation;
  }

  /** A late answer finds its job gone: it was handed back. */
  #isInFlight(job: Job): boolean {
    const conversation = this.#conversations.get(job.message.conversation);
    return conversation?.isBusy === true && conversation.jobs[0] === job;
  }

  #leave(job: Job): void {
    const name = job.message.conversation;
    const conversation = this.#conversation(name);
    conversation.jobs.shift();
    this.#land(job, conversation);
    this.#size -= 1;
    // Back in at the end when there is more: conversations take turns.
    this.#conversations.delete(name);
    if (conversation.jobs.length > 0) this.#conversations.set(name, conversation);
  }

  #land(job: Job, conversation: Conversation): void {
    conversation.isBusy = false;
    this.#keysInFlight.delete(job.message.idempotencyKey);
  }

  #remember(key: string, receipt: Receipt): void {
    if (this.#receipts.has(key)) return;
    this.#receipts.set(key, receipt);
    if (this.#receipts.size <= this.#sentCacheSize) return;
    const [oldest] = this.#receipts.keys();
    if (oldest !== undefined) this.#receipts.delete(oldest);
  }
}

/** One accepted message on its way. */
export interface Job {
  readonly jobId: string;
  readonly message: QueuedMessage;
  /** Attempts that were made and count. The Sender counts them up. */
  attempts: number;
  /** Called once, with what has become of it. Must not throw. */
  readonly settle: (fate: Fate) => void;
}

export type Fate =
  | { readonly outcome: 'sent'; readonly receipt: Receipt }
  | { readonly outcome: 'failed'; readonly failure: Failure; readonly attempts: number }
  | { readonly outcome: 'handedBack' };

interface Conversation {
  /** The head is the one in flight, or next. */
  readonly jobs: Job[];
  isBusy: boolean;
  notBeforeMs: number;
}
