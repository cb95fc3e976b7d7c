import { type Job, urgencyOf } from '../policy/job.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  DeadLetter,
  DeadLetterState,
  OutboxEntry,
  Store,
  StoreChange,
  StoredInstance,
  StoredSnapshot,
} from '../ports/store.ts';
import type { Failure } from '../schema/failure.ts';
import type { Json } from '../schema/json.ts';
import type { InboundMessage, QueuedMessage, Receipt } from '../schema/message.ts';

export interface JournalOptions {
  readonly instanceId: string;
  readonly clock: Clock;
  /** Without one nothing is written down. */
  readonly store: Store | undefined;
  /** How much of what grows without end is taken over from the process before. */
  readonly limits: { readonly keys: number; readonly handled: number };
  /** Called when something could not be written. Must not throw. */
  readonly onFailure: (failure: Failure) => void;
}

/**
 * What an instance writes down, so that the process after this one goes on where it was. Each method resolves when what it
 * writes is durable, and rejects when nothing of it was written; without a store there is nothing to wait for.
 *
 * J1. A message is in the store before its sender is told that it is accepted.
 * J2. Before a message goes to the peer it is written down that it does: whoever finds it so later knows that it may have
 *     arrived.
 * J3. What was sent is written down with its key in one commit, and a dead letter with the end of its message.
 * J4. What has become of a message and could not be written is written with the next commit.
 */
export class Journal {
  readonly #options: JournalOptions;
  readonly #writing = new Set<Promise<void>>();
  #loading: Promise<StoredInstance | undefined> | undefined;
  #sequence = 0;
  /** J4. */
  #late: readonly StoreChange[] = [];

  constructor(options: JournalOptions) {
    this.#options = options;
  }

  get isDurable(): boolean {
    return this.#options.store !== undefined;
  }

  /** What the process before has left. It is read once; a reading that failed is done again for whoever asks next. */
  load(): Promise<StoredInstance | undefined> {
    this.#loading ??= this.#read().catch((error: unknown) => {
      this.#loading = undefined;
      this.#options.onFailure(storeFailure(error));
      throw error;
    });
    return this.#loading;
  }

  /** The place of a new entry: after all that were there, in this process and before. */
  nextSequence(): number {
    // Over the clock, so that what is accepted before the store is read comes after what is in it.
    this.#sequence = Math.max(this.#sequence + 1, this.#options.clock.now() * 1_000);
    return this.#sequence;
  }

  /**
   * J1. A replay is marked in the same commit, so that its dead letter is not sent by two. A store that does not know whether it
   * has written what it failed to write has it taken out again (J4): what was refused must not be sent.
   */
  accepted(job: Job): Promise<void> {
    const { replayOf: id } = job;
    const { instanceId } = this.#options;
    const mark = (state: DeadLetterState): StoreChange[] =>
      id === undefined ? [] : [{ type: 'deadLetter.mark', instanceId, id, state }];
    return this.#commit([this.#put(job, 'queued'), ...mark('replaying')], [this.#remove(job), ...mark('dead')]);
  }

  /** The receipt of the message that was sent under the key of this one. */
  async receipt({ message }: Job): Promise<Receipt | null> {
    const { instanceId, store } = this.#options;
    return (await store?.receipt(instanceId, message.idempotencyKey)) ?? null;
  }

  /** J2. */
  attempting(job: Job): Promise<void> {
    return this.#commit([this.#put(job, 'attempting')]);
  }

  /** It is certain that the peer has not taken it, and it is tried again. If this cannot be written, it is found in doubt. */
  waiting(job: Job): Promise<void> {
    return this.#commit([this.#put(job, job.doubt ? 'attempting' : 'queued')]);
  }

  /** J3. */
  sent(job: Job, receipt: Receipt): Promise<void> {
    const { clock, instanceId } = this.#options;
    const { idempotencyKey: key } = job.message;
    return this.#settle([
      { type: 'key.put', instanceId, key, receipt, atMs: clock.now() },
      this.#remove(job),
      ...this.#endReplay(job),
    ]);
  }

  /** J3. Given up, or not to be tried again though nobody knows whether it arrived. */
  gaveUp(job: Job, reason: Failure): Promise<void> {
    const { jobId, message, attempts } = job;
    const letter = { id: job.replayOf ?? jobId, direction: 'outbound', message } as const;
    return this.#settle([
      this.#remove(job),
      this.#putLetter({ ...letter, ...this.#about(message), reason, attempts, state: 'dead' }),
    ]);
  }

  /** Expired or withdrawn: nobody wants it any more. */
  dropped(job: Job): Promise<void> {
    return this.#settle([this.#remove(job), ...this.#endReplay(job)]);
  }

  /** J3. The handler would not take it. */
  inboundGaveUp(message: InboundMessage, reason: Failure, attempts: number): Promise<void> {
    const letter = { id: `in:${message.id}`, direction: 'inbound', message } as const;
    return this.#commit([this.#putLetter({ ...letter, ...this.#about(message), reason, attempts, state: 'dead' })]);
  }

  /** The handler took a dead letter after all. */
  inboundReplayed(id: string): Promise<void> {
    return this.#commit([{ type: 'deadLetter.remove', instanceId: this.#options.instanceId, id }]);
  }

  /** These were handled, and reading goes on from there. */
  handled(messageIds: readonly string[], cursor: Json): Promise<void> {
    const { clock, instanceId } = this.#options;
    const atMs = clock.now();
    return this.#commit([
      ...messageIds.map((messageId) => ({ type: 'handled.put', instanceId, messageId, atMs }) as const),
      { type: 'cursor.put', instanceId, cursor },
    ]);
  }

  snapshot(snapshot: StoredSnapshot): Promise<void> {
    return this.#commit([{ type: 'snapshot.put', instanceId: this.#options.instanceId, snapshot }]);
  }

  /** Resolves when all that is under way is written, or could not be. */
  async written(): Promise<void> {
    if (this.#late.length > 0) this.#commit([]).catch(() => undefined);
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
  }

  async #read(): Promise<StoredInstance | undefined> {
    const { instanceId, limits, store } = this.#options;
    const stored = await store?.load(instanceId, limits);
    this.#sequence = Math.max(this.#sequence, stored?.outbox.at(-1)?.sequence ?? 0);
    return stored;
  }

  /** J4. */
  #settle(changes: readonly StoreChange[]): Promise<void> {
    return this.#commit(changes, changes);
  }

  /** `otherwise` goes with the next commit when this one fails. */
  #commit(changes: readonly StoreChange[], otherwise: readonly StoreChange[] = []): Promise<void> {
    const { onFailure, store } = this.#options;
    if (!store) return Promise.resolve();
    const late = this.#late;
    this.#late = [];
    const writing = attempt(() => store.commit([...late, ...changes]))
      .catch((error: unknown) => {
        this.#late = [...late, ...otherwise, ...this.#late];
        onFailure(storeFailure(error));
        throw error;
      })
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
    return writing;
  }

  #put(job: Job, state: OutboxEntry['state']): StoreChange {
    const { acceptedAtMs, attempts, jobId, message, notBeforeMs, sequence } = job;
    const expiresAtMs = message.expiresAt ?? null;
    const schedule = { notBeforeMs, priority: urgencyOf(job), expiresAtMs, acceptedAtMs };
    const entry = { jobId, sequence, message, attempts, state, ...schedule };
    return { type: 'outbox.put', instanceId: this.#options.instanceId, entry };
  }

  #remove({ jobId }: Job): StoreChange {
    return { type: 'outbox.remove', instanceId: this.#options.instanceId, jobId };
  }

  #putLetter(letter: DeadLetter): StoreChange {
    return { type: 'deadLetter.put', instanceId: this.#options.instanceId, letter };
  }

  #endReplay({ replayOf }: Job): StoreChange[] {
    if (replayOf === undefined) return [];
    return [{ type: 'deadLetter.remove', instanceId: this.#options.instanceId, id: replayOf }];
  }

  #about({ conversation }: QueuedMessage | InboundMessage) {
    return { conversation, atMs: this.#options.clock.now() };
  }
}

/** A store that throws instead of rejecting has failed as well. */
async function attempt(write: () => Promise<void>): Promise<void> {
  await write();
}

/** The store could not be read or written. What was to be done is done again later. */
export function storeFailure(error: unknown): Failure {
  const message = error instanceof Error ? error.message : 'The store threw what is no error.';
  return { severity: 'recoverable', scope: 'server', code: 'holdfast.store', message, delivered: 'no' };
}

/** The app's handler would not take a message. `error` is named, and not quoted: what it says is the app's, and may hold anything. */
export function notHandled(error: string, attempts: number): Failure {
  const message = `onMessage failed ${attempts} time(s), the last time with ${error}.`;
  return { severity: 'recoverable', scope: 'message', code: 'holdfast.not_handled', message };
}
