import * as z from 'zod/mini';
import type { JsonObject } from './json.ts';

const nonEmpty = z.string().check(z.minLength(1));

/** No identifier is longer: a message's id, its conversation, its idempotency key. Characters. */
export const maxIdentifierLength = 1_000;
/** No text is longer, whatever the channel; most peers take far less. Characters. */
export const maxTextLength = 1_000_000;
/** No metadata is larger. Characters of its JSON. */
export const maxMetadataLength = 100_000;

const wellFormed = z.refine<string>((text) => !/\p{Surrogate}/u.test(text), {
  error: 'a string without lone surrogates',
});
const identifier = z.string().check(z.minLength(1), z.maxLength(maxIdentifierLength), wellFormed);

const metadata = z.pipe(
  // A record would lose it without a word.
  z.unknown().check(z.refine((value) => !Object.hasOwn(Object(value), '__proto__'), { error: 'no key __proto__' })),
  z.record(z.string(), z.json()).check(
    z.refine((value) => JSON.stringify(value).length <= maxMetadataLength, {
      error: `JSON of at most ${maxMetadataLength} characters`,
    }),
  ),
);

/** How urgent a message is. `low` is refused while the outbox is nearly full, and waits for everything else. */
export const Priority = z.enum(['low', 'normal', 'high']);
export type Priority = z.infer<typeof Priority>;

/** A message to send. */
export const OutboundMessage = z.strictObject({
  /** Yours, or made for you. One of yours is also the idempotency key unless another is given. */
  id: z.optional(identifier),
  /** Where to: a chat, a room, a topic. Messages of one conversation keep their order. */
  conversation: identifier,
  text: z.string().check(z.maxLength(maxTextLength), wellFormed),
  /** Two messages with one key are sent once; the second is answered with the receipt of the first. */
  idempotencyKey: z.optional(z.nullable(identifier)),
  /** Default `normal`. It decides between conversations; within one the order is kept. */
  priority: z.optional(Priority),
  /** Not sent any more from this time on. Milliseconds since 1970; default: it never expires. */
  expiresAt: z.optional(z.nullable(z.number())),
  /** Channel options of this message (`parseMode`, `replyTo`), and whatever you want to find again in a dead letter. */
  metadata: z.optional(metadata),
});

export interface OutboundMessage {
  readonly id?: string | undefined;
  readonly conversation: string;
  readonly text: string;
  readonly idempotencyKey?: string | null | undefined;
  readonly priority?: Priority | undefined;
  readonly expiresAt?: number | null | undefined;
  readonly metadata?: JsonObject | undefined;
}

/** A message as the sender holds it: with its identity settled. */
export interface QueuedMessage {
  readonly id: string;
  readonly conversation: string;
  readonly text: string;
  readonly idempotencyKey: string;
  readonly metadata: JsonObject;
  /** Default `normal`. */
  readonly priority?: Priority | undefined;
  /** Milliseconds since 1970; without it, it never expires. */
  readonly expiresAt?: number | undefined;
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
