import type { HandlingAttempt, InboundHandler } from '../actors/channelBinding.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import { DeliveryFailedError, HandedBackError, InstanceStoppedError, QueueFullError } from '../errors.ts';
import { createIdentifier } from '../policy/identifier.ts';
import type { Fate, Outbox } from '../policy/outbox.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import { type InboundMessage, OutboundMessage, type QueuedMessage, type Receipt } from '../schema/message.ts';
import { validateInput } from './validateInput.ts';

/** An accepted message. */
export interface Delivery {
  readonly jobId: string;
  /**
   * Resolves when the peer has taken the message. Rejects with `DeliveryFailedError` when it was given up, or
   * `HandedBackError` when the instance stopped first. It may be left unobserved.
   */
  readonly settled: Promise<Receipt>;
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
}

/** The way of an app's messages into the outbox, and of their fates back. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  #identifiers = 0;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  accept(message: OutboundMessage): Delivery {
    const { clock, instanceId, outbox, telemetry, wake } = this.#options;
    const queued = this.#complete(validateInput(OutboundMessage, message, { subject: 'message' }));
    const jobId = this.#createIdentifier();
    let settle: (fate: Fate) => void = () => undefined;
    const settled = new Promise<Receipt>((resolve, reject) => {
      settle = (fate) => settleDelivery(jobId, fate, { resolve, reject });
    });
    settled.catch(() => undefined);
    const accepted = outbox.accept({ jobId, message: queued, settle });
    if (accepted === 'full') throw new QueueFullError(instanceId, outbox.capacity);
    if (accepted === 'closed') throw new InstanceStoppedError(instanceId);
    const identity = { jobId, messageId: queued.id, correlationId: queued.id };
    telemetry().publishDelivery(clock.now(), 'delivery.queued', identity);
    wake();
    return { jobId, settled };
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

  #createIdentifier(): string {
    const { clock, random } = this.#options;
    this.#identifiers += 1;
    return createIdentifier(clock.now(), this.#identifiers, random);
  }

  #complete({ id, conversation, text, idempotencyKey, metadata = {} }: OutboundMessage): QueuedMessage {
    const settledId = id ?? this.#createIdentifier();
    return { id: settledId, conversation, text, idempotencyKey: idempotencyKey ?? settledId, metadata };
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
    case 'handedBack':
      return delivery.reject(new HandedBackError(jobId));
  }
}
