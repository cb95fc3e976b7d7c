import type {
  DeadLetterReader,
  LoadLimits,
  PruneCounts,
  PruneRequest,
  Receipt,
  Store,
  StoreChange,
  StoredInstance,
} from 'holdfast';

/** `written`: it is in the store all the same, and the store does not know. */
export type WriteFailure = 'rejected' | 'thrown' | 'written';

/** The life of a process: what it waits for when it dies never comes. */
export interface Life {
  readonly isOver: boolean;
  end(): void;
  /** What is asked of a dead process, or answered to it, is never answered. */
  during<T>(call: () => Promise<T>): Promise<T>;
}

const diskFull = 'The disk is full.';

type Matches = (change: StoreChange) => boolean;

/** That a message goes to the peer. */
export const isAttempt: Matches = (change) => change.type === 'outbox.put' && change.entry.state === 'attempting';
/** What has become of a message. */
export const isFate: Matches = (change) => change.type === 'outbox.remove';

/** No write: only reading hangs. */
export const isRead: Matches = () => false;

const isAny: Matches = () => true;

/** What one process sees of a store that outlives it: writes and reads fail or hang when they are told to, and end with it. */
export class ProcessStore implements Store {
  /** What this process has written, commit by commit. */
  readonly commits: (readonly StoreChange[])[] = [];
  readonly deadLetters: DeadLetterReader;
  /** Every write and every read fails. */
  isBroken = false;
  /** Every read fails. */
  isUnreadable = false;
  /** How often it was asked to write, successful or not. */
  attempts = 0;
  /** How many writes it has failed. */
  failures = 0;
  readonly #disk: Store;
  readonly #life: Life;
  #planned: readonly { readonly failure: WriteFailure; readonly matches: Matches }[] = [];
  #death: { readonly atCommit: number; readonly isWritten: boolean } | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #gate: Promise<void> = Promise.resolve();
  #hangs: Matches = isAny;
  #answersLate = false;
  #release = (): void => undefined;

  constructor(disk: Store, life: Life) {
    this.#disk = disk;
    this.#life = life;
    const { deadLetters } = disk;
    this.deadLetters = {
      list: (query) => this.#read(() => deadLetters.list(query)),
      get: (instanceId, id) => this.#read(() => deadLetters.get(instanceId, id)),
      count: (filter) => this.#read(() => deadLetters.count(filter)),
    };
  }

  /** The next commit that holds such a change fails. */
  failNext(failure: WriteFailure, matches = isAny): void {
    this.#planned = [...this.#planned, { failure, matches }];
  }

  /** From the next commit on that holds such a change, nothing is answered until `release`. */
  hang(matches = isAny): void {
    this.#release();
    this.#hangs = matches;
    this.#gate = new Promise((resolve) => {
      this.#release = resolve;
    });
  }

  release(): void {
    this.#release();
    this.#release = () => undefined;
  }

  /** The process dies at the commit after the next `after`: before it is written, or before anybody learns that it is. */
  dieAtCommit(after: number, isWritten: boolean): void {
    this.#death = { atCommit: this.commits.length + after, isWritten };
  }

  /** The next commit is written in its turn, and answered at `release`. */
  answerLate(): void {
    this.#answersLate = true;
    this.#gate = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.#hangs = isRead;
  }

  /** Nothing that was planned happens any more. */
  heal(): void {
    this.isBroken = false;
    this.isUnreadable = false;
    this.#planned = [];
    this.#death = undefined;
    this.release();
  }

  commit(changes: readonly StoreChange[]): Promise<void> {
    this.attempts += 1;
    const failure = this.#failureOf(changes) ?? (this.isBroken ? 'rejected' : undefined);
    if (failure) this.failures += 1;
    if (failure === 'thrown') throw new Error(diskFull);
    const copy = structuredClone(changes);
    const before = this.#last;
    const writing = (async () => {
      await before;
      if (changes.some(this.#hangs)) await this.#gate;
      await this.#write(copy, failure);
    })();
    this.#last = writing.catch(() => undefined);
    const answer = this.#answersLate ? writing.then(() => this.#gate) : writing;
    this.#answersLate = false;
    return this.#life.during(() => answer);
  }

  instances(): Promise<string[]> {
    return this.#read(() => this.#disk.instances());
  }

  load(instanceId: string, limits: LoadLimits): Promise<StoredInstance> {
    return this.#read(() => this.#disk.load(instanceId, limits));
  }

  receipt(instanceId: string, key: string): Promise<Receipt | null> {
    return this.#read(() => this.#disk.receipt(instanceId, key));
  }

  prune(request: PruneRequest): Promise<PruneCounts> {
    return this.#read(() => this.#disk.prune(request));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #failureOf(changes: readonly StoreChange[]): WriteFailure | undefined {
    const next = this.#planned.find(({ matches }) => changes.some(matches));
    this.#planned = this.#planned.filter((planned) => planned !== next);
    return next?.failure;
  }

  #read<T>(read: () => Promise<T>): Promise<T> {
    return this.#life.during(async () => {
      if (this.isBroken || this.isUnreadable) throw new Error('The file is locked.');
      if (this.#hangs === isAny || this.#hangs === isRead) await this.#gate;
      return read();
    });
  }

  async #write(changes: readonly StoreChange[], failure: WriteFailure | undefined): Promise<void> {
    if (this.#life.isOver) return;
    const isLast = this.#death?.atCommit === this.commits.length;
    if (isLast && !this.#death?.isWritten) return this.#life.end();
    if (failure !== 'rejected') await this.#disk.commit(changes);
    if (failure) throw new Error(diskFull);
    this.commits.push(changes);
    if (isLast) this.#life.end();
  }
}
