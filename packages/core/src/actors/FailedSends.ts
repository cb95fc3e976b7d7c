import { deliveryDelay } from '../policy/backoff.ts';
import { identityOf, type Job } from '../policy/job.ts';
import { type Failure, reasonOf } from '../schema/failure.ts';
import type { JsonObject } from '../schema/json.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import type { ChannelBinding } from './channelBinding.ts';
import type { LinkRef } from './linkRef.ts';
import type { Telemetry } from './telemetry.ts';

/** What the Sender tells the chart. */
export type SenderReport =
  | { readonly type: 'notify.success' }
  | { readonly type: 'notify.failure'; readonly reason: ReturnType<typeof reasonOf> }
  | { readonly type: 'sender.linkSuspected'; readonly failure: Failure; readonly epoch: number }
  | { readonly type: 'sender.drained' };

/** Whose sends they are. */
interface Reporter {
  report(report: SenderReport): void;
}

/**
 * What becomes of a message that was to be sent, and was not, or perhaps was.
 *
 * F1. It is given up, retried, held or counted as unknown, and given back to the outbox by that.
 * F2. A 429 uses up no attempt and pauses what it is about; a message that the peer refuses is given up at once and counts as
 *     no failure of the link.
 * F3. What the peer may have taken is sent again only if the options say so.
 */
export class FailedSends {
  readonly #channel: ChannelBinding;
  readonly #telemetry: Telemetry;
  readonly #sender: Reporter;

  constructor(channel: ChannelBinding, telemetry: Telemetry, sender: Reporter) {
    this.#channel = channel;
    this.#telemetry = telemetry;
    this.#sender = sender;
  }

  /** F1, F2. */
  handle(job: Job, failure: Failure, { epoch }: LinkRef): void {
    switch (failure.scope) {
      case 'message':
        return this.#giveUp(job, failure);
      case 'rate':
        return this.#pause(job, failure);
      case 'auth':
      case 'conflict':
      case 'link':
        this.#sender.report({ type: 'sender.linkSuspected', failure, epoch });
        return this.#retryOrGiveUp(job, failure);
      case 'server':
      case 'config':
        return this.#retryOrGiveUp(job, failure);
    }
  }

  /** F3. */
  settleUnknown(job: Job, failure: Failure): void {
    const { outbox, sender } = this.#channel;
    const { maxAttempts, unknownOutcome } = sender;
    if (unknownOutcome === 'hold') this.#hold(job, failure, { doubt: failure });
    else if (unknownOutcome === 'fail' || job.attempts >= maxAttempts) outbox.unknown(job, failure);
    else this.#retry(job, failure, failure);
  }

  /** That this attempt has certainly not reached the peer. If it cannot be written, the next process finds it in doubt. */
  noteWaiting(job: Job): void {
    const { journal, outbox } = this.#channel;
    // One that is settled must not come back.
    if (journal.isDurable && outbox.find(job.jobId) === job) journal.waiting(job).catch(() => undefined);
  }

  #retryOrGiveUp(job: Job, failure: Failure): void {
    this.#sender.report({ type: 'notify.failure', reason: reasonOf(failure) });
    if (failure.delivered === 'unknown') this.settleUnknown(job, failure);
    else if (job.attempts >= this.#channel.sender.maxAttempts) this.#giveUp(job, failure);
    else this.#retry(job, failure);
  }

  #retry(job: Job, failure: Failure, doubt: Failure | null = null): void {
    const { clock, outbox, random, sender } = this.#channel;
    const backoff = deliveryDelay({ ...sender, attempt: job.attempts }, random);
    const nextInMs = Math.max(backoff, failure.retryAfterMs ?? 0);
    outbox.retry(job, clock.now() + nextInMs, doubt);
    this.noteWaiting(job);
    if (job.isUnwanted) return;
    this.#publish('delivery.retry_scheduled', job, { attempt: job.attempts, nextInMs, reason: reasonOf(failure) });
  }

  #hold(job: Job, failure: Failure, why: { readonly doubt?: Failure; readonly untilMs?: number }): void {
    this.#channel.outbox.hold(job, why.doubt, why.untilMs);
    this.noteWaiting(job);
    if (!job.isUnwanted) this.#publish('delivery.held', job, { attempts: job.attempts, reason: reasonOf(failure) });
  }

  /** F2. */
  #pause(job: Job, failure: Failure): void {
    const { clock, outbox, sender } = this.#channel;
    const pausedMs = failure.retryAfterMs ?? sender.baseBackoffMs;
    const scope = failure.pauses ?? 'method';
    const untilMs = clock.now() + pausedMs;
    job.attempts -= 1;
    outbox.pause(untilMs, scope === 'conversation' ? job.message.conversation : undefined);
    if (scope === 'instance') this.#channel.pauseReading(untilMs);
    this.#publish('delivery.paused', job, { pausedMs, scope, reason: reasonOf(failure) });
    const isLong = pausedMs > sender.maxRetryAfterMs;
    if (isLong && sender.longRetryAfter === 'fail') this.#giveUp(job, failure);
    else if (isLong && sender.longRetryAfter === 'hold') this.#hold(job, failure, { untilMs });
    else {
      outbox.retry(job, untilMs);
      this.noteWaiting(job);
    }
  }

  #giveUp(job: Job, failure: Failure): void {
    const { outbox } = this.#channel;
    // What became of this attempt says nothing about one before it that the peer may have taken.
    if (job.doubt) return outbox.unknown(job, job.doubt);
    this.#publish('delivery.gave_up', job, { attempts: job.attempts, finalReason: reasonOf(failure) });
    outbox.failed(job, failure);
  }

  #publish(name: TelemetryEventName, job: Job, metadata: JsonObject): void {
    this.#telemetry.publishDelivery(this.#channel.clock.now(), name, { ...identityOf(job), ...metadata });
  }
}
