import type { HandlingAttempt, InboundHandler } from '../actors/channelBinding.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import {
  DeliveryExpiredError,
  DeliveryFailedError,
  DeliveryUnknownError,
  DeliveryWithdrawnError,
  HandedBackError,
  InstanceStoppedError,
  QueueFullError,
  SheddingError,
} from '../errors.ts';
import { createIdentifier } from '../policy/identifier.ts';
import type { Fate, NewJob, Outbox } from '../policy/outbox.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { type Failure, reasonOf } from '../schema/failure.ts';
import type { JsonObject } from '../schema/json.ts';
import { type InboundMessage, OutboundMessage, type QueuedMessage, type Receipt } from '../schema/message.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import { refused } from './notifyInput.ts';
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

/** Where an accepted message is, or what became of it. */
export type DeliveryState =
  | { readonly state: 'queued' | 'inFlight'; readonly attempts: number }
  /** For somebody to decide about: see `resolveDelivery`. `mayBeDelivered`: the peer may have taken it. */
  | { readonly state: 'held'; readonly attempts: number; readonly mayBeDelivered: boolean }
  | { readonly state: 'sent'; readonly receipt: Receipt }
  | { readonly state: 'failed'; readonly attempts: number; readonly failure: Failure }
  | { readonly state: 'unknown'; readonly failure: Failure | null }
  | { readonly state: 'expired' | 'withdrawn' | 'handedBack' };

/** What to do with a held message: send it (again), count it as sent, or give it up. */
export type HeldResolution = 'retry' | 'sent' | 'giveUp';

export interface EnqueueOptions {
  /** Withdraws the message when it aborts before the message is sent; too late, it changes nothing. */
  readonly signal?: AbortSignal | undefined;
}

/** What `onMessage` gets beside the message. */
export interface MessageContext extends HandlingAttempt {
  /**
   * Sends to the conversation that the message came from. A handler that is called again for the same message sends the
   * same replies once: the n-th reply to a message has one idempotency key. Throws what `enqueue` throws, so that a handler
   * whose reply was refused is called again; the promise is that of the delivery, and may be left unobserved.
   */
  reply(text: string): Promise<Receipt>;
}

/** The app's handler. Throw to have the message handed over again. */
export type MessageHandler = (message: InboundMessage, context: MessageContext) => unknown;

export interface DeliveriesOptions {
  readonly instanceId: string;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly random: Random;
  readonly telemetry: () => Telemetry;
  /** Called when something new is in the outbox. */
  readonly wake: () => void;
  /** How many settled deliveries are remembered. */
  readonly remembered: number;
}

/** The way of an app's messages into the outbox, and of their fates back. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  /** What became of the last deliveries, the oldest first. */
  readonly #settled = new Map<string, DeliveryState>();
  #identifiers = 0;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  accept(message: OutboundMessage, { signal }: EnqueueOptions = {}): Delivery {
    const { wake } = this.#options;
    checkSignal(signal);
    const queued = this.#complete(validateInput(OutboundMessage, message, { subject: 'message' }));
    const jobId = this.#createIdentifier();
    let settle: (fate: Fate) => void = () => undefined;
    const withdraw = (): void => this.#withdraw(jobId);
    const settled = new Promise<Receipt>((resolve, reject) => {
      settle = (fate) => {
        signal?.removeEventListener('abort', withdraw);
        this.#record(jobId, queued, fate);
        settleDelivery(jobId, fate, { resolve, reject });
      };
    });
    settled.catch(() => undefined);
    this.#enter({ jobId, message: queued, settle });
    signal?.addEventListener('abort', withdraw, { once: true });
    this.#publish('delivery.queued', identityOf(jobId, queued));
    if (signal?.aborted) withdraw();
    wake();
    return { jobId, settled };
  }

  /** Where the delivery is, or what became of it, while that is remembered. */
  find(jobId: string): DeliveryState | undefined {
    const job = this.#options.outbox.find(jobId);
    if (!job) return this.#settled.get(jobId);
    const { attempts, doubt, state } = job;
    return state === 'held' ? { state, attempts, mayBeDelivered: doubt !== null } : { state, attempts };
  }

  /** Whether it was held, and now goes its way. */
  resolve(jobId: string, resolution: HeldResolution): boolean {
    const { outbox, wake } = this.#options;
    checkResolution(resolution);
    const job = outbox.find(jobId);
    if (job?.state !== 'held') return false;
    const { attempts } = job;
    const identity = identityOf(jobId, job.message);
    if (resolution === 'retry') outbox.resume(jobId);
    else if (resolution === 'sent') {
      outbox.sent(job, unknownReceipt);
      this.#publish('delivery.sent', { ...identity, attempts, ...unknownReceipt });
    } else {
      this.#publish('delivery.gave_up', { ...identity, attempts, finalReason: reasonOf(givenUp) });
      outbox.failed(job, givenUp);
    }
    wake();
    return true;
  }

  /** The handler as the Poller calls it. */
  bind(onMessage: MessageHandler | undefined): InboundHandler {
    return (message, attempt) => {
      let replies = 0;
      const reply = (text: string): Promise<Receipt> => {
        replies += 1;
        const idempotencyKey = `reply:${message.id}:${replies}`;
        return this.accept({ conversation: message.conversation, text, idempotencyKey }).settled;
      };
      return onMessage?.(message, { ...attempt, reply });
    };
  }

  #enter(job: NewJob): void {
    const { instanceId, outbox } = this.#options;
    switch (outbox.accept(job)) {
      case 'full':
        throw new QueueFullError(instanceId, outbox.capacity);
      case 'shedding':
        throw new SheddingError(instanceId, outbox.size, outbox.capacity);
      case 'closed':
        throw new InstanceStoppedError(instanceId);
      default:
    }
  }

  #withdraw(jobId: string): void {
    const { outbox, wake } = this.#options;
    if (outbox.withdraw(jobId)) wake();
  }

  /** The Sender signals what it has done; the fates that are nobody's doing are signalled here. */
  #record(jobId: string, message: QueuedMessage, fate: Fate): void {
    const { outbox, remembered } = this.#options;
    this.#settled.set(jobId, stateOf(fate));
    if (this.#settled.size > remembered) {
      const [oldest] = this.#settled.keys();
      if (oldest !== undefined) this.#settled.delete(oldest);
    }
    if (outbox.isClosed) return;
    const identity = identityOf(jobId, message);
    if (fate.outcome === 'expired') this.#publish('delivery.expired', identity);
    if (fate.outcome === 'withdrawn') this.#publish('delivery.withdrawn', identity);
    if (fate.outcome === 'unknown')
      this.#publish('delivery.unknown', { ...identity, reason: fate.failure ? reasonOf(fate.failure) : null });
  }

  #publish(name: TelemetryEventName, metadata: JsonObject): void {
    const { clock, telemetry } = this.#options;
    telemetry().publishDelivery(clock.now(), name, metadata);
  }

  #createIdentifier(): string {
    const { clock, random } = this.#options;
    this.#identifiers += 1;
    return createIdentifier(clock.now(), this.#identifiers, random);
  }

  #complete({ id, conversation, text, idempotencyKey, metadata = {}, ...more }: OutboundMessage): QueuedMessage {
    const settledId = id ?? this.#createIdentifier();
    const { expiresAt, priority } = more;
    return {
      id: settledId,
      conversation,
      text,
      idempotencyKey: idempotencyKey ?? settledId,
      metadata,
      ...(priority === undefined ? {} : { priority }),
      ...(typeof expiresAt === 'number' ? { expiresAt } : {}),
    };
  }
}

/** Somebody gave a held message up. */
const givenUp: Failure = {
  severity: 'recoverable',
  scope: 'message',
  code: 'holdfast.given_up',
  message: 'The message was held, and given up by resolveDelivery.',
};

/** Somebody says that a held message was sent; by what id the peer knows it, nobody knows. */
const unknownReceipt = { externalMessageId: null } as const satisfies Receipt;

function checkSignal(signal: unknown): void {
  if (signal === undefined || signal instanceof AbortSignal) return;
  throw refused('signal', 'an AbortSignal', signal);
}

const resolutions: readonly unknown[] = ['retry', 'sent', 'giveUp'] satisfies HeldResolution[];

function checkResolution(resolution: unknown): void {
  if (!resolutions.includes(resolution)) throw refused('resolution', '"retry", "sent" or "giveUp"', resolution);
}

function identityOf(jobId: string, { id }: QueuedMessage): JsonObject {
  return { jobId, messageId: id, correlationId: id };
}

function stateOf(fate: Fate): DeliveryState {
  switch (fate.outcome) {
    case 'sent':
      return { state: 'sent', receipt: fate.receipt };
    case 'failed':
      return { state: 'failed', attempts: fate.attempts, failure: fate.failure };
    case 'unknown':
      return { state: 'unknown', failure: fate.failure };
    default:
      return { state: fate.outcome };
  }
}

function settleDelivery(
  jobId: string,
  fate: Fate,
  delivery: { resolve(receipt: Receipt): void; reject(error: Error): void },
): void {
  switch (fate.outcome) {
    case 'sent':
      return delivery.resolve(fate.receipt);
    case 'failed':
      return delivery.reject(new DeliveryFailedError(jobId, fate.attempts, fate.failure));
    case 'expired':
      return delivery.reject(new DeliveryExpiredError(jobId));
    case 'withdrawn':
      return delivery.reject(new DeliveryWithdrawnError(jobId));
    case 'unknown':
      return delivery.reject(new DeliveryUnknownError(jobId, fate.failure));
    case 'handedBack':
      return delivery.reject(new HandedBackError(jobId));
  }
}
