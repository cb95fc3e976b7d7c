import type { ChannelBinding } from '../actors/channelBinding.ts';
import type { Journal } from '../actors/Journal.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import { InstanceStoppedError, NotStoredError, QueueFullError, SheddingError } from '../errors.ts';
import { createIdentifier } from '../policy/identifier.ts';
import { type Fate, identityOf, type Job, type LeftJob, type NewJob } from '../policy/job.ts';
import { LatestMap } from '../policy/LatestMap.ts';
import type { Outbox } from '../policy/outbox.ts';
import { SparseMap } from '../policy/sparse.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { OutboxEntry, StoredInstance } from '../ports/store.ts';
import { type Failure, reasonOf } from '../schema/failure.ts';
import type { JsonObject } from '../schema/json.ts';
import { OutboundMessage, type QueuedMessage, type Receipt } from '../schema/message.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import {
  type DeliveryState,
  processEnded,
  settleDelivery,
  stateOf,
  type WaitingDelivery,
  writeOf,
} from './deliveryFates.ts';
import { checkSignal, refused } from './notifyInput.ts';
import { validateInput } from './validateInput.ts';

/** An accepted message. */
export interface Delivery {
  readonly jobId: string;
  /**
   * Resolves when the peer has taken the message. Rejects with `DeliveryFailedError` when it was given up,
   * `DeliveryExpiredError`, `DeliveryWithdrawnError`, `DeliveryUnknownError`, or `HandedBackError` when the instance stopped
   * first. It may be left unobserved.
   */
  readonly settled: Promise<Receipt>;
}

/** A message that is in the outbox, and on its way into the store. */
export interface Entered {
  readonly delivery: Delivery;
  /** Resolves when it is accepted: in the store, where there is one. Rejects with `NotStoredError`. */
  readonly stored: Promise<void>;
}

/** What to do with a held message: send it (again), count it as sent, or give it up. */
export type HeldResolution = 'retry' | 'sent' | 'giveUp';

export interface EnqueueOptions {
  /** Withdraws the message when it aborts before the message is sent; too late, it changes nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** Whose deliveries they are. */
export interface DeliveriesOwner {
  readonly instanceId: string;
  readonly outbox: Outbox;
  readonly journal: Journal;
  /** Told of what is new in the outbox, and asked for a job before it is written down: whether it goes as soon as it is. */
  readonly binding: Pick<ChannelBinding, 'wake' | 'claim'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: Telemetry;
}

type Wanted = Pick<NewJob, 'jobId' | 'message' | 'replayOf' | 'mayRepeat'>;

/** Whoever waits for one delivery. */
class Waiting implements WaitingDelivery {
  readonly jobId: string;
  readonly isKept: boolean;
  readonly settled: Promise<Receipt>;
  /** The stop has left it in the store. */
  isLeft = false;
  /** Withdraws the delivery when it aborts. */
  #signal: AbortSignal | undefined;
  #withdraw: (() => void) | undefined;
  #fulfil: ((receipt: Receipt) => void) | undefined;
  #fail: ((error: Error) => void) | undefined;

  constructor(jobId: string, isKept: boolean) {
    this.jobId = jobId;
    this.isKept = isKept;
    this.settled = new Promise((fulfil, fail) => {
      this.#fulfil = fulfil;
      this.#fail = fail;
    });
  }

  resolve(receipt: Receipt): void {
    this.#fulfil?.(receipt);
  }

  reject(error: Error): void {
    // Nobody need look.
    this.settled.catch(() => undefined);
    this.#fail?.(error);
  }

  listen(signal: AbortSignal, withdraw: () => void): void {
    signal.addEventListener('abort', withdraw, { once: true });
    this.#signal = signal;
    this.#withdraw = withdraw;
  }

  /** No longer listens for the signal. */
  leave(): void {
    if (this.#withdraw) this.#signal?.removeEventListener('abort', this.#withdraw);
  }
}

/** The jobs that send a dead letter once more are known by their names, in a later process too. */
const replayPrefix = 'replay:';

/** The way of an app's messages into the outbox, and of their fates back. */
export class Deliveries {
  readonly #owner: DeliveriesOwner;
  /** What became of the last deliveries. */
  readonly #settled: LatestMap<DeliveryState>;
  /** Dead letters that are being sent once more, by their ids. */
  readonly #replays = new SparseMap<string, Entered>();
  #identifiers = 0;

  /** @param remembered How many settled deliveries are remembered. */
  constructor(owner: DeliveriesOwner, remembered: number) {
    this.#owner = owner;
    this.#settled = new LatestMap(remembered);
  }

  /** Throws what `enqueue` rejects with, but for `NotStoredError`. */
  accept(message: OutboundMessage, { signal }: EnqueueOptions = {}): Entered {
    checkSignal(signal);
    const jobId = this.#createIdentifier();
    const queued = complete(readMessage(message), jobId);
    // A key that was made here is new.
    const mayRepeat = queued.idempotencyKey !== jobId;
    return this.#enter({ jobId, message: queued, mayRepeat }, signal);
  }

  /** Accepts a message under a key that may be as long as the ids of the peer are. */
  acceptAs(idempotencyKey: string, message: OutboundMessage): Entered {
    const jobId = this.#createIdentifier();
    const queued = complete(readMessage(message), jobId);
    return this.#enter({ jobId, message: { ...queued, idempotencyKey } });
  }

  /** Sends a dead letter once more; one that is under way already is joined, also when a process before this one began it. */
  replay(id: string, message: QueuedMessage): Entered {
    // Whoever replays it wants it sent now, however late it is.
    const { expiresAt, ...unending } = message;
    return this.#replays.get(id) ?? this.#enter({ jobId: `${replayPrefix}${id}`, message: unending, replayOf: id });
  }

  /** Takes over what the process before has left. */
  restore({ keys, outbox: entries }: StoredInstance): void {
    const { binding, outbox } = this.#owner;
    if (outbox.isClosed) return;
    for (const { key, receipt } of keys) outbox.remember(key, receipt);
    outbox.restore(entries.map((entry) => this.#resume(entry)));
    binding.wake();
  }

  /** Where the delivery is, or what became of it, while that is remembered. */
  find(jobId: string): DeliveryState | undefined {
    const job = this.#owner.outbox.find(jobId);
    if (!job) return this.#settled.get(jobId);
    const { attempts, doubt, state } = job;
    if (state === 'held') return { state, attempts, mayBeDelivered: doubt !== null };
    return { state: state === 'inFlight' ? state : 'queued', attempts };
  }

  /** Whether it was held, and now goes its way. */
  resolve(jobId: string, resolution: HeldResolution): boolean {
    const { binding, outbox } = this.#owner;
    checkResolution(resolution);
    const job = outbox.find(jobId);
    if (job?.state !== 'held') return false;
    const { attempts } = job;
    if (resolution === 'retry') outbox.resume(jobId);
    else if (resolution === 'sent') {
      outbox.sent(job, unknownReceipt);
      this.#publish('delivery.sent', job, { attempts, ...unknownReceipt });
    } else {
      this.#publish('delivery.gave_up', job, { attempts, finalReason: reasonOf(givenUp) });
      outbox.failed(job, givenUp);
    }
    binding.wake();
    return true;
  }

  #enter(wanted: Wanted, signal?: AbortSignal): Entered {
    const { binding, clock, journal } = this.#owner;
    const { jobId, mayRepeat, message, replayOf } = wanted;
    const waiting = new Waiting(jobId, journal.isDurable);
    const settle = this.#settling(waiting);
    const isStored = !journal.isDurable;
    const job = this.#put({ jobId, message, replayOf, mayRepeat, acceptedAtMs: clock.now(), isStored, settle });
    if (signal) waiting.listen(signal, () => this.#withdraw(jobId));
    const entered = { delivery: { jobId, settled: waiting.settled }, stored: this.#store(job, waiting) };
    this.#rememberReplay(wanted, entered);
    if (signal?.aborted) this.#withdraw(jobId);
    if (job.state !== 'inFlight') binding.wake();
    return entered;
  }

  /** What ends a job, and tells whoever waits for that. */
  #settling(waiting: Waiting): NewJob['settle'] {
    return (fate, job) => {
      waiting.leave();
      this.#record(job, fate);
      this.#writeFate(job, fate, waiting);
    };
  }

  #rememberReplay({ replayOf }: Wanted, entered: Entered): void {
    if (replayOf === undefined) return;
    this.#replays.set(replayOf, entered);
    const forget = (): void => void this.#replays.delete(replayOf);
    entered.delivery.settled.then(forget, forget);
  }

  #put(newJob: NewJob): Job {
    const { instanceId, outbox } = this.#owner;
    const job = outbox.accept(newJob);
    switch (job) {
      case 'full':
        throw new QueueFullError(instanceId, outbox.capacity);
      case 'shedding':
        throw new SheddingError(instanceId, outbox.size, outbox.capacity);
      case 'closed':
        throw new InstanceStoppedError(instanceId);
      default:
        return job;
    }
  }

  /** What cannot be put into the store was never accepted. */
  #store(job: Job, waiting: Waiting): Promise<void> {
    const { binding, journal, outbox } = this.#owner;
    const { jobId } = job;
    if (!journal.isDurable) {
      this.#publish('delivery.queued', job);
      return isStored;
    }
    const claim = binding.claim(job);
    const stored = journal.accepted(job, claim ? 'attempting' : 'queued').then(
      () => {
        if (!outbox.isClosed) this.#publish('delivery.queued', job);
        outbox.stored(job);
        if (claim?.stored()) return;
        if (claim && (waiting.isLeft || outbox.find(jobId) === job)) journal.waiting(job).catch(() => undefined);
        binding.wake();
      },
      (cause: unknown) => {
        const error = new NotStoredError(jobId, cause);
        claim?.refused();
        outbox.refuse(job);
        waiting.leave();
        waiting.reject(error);
        binding.wake();
        throw error;
      },
    );
    stored.catch(() => undefined);
    return stored;
  }

  #resume({ jobId, message, state, ...entry }: OutboxEntry): LeftJob {
    const { acceptedAtMs, attempts, notBeforeMs, sequence } = entry;
    const replayOf = jobId.startsWith(replayPrefix) ? { replayOf: jobId.slice(replayPrefix.length) } : {};
    const wanted = { jobId, message, ...replayOf };
    const waiting = new Waiting(jobId, this.#owner.journal.isDurable);
    this.#rememberReplay(wanted, { delivery: { jobId, settled: waiting.settled }, stored: isStored });
    const doubt = state === 'attempting' ? processEnded : null;
    const settle = this.#settling(waiting);
    return { ...wanted, sequence, acceptedAtMs, attempts, notBeforeMs, doubt, settle };
  }

  /** Writes down what became of a job, and then tells it. What a stop leaves stays in the store: the next start goes on with it. */
  #writeFate(job: Job, fate: Fate, waiting: Waiting): void {
    const { journal, outbox } = this.#owner;
    const isLeft = fate.outcome === 'handedBack' || (fate.outcome === 'unknown' && outbox.isClosed);
    waiting.isLeft = isLeft;
    if (!journal.isDurable || isLeft) return settleDelivery(fate, waiting);
    const tell = (): void => settleDelivery(fate, waiting);
    writeOf(journal, job, fate).then(tell, tell);
  }

  #withdraw(jobId: string): void {
    const { binding, outbox } = this.#owner;
    if (outbox.withdraw(jobId)) binding.wake();
  }

  /** The Sender signals what it has done; the fates that are nobody's doing are signalled here. */
  #record(job: Job, fate: Fate): void {
    this.#settled.set(job.jobId, stateOf(fate));
    if (this.#owner.outbox.isClosed) return;
    if (fate.outcome === 'expired') this.#publish('delivery.expired', job);
    if (fate.outcome === 'withdrawn') this.#publish('delivery.withdrawn', job);
    if (fate.outcome === 'unknown')
      this.#publish('delivery.unknown', job, { reason: fate.failure ? reasonOf(fate.failure) : null });
  }

  #publish(name: TelemetryEventName, job: Pick<Job, 'jobId' | 'message'>, more: JsonObject = {}): void {
    const { clock, telemetry } = this.#owner;
    if (!telemetry.isObserved) return;
    telemetry.publishDelivery(clock.now(), name, { ...identityOf(job), ...more });
  }

  #createIdentifier(): string {
    const { clock, random } = this.#owner;
    this.#identifiers += 1;
    return createIdentifier(clock.now(), this.#identifiers, random);
  }
}

/** A copy that is all right. Throws `InvalidInputError`. */
function readMessage(message: OutboundMessage): OutboundMessage {
  return validateInput(OutboundMessage, message, { subject: 'message' });
}

/** A message with its identity settled. Without an id of its own it has that of its job. */
function complete(message: OutboundMessage, jobId: string): QueuedMessage {
  const { id = jobId, conversation, text, metadata = {}, priority, expiresAt } = message;
  return {
    id,
    conversation,
    text,
    idempotencyKey: message.idempotencyKey ?? id,
    metadata,
    ...(priority === undefined ? undefined : { priority }),
    ...(typeof expiresAt === 'number' ? { expiresAt } : undefined),
  };
}

/** Nothing is to be written. */
const isStored = Promise.resolve();

/** Somebody gave a held message up. */
const givenUp: Failure = {
  severity: 'recoverable',
  scope: 'message',
  code: 'holdfast.given_up',
  message: 'The message was held, and given up by resolveDelivery.',
};

/** Somebody says that a held message was sent; by what id the peer knows it, nobody knows. */
const unknownReceipt = { externalMessageId: null } as const satisfies Receipt;

const resolutions: readonly unknown[] = ['retry', 'sent', 'giveUp'] satisfies HeldResolution[];

function checkResolution(resolution: unknown): void {
  if (!resolutions.includes(resolution)) throw refused('resolution', '"retry", "sent" or "giveUp"', resolution);
}
