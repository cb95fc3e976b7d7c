import type { HandlingAttempt } from '../actors/channelBinding.ts';
import type { InboundMessage, Receipt } from '../schema/message.ts';
import type { Deliveries } from './Deliveries.ts';

/** What `onMessage` gets beside the message. */
export interface MessageContext extends HandlingAttempt {
  /**
   * Sends to the conversation that the message came from. A handler that is called again for the same message sends the
   * same replies once: the n-th reply to a message has one idempotency key. Throws what `enqueue` rejects with, so that a
   * handler whose reply was refused is called again; so is one whose reply the store could not take. The promise is that of the
   * delivery, and may be left unobserved.
   */
  reply(text: string): Promise<Receipt>;
}

/** The app's handler. Throw to have the message handed over again. */
export type MessageHandler = (message: InboundMessage, context: MessageContext) => unknown;

/** Has the app's handler handle a message. It has handled it when its replies are accepted too. */
export async function callHandler(
  onMessage: MessageHandler | undefined,
  message: InboundMessage,
  { attempt, channel }: { readonly attempt: HandlingAttempt; readonly channel: { readonly deliveries: Deliveries } },
): Promise<void> {
  const replies: Promise<void>[] = [];
  const reply = (text: string): Promise<Receipt> => {
    const idempotencyKey = `reply:${message.id}:${replies.length + 1}`;
    const { conversation } = message;
    const { delivery, stored } = channel.deliveries.acceptAs(idempotencyKey, { conversation, text });
    replies.push(stored);
    return delivery.settled;
  };
  await onMessage?.(message, { ...attempt, reply });
  await Promise.all(replies);
}
