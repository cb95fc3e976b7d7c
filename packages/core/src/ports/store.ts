import type { Failure } from '../schema/failure.ts';
import type { Json } from '../schema/json.ts';
import type { InboundMessage, QueuedMessage, Receipt } from '../schema/message.ts';

/**
 * Where instances keep what has to outlive the process: accepted messages, idempotency keys, the cursor, what was handled,
 * dead letters, the chart's snapshot. One store serves all instances of a process.
 *
 * Invariants that an implementation keeps:
 * D1. A commit is applied whole or not at all, its changes in their order.
 * D2. A commit resolves when it is durable: whatever happens to the process from then on, it is there.
 * D3. A commit that rejects has changed nothing, unless its error says in so many words that the outcome is unknown.
 * D4. Commits take effect in the order of the calls. A read shows every commit that was called before it and resolved.
 * D5. What is stored is what the values were at the call, as JSON: nothing that is changed later gets in or out.
 * D6. No instance sees another's data.
 */
export interface Store extends AsyncDisposable {
  /** Writes. Commits that are under way together may share one transaction. An empty one resolves and changes nothing. */
  commit(changes: readonly StoreChange[]): Promise<void>;
  /** The ids of all instances for which something was put and that were not forgotten since, sorted by code units. */
  instances(): Promise<string[]>;
  /** What an instance needs to go on where it was. Of an unknown instance: nothing, in the same shape. */
  load(instanceId: string, limits: LoadLimits): Promise<StoredInstance>;
  /** The receipt that was put under an idempotency key, or null. */
  receipt(instanceId: string, key: string): Promise<Receipt | null>;
  readonly deadLetters: DeadLetterReader;
  /** Forgets what is old. What is not named in the request stays. */
  prune(request: PruneRequest): Promise<PruneCounts>;
  /** Waits for what is under way, and lets go of the file or connection. Idempotent. What is asked later is refused. */
  close(): Promise<void>;
}

/** One change of what is stored about one instance. A put inserts, or replaces what is there under the same id. */
export type StoreChange =
  | { readonly type: 'outbox.put'; readonly instanceId: string; readonly entry: OutboxEntry }
  | { readonly type: 'outbox.remove'; readonly instanceId: string; readonly jobId: string }
  | {
      readonly type: 'key.put';
      readonly instanceId: string;
      readonly key: string;
      readonly receipt: Receipt;
      /** Milliseconds since 1970. */
      readonly atMs: number;
    }
  | { readonly type: 'cursor.put'; readonly instanceId: string; readonly cursor: Json }
  | {
      readonly type: 'handled.put';
      readonly instanceId: string;
      readonly messageId: string;
      /** Milliseconds since 1970. */
      readonly atMs: number;
    }
  | { readonly type: 'deadLetter.put'; readonly instanceId: string; readonly letter: DeadLetter }
  /** Changes the state of a dead letter, and nothing when it is not there. */
  | {
      readonly type: 'deadLetter.mark';
      readonly instanceId: string;
      readonly id: string;
      readonly state: DeadLetterState;
    }
  | { readonly type: 'deadLetter.remove'; readonly instanceId: string; readonly id: string }
  | { readonly type: 'snapshot.put'; readonly instanceId: string; readonly snapshot: StoredSnapshot }
  | { readonly type: 'snapshot.remove'; readonly instanceId: string }
  /** Everything about the instance, dead letters too. */
  | { readonly type: 'instance.forget'; readonly instanceId: string };

/** An accepted message that is not settled yet. */
export interface OutboxEntry {
  readonly jobId: string;
  /** Orders the entries of an instance: lower came earlier. A whole number. */
  readonly sequence: number;
  readonly message: QueuedMessage;
  /** Attempts that were made and count. */
  readonly attempts: number;
  /** `attempting`: handed to the peer, and no answer known; after a crash its fate is unknown. */
  readonly state: 'queued' | 'attempting';
  /** Not to be tried before. Milliseconds since 1970, 0 for at once. */
  readonly notBeforeMs: number;
  /** Higher goes first. */
  readonly priority: number;
  /** Not to be sent after. Milliseconds since 1970, null for never. */
  readonly expiresAtMs: number | null;
  /** Milliseconds since 1970. */
  readonly acceptedAtMs: number;
}

/** What an instance is, and how it has fared: an `InstanceRecord`. A store takes it as it is. */
export interface StoredSnapshot {
  readonly value: Json;
  /** Of the format of `value`: whoever reads it decides whether it knows it. A whole number. */
  readonly version: number;
}

/** How much of what grows without end is loaded. Whole numbers, 0 for none. */
export interface LoadLimits {
  readonly keys: number;
  readonly handled: number;
}

export interface StoredInstance {
  /** By sequence. */
  readonly outbox: readonly OutboxEntry[];
  /** The newest by `atMs`, the oldest of them first. */
  readonly keys: readonly StoredKey[];
  /** Null when none was put. */
  readonly cursor: Json;
  /** Message ids: the newest by `atMs`, the oldest of them first. */
  readonly handled: readonly string[];
  readonly snapshot: StoredSnapshot | null;
}

export interface StoredKey {
  readonly key: string;
  readonly receipt: Receipt;
  readonly atMs: number;
}

/** `dead`: given up; `replaying`: on its way once more; `archived`: seen to, and kept. */
export type DeadLetterState = 'dead' | 'replaying' | 'archived';

/** A message that was given up: one that could not be sent, or one that the app's handler did not take. */
export type DeadLetter =
  | (DeadLetterCommon & { readonly direction: 'outbound'; readonly message: QueuedMessage })
  | (DeadLetterCommon & { readonly direction: 'inbound'; readonly message: InboundMessage });

interface DeadLetterCommon {
  /** Unique within its instance. */
  readonly id: string;
  readonly conversation: string;
  readonly reason: Failure;
  readonly attempts: number;
  /** When it was given up. Milliseconds since 1970. */
  readonly atMs: number;
  readonly state: DeadLetterState;
}

/** A dead letter, and whose it is. */
export type StoredDeadLetter = DeadLetter & { readonly instanceId: string };

export interface DeadLetterReader {
  /**
   * The newest first. Letters that come or go between two pages neither repeat nor hide others.
   * Throws InvalidInputError for a bad `limit` or an `after` that no page has returned.
   */
  list(query?: DeadLetterQuery): Promise<DeadLetterPage>;
  get(instanceId: string, id: string): Promise<StoredDeadLetter | null>;
  count(filter?: DeadLetterFilter): Promise<number>;
}

/** What is left out does not filter. */
export interface DeadLetterFilter {
  readonly instanceId?: string | undefined;
  readonly direction?: DeadLetter['direction'] | undefined;
  readonly state?: DeadLetterState | undefined;
  readonly conversation?: string | undefined;
  /** Given up earlier than this. Milliseconds since 1970. */
  readonly beforeMs?: number | undefined;
  /** Given up at this time or later. Milliseconds since 1970. */
  readonly sinceMs?: number | undefined;
}

export interface DeadLetterQuery extends DeadLetterFilter {
  /** Letters on a page. Default 100, 1 to 1,000. */
  readonly limit?: number | undefined;
  /** `next` of the page before. */
  readonly after?: string | undefined;
}

export interface DeadLetterPage {
  readonly letters: readonly StoredDeadLetter[];
  /** Where the next page begins; null when this is the last. */
  readonly next: string | null;
}

/** `…BeforeMs`: what is older goes (milliseconds since 1970). `keep…`: of each instance, all but the newest so many go. */
export interface PruneRequest {
  readonly keysBeforeMs?: number | undefined;
  readonly keepKeys?: number | undefined;
  readonly handledBeforeMs?: number | undefined;
  readonly keepHandled?: number | undefined;
  /** A letter that is being replayed stays, here and below. */
  readonly deadLettersBeforeMs?: number | undefined;
  readonly keepDeadLetters?: number | undefined;
}

/** How many went. */
export interface PruneCounts {
  readonly keys: number;
  readonly handled: number;
  readonly deadLetters: number;
}
