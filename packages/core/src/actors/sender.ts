import { fromWorker, Worker } from '@holdfast/compile';
import { identityOf, type Job } from '../policy/job.ts';
import type { Outbox } from '../policy/outbox.ts';
import { SparseMap } from '../policy/sparse.ts';
import { maxTimerMs } from '../ports/clock.ts';
import { type Failure, reasonOf } from '../schema/failure.ts';
import type { JsonObject } from '../schema/json.ts';
import type { Receipt } from '../schema/message.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import { Cancellation } from './Cancellation.ts';
import type { ChannelBinding, Claim, OutboxWorker } from './channelBinding.ts';
import { FailedSends, type SenderReport } from './FailedSends.ts';
import { storeFailure } from './Journal.ts';
import type { LinkRef } from './linkRef.ts';
import type { Telemetry } from './telemetry.ts';

/**
 * Empties the outbox over whatever link there is.
 *
 * S1. It takes a job only while there is a link, and never more than `maxInFlight` at once.
 * S2. Every job that it takes is given back to the outbox: sent, failed, to be retried, or released.
 * S3. What could not be sent is dealt with as `FailedSends` says.
 * S4. It holds no message itself, so that its own end loses none.
 * S5. What the peer may have taken already is sent again only if the options say so.
 * S6. No more is sent than the channel says that its peer allows.
 * S7. Where there is a store, it is in it that a message goes to the peer, before it goes: in one commit with its acceptance when it can
 *     go at once, which takes one sync of the disk less.
 */
export const senderLogic = fromWorker<SenderInput, SenderEvent>((input) => new Sender(input));

export interface SenderInput {
  readonly channel: ChannelBinding;
  readonly telemetry: Telemetry;
}

export type SenderEvent =
  | { readonly type: 'link.up'; readonly link: LinkRef }
  | { readonly type: 'link.down' }
  | { readonly type: 'drain' }
  | { readonly type: 'shutdown' };

/** The Sender ended while a send was under way. */
const stoppedFailure: Failure = {
  severity: 'recoverable',
  scope: 'link',
  code: 'holdfast.sender_stopped',
  message: 'The Sender was stopped while the send was under way.',
  delivered: 'unknown',
};

/** How long a message waits when it cannot be written down that it goes to the peer. Milliseconds. */
const storeRetryMs = 1_000;

/** S7. Not accepted yet; accepted, and not with the peer yet; with the peer. */
type Stage = 'claimed' | 'writing' | 'inFlight';

class Sender extends Worker<SenderInput, SenderEvent, SenderReport> implements OutboxWorker {
  readonly #channel: ChannelBinding;
  readonly #telemetry: Telemetry;
  readonly #outbox: Outbox;
  #failures: FailedSends | undefined;
  #link: LinkRef | undefined;
  #sending: Cancellation | undefined;
  #isStopped = false;
  readonly #underWay = new SparseMap<Job, Stage>();
  #isPumpScheduled = false;
  #isDraining = false;
  #timer: unknown;

  constructor(input: SenderInput) {
    super(input);
    const { channel, telemetry } = input;
    this.#channel = channel;
    this.#telemetry = telemetry;
    this.#outbox = channel.outbox;
  }

  begin(): void {
    this.#channel.onWork(this);
    // What a Sender before this one left may expire before there is a link.
    this.#schedulePump();
  }

  get #failed(): FailedSends {
    this.#failures ??= new FailedSends(this.#channel, this.#telemetry, this);
    return this.#failures;
  }

  /** Aborts when the link is gone. */
  get #linkDown(): Cancellation {
    this.#sending ??= new Cancellation();
    return this.#sending;
  }

  receive(event: SenderEvent): void {
    switch (event.type) {
      case 'link.up':
        this.#link = event.link;
        this.#sending = undefined;
        break;
      case 'link.down':
        this.#link = undefined;
        this.#linkDown.abort();
        break;
      case 'drain':
        this.#isDraining = true;
        break;
      case 'shutdown':
        return this.stop();
    }
    this.#schedulePump();
  }

  stop(): void {
    this.#isStopped = true;
    this.#channel.offWork(this);
    this.#linkDown.abort();
    this.#disarm();
    for (const [job, stage] of this.#underWay) this.#handOver(job, stage); // S2
  }

  /** To the Sender after this one. */
  #handOver(job: Job, stage: Stage): void {
    switch (stage) {
      case 'claimed':
        this.#unclaim(job);
        return this.#channel.sendWindow?.cancel();
      case 'writing':
        return this.#putBack(job, 0);
      case 'inFlight':
        return this.#outbox.retry(job, 0, stoppedFailure); // S4
    }
  }

  wake(): void {
    this.#schedulePump();
  }

  /** S7. What has a key of the app's may have been sent before: the store is asked for that first. */
  claim(job: Job): Claim | undefined {
    const { clock, sendWindow } = this.#channel;
    const link = this.#link;
    const signal = this.#linkDown;
    if (!link || !this.#hasRoom || job.mayRepeat) return undefined;
    if (!this.#outbox.claim(job, clock.now())) return undefined;
    job.attempts += 1;
    sendWindow?.reserve();
    this.#underWay.set(job, 'claimed');
    return {
      stored: () => {
        if (this.#isStopped) return false;
        this.#underWay.delete(job);
        if (this.#mayGo(job, signal)) void this.#send(job, link, signal);
        else this.#cancel();
        return true;
      },
      refused: () => {
        if (this.#isStopped) return;
        this.#underWay.delete(job);
        this.#unclaim(job);
        this.#cancel();
      },
    };
  }

  /** It is not written down yet, and stays with whoever writes it. */
  #unclaim(job: Job): void {
    job.attempts -= 1;
    this.#outbox.unclaim(job);
  }

  /** What was reserved for it is another's. */
  #cancel(): void {
    this.#channel.sendWindow?.cancel();
    this.#schedulePump();
  }

  /** S1, S6. */
  get #hasRoom(): boolean {
    const { clock, capabilities, sendWindow } = this.#channel;
    if (this.#underWay.size >= capabilities.maxInFlight) return false;
    return sendWindow === undefined || sendWindow.waitMs(clock.now()) <= 0;
  }

  /** Deferred to the end of the running job, so that what is accepted in one go is in the queue before it is sent. */
  #schedulePump(): void {
    if (this.#isPumpScheduled) return;
    this.#isPumpScheduled = true;
    queueMicrotask(() => {
      this.#isPumpScheduled = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isStopped) return;
    this.#outbox.expire(this.#channel.clock.now());
    const { clock } = this.#channel;
    while (this.#link && this.#hasRoom) {
      const job = this.#outbox.take(clock.now());
      if (!job) break;
      void this.#deliver(job, this.#link);
    }
    this.#arm();
    if (this.#isDraining && this.#outbox.size === 0) this.report({ type: 'sender.drained' });
  }

  #arm(): void {
    this.#disarm();
    const { clock, sendWindow } = this.#channel;
    const nowMs = clock.now();
    // Without a link nothing is due, and yet messages expire.
    const dueMs = this.#link ? this.#outbox.nextDueMs(nowMs) : this.#outbox.nextExpiryMs();
    const windowMs = this.#link && this.#outbox.size > this.#underWay.size ? (sendWindow?.waitMs(nowMs) ?? 0) : 0;
    const dueInMs = dueMs === undefined ? Number.POSITIVE_INFINITY : Math.max(0, dueMs - nowMs);
    const waitMs = Math.min(dueInMs, windowMs > 0 ? windowMs : Number.POSITIVE_INFINITY);
    if (waitMs < Number.POSITIVE_INFINITY)
      this.#timer = clock.setTimeout(() => this.#pump(), Math.min(Math.ceil(waitMs), maxTimerMs));
  }

  #disarm(): void {
    if (this.#timer !== undefined) this.#channel.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #deliver(job: Job, link: LinkRef): Promise<void> {
    const duplicateOf = this.#outbox.receipt(job.message.idempotencyKey);
    if (duplicateOf) return this.#skipDuplicate(job, duplicateOf);
    const { maxAttempts, unknownOutcome } = this.#channel.sender;
    // The Sender before this one was stopped in mid-send, or the process before this one.
    const mayGoAgain = unknownOutcome === 'retry' && job.attempts < maxAttempts;
    if (job.doubt && !mayGoAgain && !job.isResumed) return this.#failed.settleUnknown(job, job.doubt);
    const signal = this.#linkDown;
    const { journal, sendWindow } = this.#channel;
    job.attempts += 1;
    sendWindow?.reserve();
    if (journal.isDurable && !(await this.#isWrittenDown(job, signal))) return this.#cancel();
    return this.#send(job, link, signal);
  }

  async #send(job: Job, link: LinkRef, signal: Cancellation): Promise<void> {
    const { clock, sendWindow } = this.#channel;
    sendWindow?.begin(clock.now());
    // Until now nobody knew when the next one may go.
    if (sendWindow) this.#schedulePump();
    this.#underWay.set(job, 'inFlight');
    if (this.#telemetry.isObserved) this.#publish('delivery.attempt', job, { attempt: job.attempts });
    const outcome = await link.send(job.message, { signal, timeoutMs: this.#channel.sender.sendTimeoutMs });
    this.#underWay.delete(job);
    if (this.#isStopped) return; // S4: the outbox has it again
    if (outcome.ok) {
      this.#outbox.sent(job, outcome.value);
      if (this.#telemetry.isObserved) this.#publish('delivery.sent', job, { attempts: job.attempts, ...outcome.value });
      if (this.#channel.hasFailures) this.report({ type: 'notify.success' });
    } else this.#failed.handle(job, outcome.failure, link);
    this.#schedulePump();
  }

  #skipDuplicate(job: Job, receipt: Receipt): void {
    const { idempotencyKey } = job.message;
    const { externalMessageId } = receipt;
    this.#publish('delivery.skipped_duplicate', job, { externalMessageId, idempotencyKey });
    this.#outbox.sent(job, receipt);
    this.#schedulePump();
  }

  /** S7. Whether it may go to the peer now: it is in the store that it does, and nothing has happened meanwhile. */
  async #isWrittenDown(job: Job, signal: Cancellation): Promise<boolean> {
    this.#underWay.set(job, 'writing');
    const { failure, receipt } = await this.#writeAttempt(job);
    if (this.#isStopped) return false; // S4
    this.#underWay.delete(job);
    if (receipt) {
      job.attempts -= 1;
      this.#skipDuplicate(job, receipt);
      return false;
    }
    if (!failure) return this.#mayGo(job, signal);
    this.#putBack(job, storeRetryMs);
    const nextInMs = storeRetryMs;
    this.#publish('delivery.retry_scheduled', job, { attempt: job.attempts, nextInMs, reason: reasonOf(failure) });
    return false;
  }

  /** Whether nothing has happened while it was written down; otherwise it is put back. */
  #mayGo(job: Job, signal: Cancellation): boolean {
    const nowMs = this.#channel.clock.now();
    const isLate = (job.message.expiresAt ?? Number.POSITIVE_INFINITY) <= nowMs;
    if (!signal.aborted && !job.isUnwanted && !isLate && !this.#outbox.isPaused(job, nowMs)) return true;
    this.#putBack(job, 0);
    return false;
  }

  /** The store remembers more keys than the outbox does. */
  async #writeAttempt(job: Job): Promise<{ readonly failure?: Failure; readonly receipt?: Receipt | null }> {
    const { journal } = this.#channel;
    try {
      const [receipt] = await Promise.all([job.mayRepeat ? journal.receipt(job) : null, journal.attempting(job)]);
      return { receipt };
    } catch (error) {
      return { failure: storeFailure(error) };
    }
  }

  /** It has not gone to the peer, and this was no attempt. */
  #putBack(job: Job, afterMs: number): void {
    const dueMs = this.#channel.clock.now() + afterMs;
    job.attempts -= 1;
    if (afterMs > 0) this.#outbox.retry(job, dueMs);
    else this.#outbox.release(job);
    this.#failed.noteWaiting(job);
  }

  #publish(name: TelemetryEventName, job: Job, metadata: JsonObject): void {
    this.#telemetry.publishDelivery(this.#channel.clock.now(), name, { ...identityOf(job), ...metadata });
  }
}
