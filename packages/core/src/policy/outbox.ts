import type { Failure } from '../schema/failure.ts';
import type { QueuedMessage, Receipt } from '../schema/message.ts';
import { type Fate, fateOfUnsent, type Job, type LeftJob, type NewJob, type OutboxJob, urgencyOf } from './job.ts';
import { LatestMap } from './LatestMap.ts';
import { Pauses } from './pauses.ts';
import { nextPressure, type PressureLevel, type PressureThresholds } from './pressure.ts';
import { SparseMap, SparseSet } from './sparse.ts';

export interface OutboxOptions extends PressureThresholds {
  /** Messages that may be accepted and not settled. */
  readonly capacity: number;
  /** How many idempotency keys are remembered with their receipts. */
  readonly sentCacheSize: number;
}

/** Who is told of the pressure. */
export interface OutboxOwner {
  /** The level has changed. Must not throw. */
  onPressure(change: PressureChange): void;
}

/**
 * The messages that an instance has accepted and not yet settled. It decides the order; it does no I/O and knows no
 * clock: `now` is handed in. It outlives the Sender that empties it, so a crash of the Sender loses nothing.
 *
 * O1. Messages of one conversation leave in the order in which they came; one that waits for a retry, or is held, holds back
 *     its own conversation and no other. Among conversations the one whose next message is the most urgent goes first.
 * O2. queued + waiting + held + in flight ≤ capacity.
 * O3. accepted = sent + failed + expired + withdrawn + unknown + handed back + size, at any moment.
 * O4. Two messages with one idempotency key are never in flight together.
 * O5. Of a message that may have been taken by the peer it is never said that it was not sent.
 */
export class Outbox {
  readonly capacity: number;
  readonly #options: OutboxOptions;
  readonly #owner: OutboxOwner | undefined;
  readonly #jobs = new SparseMap<string, OutboxJob>();
  readonly #conversations = new SparseMap<string, OutboxJob[]>();
  readonly #pauses = new Pauses();
  readonly #expiring = new SparseSet<OutboxJob>();
  /** The idempotency keys of the last messages that were sent, with their receipts. */
  readonly #receipts: LatestMap<Receipt>;
  readonly #keysInFlight = new SparseSet<string>();
  readonly #account = { accepted: 0, sent: 0, failed: 0, expired: 0, withdrawn: 0, unknown: 0 };
  /** How many are of another priority than the normal one. */
  #unequal = 0;
  /** Nothing waits for a later time than this. */
  #latestDueMs = 0;
  #isClosed = false;
  #pressure: PressureLevel = 'normal';

  constructor(options: OutboxOptions, owner?: OutboxOwner) {
    this.capacity = options.capacity;
    this.#receipts = new LatestMap(options.sentCacheSize);
    this.#options = options;
    this.#owner = owner;
  }

  /** Messages accepted and not settled. */
  get size(): number {
    return this.#jobs.size;
  }

  get pressure(): PressureLevel {
    return this.#pressure;
  }

  /** Everything was handed back: it takes nothing in. */
  get isClosed(): boolean {
    return this.#isClosed;
  }

  get account(): OutboxAccount {
    return { ...this.#account };
  }

  /** The job under this id while it is not settled. */
  find(jobId: string): Job | undefined {
    return this.#jobs.get(jobId);
  }

  /** Takes a message in, or says why not. */
  accept(newJob: NewJob): Job | 'full' | 'shedding' | 'closed' {
    if (this.#isClosed) return 'closed';
    if (this.size >= this.capacity) return 'full'; // O2
    if (this.#pressure === 'shed' && newJob.message.priority === 'low') return 'shedding';
    return this.#enter(newJob);
  }

  /**
   * Takes a job that is being written down, if it is the next of its conversation, could go now, and takes nobody's turn by it: it is in
   * flight, and goes when it is written. Whether it was taken.
   */
  claim(job: Job, nowMs: number): boolean {
    const own = this.#jobs.get(job.jobId);
    if (own !== job || own.state !== 'storing') return false;
    if (nowMs < this.#dueMs(own)) return false;
    if (this.#conversations.get(own.message.conversation)?.[0] !== own) return false; // O1
    if (this.#keysInFlight.has(own.message.idempotencyKey)) return false; // O4
    if (this.#next(nowMs)) return false;
    this.#launch(own);
    return true;
  }

  /** It was claimed, and does not go: it is being written down, as before. */
  unclaim(job: Job): void {
    const own = this.#inFlight(job);
    if (own) this.#land(own, 'storing');
  }

  /** It is written down, and may go. */
  stored(job: Job): void {
    const own = this.#jobs.get(job.jobId);
    if (own === job && own.state === 'storing') own.state = 'queued';
  }

  /** It could not be written down, and so was never accepted. */
  refuse(job: Job): void {
    const own = this.#jobs.get(job.jobId);
    if (own !== job || own.state !== 'storing') return;
    this.#account.accepted -= 1;
    this.#drop(own);
  }

  /** Takes in what a process before this one has left, in its order and before what has come since; over the capacity too. */
  restore(left: readonly LeftJob[]): void {
    const since = [...this.#conversations.values()].flat();
    this.#conversations.clear();
    for (const { attempts, doubt, notBeforeMs, ...newJob } of left) {
      if (!this.#jobs.has(newJob.jobId)) Object.assign(this.#enter(newJob), { attempts, doubt, notBeforeMs });
      this.#noteDue(notBeforeMs);
    }
    for (const job of since) this.#queue(job);
  }

  #enter(newJob: NewJob): OutboxJob {
    const { jobId, message, settle, sequence = 0, acceptedAtMs = 0, isStored = true, mayRepeat = true } = newJob;
    const job: OutboxJob = {
      jobId,
      message,
      settle,
      sequence,
      acceptedAtMs,
      mayRepeat,
      replayOf: newJob.replayOf,
      attempts: 0,
      state: isStored ? 'queued' : 'storing',
      notBeforeMs: 0,
      doubt: null,
      isResumed: false,
      isUnwanted: false,
    };
    this.#queue(job);
    this.#jobs.set(jobId, job);
    if (typeof message.expiresAt === 'number') this.#expiring.add(job);
    if (urgencyOf(job) !== 0) this.#unequal += 1;
    this.#account.accepted += 1;
    this.#measure();
    return job;
  }

  #queue(job: OutboxJob): void {
    const { conversation } = job.message;
    const jobs = this.#conversations.get(conversation);
    if (jobs) jobs.push(job);
    else this.#conversations.set(conversation, [job]);
  }

  /** The next job to deliver now, or undefined. It is in flight until one of the methods below says what came of it. */
  take(nowMs: number): Job | undefined {
    this.expire(nowMs);
    const next = this.#next(nowMs);
    if (next) this.#launch(next);
    return next;
  }

  #next(nowMs: number): OutboxJob | undefined {
    if (nowMs < this.#pauses.untilMs) return undefined;
    let next: OutboxJob | undefined;
    for (const jobs of this.#conversations.values()) {
      const job = jobs[0];
      if (job === undefined || job.state !== 'queued' || nowMs < this.#dueMs(job)) continue; // O1
      if (this.#keysInFlight.has(job.message.idempotencyKey)) continue; // O4
      if (next === undefined || urgencyOf(job) > urgencyOf(next)) next = job;
      if (this.#unequal === 0) break;
    }
    return next;
  }

  #launch(job: OutboxJob): void {
    job.state = 'inFlight';
    this.#keysInFlight.add(job.message.idempotencyKey);
  }

  /** When something that waits now becomes due or expires, or undefined when nothing waits for a time. */
  nextDueMs(nowMs: number): number | undefined {
    let earliest = Number.POSITIVE_INFINITY;
    // Asked after every message: where nothing was told to wait, nobody need be looked at.
    const conversations = nowMs < this.#latestDueMs ? this.#conversations.values() : [];
    for (const jobs of conversations) {
      const job = jobs[0];
      const dueMs = job?.state === 'queued' ? this.#dueMs(job) : 0;
      if (dueMs > nowMs) earliest = Math.min(earliest, dueMs);
    }
    earliest = Math.min(earliest, this.nextExpiryMs() ?? earliest);
    return earliest === Number.POSITIVE_INFINITY ? undefined : earliest;
  }

  /** When the next message that is not in flight expires. */
  nextExpiryMs(): number | undefined {
    let earliest: number | undefined;
    for (const { message, state } of this.#expiring) {
      if (state === 'inFlight' || typeof message.expiresAt !== 'number') continue;
      if (earliest === undefined || message.expiresAt < earliest) earliest = message.expiresAt;
    }
    return earliest;
  }

  sent(job: Job, receipt: Receipt): void {
    const own = this.#settleable(job);
    if (!own) return;
    if (own.mayRepeat) this.remember(own.message.idempotencyKey, receipt);
    this.#settle(own, { outcome: 'sent', receipt });
  }

  failed(job: Job, failure: Failure): void {
    const own = this.#settleable(job);
    if (own) this.#settle(own, { outcome: 'failed', failure, attempts: own.attempts });
  }

  /** Nobody knows whether the peer has taken it, and it is not tried again. */
  unknown(job: Job, failure: Failure): void {
    const own = this.#settleable(job);
    if (own) this.#settle(own, { outcome: 'unknown', failure });
  }

  /** Puts a job back at the head of its conversation, not to be taken before `atMs`. */
  retry(job: Job, atMs: number, doubt: Failure | null = null): void {
    const own = this.#inFlight(job);
    if (!own) return;
    own.notBeforeMs = atMs;
    this.#noteDue(atMs);
    this.#land(own, 'queued', doubt);
  }

  /** Puts a job back as if it had not been taken. */
  release(job: Job): void {
    const own = this.#inFlight(job);
    if (own) this.#land(own, 'queued');
  }

  /** Puts a job back for somebody to decide about; its conversation waits with it. The next process does so until `atMs`. */
  hold(job: Job, doubt: Failure | null = null, atMs = 0): void {
    const own = this.#inFlight(job);
    if (!own) return;
    own.notBeforeMs = atMs;
    this.#land(own, 'held', doubt);
  }

  /** A held job goes on as if its wait were over. Whether it was held. */
  resume(jobId: string): boolean {
    const job = this.#jobs.get(jobId);
    if (job?.state !== 'held') return false;
    job.state = 'queued';
    job.notBeforeMs = 0;
    job.isResumed = true;
    return true;
  }

  /**
   * Takes a message back that is not in flight: `withdrawn`, or `unknown` when an attempt before may have reached the peer. One
   * in flight is not tried again if this attempt fails: the next `expire` settles it. Whether it was settled by this.
   */
  withdraw(jobId: string): boolean {
    const job = this.#jobs.get(jobId);
    if (!job) return false;
    job.isUnwanted = true;
    if (job.state === 'inFlight') this.#expiring.add(job);
    else this.#settle(job, fateOfUnsent(job, 'withdrawn'));
    return job.state !== 'inFlight';
  }

  /** Nothing is taken before `untilMs`: the peer asked the whole instance, or one conversation, to wait. */
  pause(untilMs: number, conversation?: string): void {
    this.#pauses.pause(untilMs, conversation);
    this.#noteDue(untilMs);
  }

  /** Whether the peer asked for a wait, of all or of its conversation, that is not over. */
  isPaused({ message }: Job, nowMs: number): boolean {
    return nowMs < this.#pauses.untilMsOf(message.conversation);
  }

  /** The receipt of the message that was sent under this key, while it is remembered. */
  receipt(idempotencyKey: string): Receipt | undefined {
    return this.#receipts.get(idempotencyKey);
  }

  /**
   * Gives everything that is left back to its owners, in the order of each conversation: what certainly was not sent, and what
   * may have been. It takes nothing in from then on.
   */
  handBack(): { readonly handedBack: QueuedMessage[]; readonly uncertain: QueuedMessage[] } {
    this.#isClosed = true;
    const handedBack: QueuedMessage[] = [];
    const uncertain: QueuedMessage[] = [];
    for (const job of [...this.#conversations.values()].flat()) {
      const isCertain = job.doubt === null && job.state !== 'inFlight'; // O5
      if (isCertain && job.isUnwanted) {
        this.#settle(job, { outcome: 'withdrawn' });
        continue;
      }
      (isCertain ? handedBack : uncertain).push(job.message);
      this.#settle(job, isCertain ? { outcome: 'handedBack' } : { outcome: 'unknown', failure: job.doubt });
    }
    return { handedBack, uncertain };
  }

  #noteDue(atMs: number): void {
    this.#latestDueMs = Math.max(this.#latestDueMs, atMs);
  }

  #dueMs({ message, notBeforeMs }: OutboxJob): number {
    return Math.max(notBeforeMs, this.#pauses.untilMsOf(message.conversation));
  }

  /** Settles what has expired, and what was withdrawn while it was in flight and has come back. */
  expire(nowMs: number): void {
    for (const job of this.#expiring) {
      const { expiresAt = Number.POSITIVE_INFINITY } = job.message;
      if (job.state === 'inFlight') continue;
      if (job.isUnwanted) this.#settle(job, fateOfUnsent(job, 'withdrawn'));
      else if (expiresAt <= nowMs) this.#settle(job, fateOfUnsent(job, 'expired'));
    }
    this.#pauses.forgetPast(nowMs);
  }

  /** A late answer finds its job gone: it was handed back. */
  #inFlight(job: Job): OutboxJob | undefined {
    const own = this.#jobs.get(job.jobId);
    return own === job && own.state === 'inFlight' ? own : undefined;
  }

  /** In flight, or held: somebody knows what has become of it. */
  #settleable(job: Job): OutboxJob | undefined {
    const own = this.#jobs.get(job.jobId);
    return own === job && (own.state === 'inFlight' || own.state === 'held') ? own : undefined;
  }

  #land(job: OutboxJob, state: 'storing' | 'queued' | 'held', doubt: Failure | null = null): void {
    this.#keysInFlight.delete(job.message.idempotencyKey);
    job.state = state;
    if (doubt === null) return;
    job.doubt = doubt; // O5
    job.isResumed = false;
  }

  #settle(job: OutboxJob, fate: Fate): void {
    if (fate.outcome !== 'handedBack') this.#account[fate.outcome] += 1; // O3
    this.#drop(job);
    job.settle(fate, job);
  }

  #drop(job: OutboxJob): void {
    const { conversation: name, idempotencyKey } = job.message;
    if (job.state === 'inFlight') this.#keysInFlight.delete(idempotencyKey);
    const jobs = this.#conversations.get(name) ?? [];
    if (jobs[0] === job) jobs.shift();
    else jobs.splice(jobs.indexOf(job), 1);
    // Back in at the end when there is more: conversations take turns.
    this.#conversations.delete(name);
    if (jobs.length > 0) this.#conversations.set(name, jobs);
    this.#jobs.delete(job.jobId);
    this.#expiring.delete(job);
    if (urgencyOf(job) !== 0) this.#unequal -= 1;
    this.#measure();
  }

  #measure(): void {
    if (this.#isClosed) return;
    const fill = { depth: this.size, capacity: this.capacity };
    const level = nextPressure(this.#pressure, fill, this.#options);
    if (level === this.#pressure) return;
    const previous = this.#pressure;
    this.#pressure = level;
    this.#owner?.onPressure({ level, previous, ...fill });
  }

  /** Keeps a receipt under its key. The first one of a key counts; the oldest goes when there are too many. */
  remember(key: string, receipt: Receipt): void {
    if (!this.#receipts.has(key)) this.#receipts.set(key, receipt);
  }
}

/** What became of what was accepted, in messages. What is not in it is still there, or was handed back. */
export interface OutboxAccount {
  readonly accepted: number;
  readonly sent: number;
  readonly failed: number;
  readonly expired: number;
  readonly withdrawn: number;
  /** Nobody knows whether the peer has taken it. */
  readonly unknown: number;
}

export interface PressureChange {
  readonly level: PressureLevel;
  readonly previous: PressureLevel;
  readonly depth: number;
  readonly capacity: number;
}
