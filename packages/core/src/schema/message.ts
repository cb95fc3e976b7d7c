import * as z from 'zod/mini';
import type { JsonObject } from './json.ts';

const nonEmpty = z.string().check(z.minLength(1));

/** A message to send. */
export const OutboundMessage = z.strictObject({
  /** Yours, or made for you. Also the idempotency key unless one is given. */
  id: z.optional(nonEmpty),
  /** Where to: a chat, a room, a topic. Messages of one conversation keep their order. */
  conversation: nonEmpty,
  text: z.string(),
  /** Two messages with one key are sent once; the second is answered with the receipt of the first. */
  idempotencyKey: z.optional(z.nullable(nonEmpty)),
  /** Channel options of this message (`parseMode`, `replyTo`), and whatever you want to find again in a dead letter. */
  metadata: z.optional(z.record(z.string(), z.json())),
});

export interface OutboundMessage {
  readonly id?: string | undefined;
  readonly conversation: string;
  readonly text: string;
  readonly idempotencyKey?: string | null | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** A message as the sender holds it: with its identity settled. */
export interface QueuedMessage {
  readonly id: string;
  readonly conversation: string;
  readonly text: string;
  readonly idempotencyKey: string;
  readonly metadata: JsonObject;
}

/** A message that a channel has read. */
export const InboundMessage = z.object({
  /** Unique within its channel instance: a redelivery carries the same id. */
  id: nonEmpty,
  conversation: nonEmpty,
  text: z.string(),
  /** Who wrote it, where the channel says. */
  sender: z.optional(z.object({ id: nonEmpty, name: z.optional(z.string()) })),
  /** When the peer says that it was written; milliseconds since 1970. */
  sentAt: z.optional(z.number()),
  /** What else the channel tells, in its own words. */
  metadata: z.optional(z.record(z.string(), z.json())),
});

export interface InboundMessage {
  readonly id: string;
  readonly conversation: string;
  readonly text: string;
  readonly sender?: { readonly id: string; readonly name?: string | undefined } | undefined;
  readonly sentAt?: number | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** The peer's word that it has taken a message. */
export interface Receipt {
  /** The peer's id of the message, where it gives one. */
  readonly externalMessageId: string | number | null;
}
