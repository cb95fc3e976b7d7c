import { type Job, urgencyOf } from '../policy/job.ts';
import { SparseSet } from '../policy/sparse.ts';
import type { Clock } from '../ports/clock.ts';
import type {
  DeadLetter,
  DeadLetterState,
  LoadLimits,
  OutboxEntry,
  Store,
  StoreChange,
  StoredInstance,
  StoredSnapshot,
} from '../ports/store.ts';
import type { Failure } from '../schema/failure.ts';
import type { Json } from '../schema/json.ts';
import type { InboundMessage, QueuedMessage, Receipt } from '../schema/message.ts';

/** One for all: most journals have written what they had to write. */
const nothing: readonly StoreChange[] = [];

/** Whose journal it is. */
export interface JournalOwner {
  readonly instanceId: string;
  readonly clock: Clock;
  /** Without one nothing is written down. */
  readonly store: Store | undefined;
  /** How much of what grows without end is taken over from the process before. */
  readonly limits: LoadLimits;
  /** Something could not be written. Must not throw. */
  onStoreFailure(failure: Failure): void;
}

/**
 * What an instance writes down, so that the process after this one goes on where it was. Each method resolves when what it
 * writes is durable, and rejects when nothing of it was written; without a store there is nothing to wait for.
 *
 * J1. A message is in the store before its sender is told that it is accepted.
 * J2. Before a message goes to the peer it is written down that it does: whoever finds it so later knows that it may have
 *     arrived.
 * J3. What was sent is written down with its key in one commit, and a dead letter with the end of its message. A key that was made
 *     here nobody can use again: it is not kept.
 * J4. What has become of a message and could not be written is written with the next commit, if need be by the journal that the
 *     instance has when it is started again in this process.
 * J5. Nothing is written before what is there was read: what is new is numbered after it.
 * J6. Nothing is written before what ended a message that did not arrive is durable, or late (J4): what goes to the peer meanwhile would have
 *     overtaken that message where the next process finds it again. Nor before what was late is: it would come after what is newer.
 */
export class Journal {
  /** Of each store the journals that may still have something to write, by instance. */
  static readonly #open = new WeakMap<Store, Map<string, Journal>>();
  readonly #owner: JournalOwner;
  readonly #writing = new SparseSet<Promise<void>>();
  /** Until it was taken over: each would keep the one before it, and all of them together the whole past. */
  #predecessor: Journal | undefined;
  #loading: Promise<StoredInstance> | undefined;
  #isLoaded = false;
  /** Commits that wait for their turn. */
  #waiting = 0;
  #sequence = 0;
  /** J4. */
  #late = nothing;
  /** J6. The writing that all others wait for. */
  #first: Promise<void> | undefined;
  /** Resolves when whoever is the last in the line has begun to write. */
  #line: Promise<void> | undefined;

  constructor(owner: JournalOwner) {
    this.#owner = owner;
    const { instanceId, store } = owner;
    if (!store) return;
    const open = Journal.#open.get(store) ?? new Map<string, Journal>();
    Journal.#open.set(store, open);
    this.#predecessor = open.get(instanceId);
    open.set(instanceId, this);
  }

  get isDurable(): boolean {
    return this.#owner.store !== undefined;
  }

  /** What the process before has left. It is read once; a reading that failed is done again for whoever asks next. */
  load(): Promise<StoredInstance | undefined> {
    const { store } = this.#owner;
    if (!store) return Promise.resolve(undefined);
    this.#loading ??= this.#read(store).catch((error: unknown) => {
      this.#loading = undefined;
      this.#owner.onStoreFailure(storeFailure(error));
      throw error;
    });
    return this.#loading;
  }

  /**
   * J1, and J2 where it goes at once. A replay is marked in the same commit, so that its dead letter is not sent by two. A store that
   * does not know whether it has written what it failed to write has it taken out again (J4): what was refused must not be sent.
   */
  accepted(job: Job, state: OutboxEntry['state']): Promise<void> {
    const { replayOf: id } = job;
    const { instanceId } = this.#owner;
    const mark = (state: DeadLetterState): StoreChange[] =>
      id === undefined ? [] : [{ type: 'deadLetter.mark', instanceId, id, state }];
    const put = (): StoreChange[] => {
      this.#sequence += 1;
      job.sequence = this.#sequence;
      return [this.#put(job, state), ...mark('replaying')];
    };
    return this.#commit(put, { otherwise: [this.#remove(job), ...mark('dead')] });
  }

  /** The receipt of the message that was sent under the key of this one. */
  async receipt({ message }: Job): Promise<Receipt | null> {
    const { instanceId, store } = this.#owner;
    return (await store?.receipt(instanceId, message.idempotencyKey)) ?? null;
  }

  /** J2. */
  attempting(job: Job): Promise<void> {
    return this.#commit(() => [this.#put(job, 'attempting')]);
  }

  /** It is certain that the peer has not taken it, and it is tried again. If this cannot be written, it is found in doubt. */
  waiting(job: Job): Promise<void> {
    return this.#commit(() => [this.#put(job, job.doubt ? 'attempting' : 'queued')]);
  }

  /** J3. */
  sent(job: Job, receipt: Receipt): Promise<void> {
    const { clock, instanceId } = this.#owner;
    const { idempotencyKey: key } = job.message;
    return this.#settle([
      ...(job.mayRepeat ? [{ type: 'key.put', instanceId, key, receipt, atMs: clock.now() } as const] : []),
      this.#remove(job),
      ...this.#endReplay(job),
    ]);
  }

  /** J3. Given up, or not to be tried again though nobody knows whether it arrived. */
  gaveUp(job: Job, reason: Failure): Promise<void> {
    const { jobId, message, attempts } = job;
    const letter = { id: job.replayOf ?? jobId, direction: 'outbound', message } as const;
    return this.#drop([
      this.#remove(job),
      this.#putLetter({ ...letter, ...this.#about(message), reason, attempts, state: 'dead' }),
    ]);
  }

  /** Expired or withdrawn: nobody wants it any more. */
  dropped(job: Job): Promise<void> {
    return this.#drop([this.#remove(job), ...this.#endReplay(job)]);
  }

  /** J3. The handler would not take it. */
  inboundGaveUp(message: InboundMessage, reason: Failure, attempts: number): Promise<void> {
    const letter = { id: `in:${message.id}`, direction: 'inbound', message } as const;
    return this.#commit(() => [
      this.#putLetter({ ...letter, ...this.#about(message), reason, attempts, state: 'dead' }),
    ]);
  }

  /** The handler took a dead letter after all. */
  inboundReplayed(id: string): Promise<void> {
    return this.#commit(() => [{ type: 'deadLetter.remove', instanceId: this.#owner.instanceId, id }]);
  }

  /** These were handled, and reading goes on from there. */
  handled(messageIds: readonly string[], cursor: Json): Promise<void> {
    const { clock, instanceId } = this.#owner;
    const atMs = clock.now();
    return this.#commit(() => [
      ...messageIds.map((messageId) => ({ type: 'handled.put', instanceId, messageId, atMs }) as const),
      { type: 'cursor.put', instanceId, cursor },
    ]);
  }

  snapshot(snapshot: StoredSnapshot): Promise<void> {
    return this.#commit(() => [{ type: 'snapshot.put', instanceId: this.#owner.instanceId, snapshot }]);
  }

  /** Resolves when all that is under way is written, or could not be. */
  async written(): Promise<void> {
    if (this.#late.length > 0) this.#commit(() => []).catch(() => undefined);
    while (this.#writing.size > 0) await Promise.allSettled(this.#writing);
  }

  /** The instance has ended. What is still to be written is left to its next journal. */
  end(): void {
    const { instanceId, store } = this.#owner;
    if (!store || this.#late.length > 0 || this.#writing.size > 0) return;
    const open = Journal.#open.get(store);
    if (open?.get(instanceId) === this) open.delete(instanceId);
  }

  async #read(store: Store): Promise<StoredInstance> {
    const { instanceId, limits } = this.#owner;
    await this.#takeOver(store);
    const stored = await store.load(instanceId, limits);
    this.#sequence = stored.outbox.at(-1)?.sequence ?? 0;
    this.#isLoaded = true;
    return stored;
  }

  /** J4. */
  async #takeOver(store: Store): Promise<void> {
    const before = this.#predecessor;
    if (!before) return;
    while (before.#writing.size > 0) await Promise.allSettled(before.#writing);
    if (before.#late.length > 0) await store.commit(before.#late);
    before.#late = nothing;
    this.#predecessor = undefined;
  }

  /** J4. */
  #settle(changes: readonly StoreChange[]): Promise<void> {
    return this.#commit(() => changes, { otherwise: changes });
  }

  /** J4, J6. */
  #drop(changes: readonly StoreChange[]): Promise<void> {
    return this.#commit(() => changes, { otherwise: changes, isFirst: true });
  }

  /** `otherwise` goes with the next commit when this one fails; so does what was late before, whose turn this is. */
  #commit(
    changes: () => readonly StoreChange[],
    { isFirst = false, otherwise = nothing }: CommitOptions = {},
  ): Promise<void> {
    const { store } = this.#owner;
    if (!store) return Promise.resolve();
    let late = nothing;
    let letGo: (() => void) | undefined;
    const commit = (): Promise<void> => {
      late = this.#late;
      this.#late = nothing;
      if (isFirst || late.length > 0) {
        this.#first = new Promise((resolve) => {
          letGo = resolve;
        });
      }
      return store.commit([...late, ...changes()]);
    };
    const isReady = this.#isLoaded && this.#waiting === 0 && !this.#first;
    const writing = (isReady ? attempt(commit) : this.#inTurn(commit))
      .catch((error: unknown) => {
        this.#late = [...late, ...otherwise, ...this.#late];
        this.#owner.onStoreFailure(storeFailure(error));
        throw error;
      })
      .finally(() => {
        this.#writing.delete(writing);
        if (!letGo) return;
        this.#first = undefined;
        letGo();
      });
    this.#writing.add(writing);
    return writing;
  }

  /** J5, J6. In the order of the calls. */
  async #inTurn(commit: () => Promise<void>): Promise<void> {
    let leave = (): void => undefined;
    const before = this.#line;
    this.#line = new Promise((resolve) => {
      leave = resolve;
    });
    this.#waiting += 1;
    let writing: Promise<void>;
    try {
      await Promise.all([this.load(), before]);
      while (this.#first !== undefined) await this.#first;
      writing = attempt(commit);
    } finally {
      this.#waiting -= 1;
      leave();
    }
    await writing;
  }

  #put(job: Job, state: OutboxEntry['state']): StoreChange {
    const { acceptedAtMs, attempts, jobId, message, notBeforeMs, sequence } = job;
    const expiresAtMs = message.expiresAt ?? null;
    const schedule = { notBeforeMs, priority: urgencyOf(job), expiresAtMs, acceptedAtMs };
    const entry = { jobId, sequence, message, attempts, state, ...schedule };
    return { type: 'outbox.put', instanceId: this.#owner.instanceId, entry };
  }

  #remove({ jobId }: Job): StoreChange {
    return { type: 'outbox.remove', instanceId: this.#owner.instanceId, jobId };
  }

  #putLetter(letter: DeadLetter): StoreChange {
    return { type: 'deadLetter.put', instanceId: this.#owner.instanceId, letter };
  }

  #endReplay({ replayOf }: Job): StoreChange[] {
    if (replayOf === undefined) return [];
    return [{ type: 'deadLetter.remove', instanceId: this.#owner.instanceId, id: replayOf }];
  }

  #about({ conversation }: QueuedMessage | InboundMessage) {
    return { conversation, atMs: this.#owner.clock.now() };
  }
}

interface CommitOptions {
  readonly otherwise?: readonly StoreChange[];
  /** J6. */
  readonly isFirst?: boolean;
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
