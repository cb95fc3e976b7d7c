import type { QueuedMessage } from 'holdfast';
import * as z from 'zod/mini';
import { TelegramMessageError } from './errors.ts';

/** Telegram's limit for a message, in UTF-16 units, after formatting marks are taken out. */
const maxTextLength = 4096;

/** What an outbound message's `metadata` may ask of Telegram. Other keys are yours. */
export const TelegramSendOptions = z.object({
  /** How `text` is formatted. Default: not at all. */
  parseMode: z.optional(z.enum(['HTML', 'MarkdownV2', 'Markdown'])),
  /** The id of the message that this one answers. Sent all the same when that one is gone. */
  replyTo: z.optional(z.int().check(z.positive())),
  /** The topic of a forum. Default: the general one. */
  threadId: z.optional(z.int().check(z.positive())),
  /** Arrive without a sound. Default false. */
  disableNotification: z.optional(z.boolean()),
  /** No preview of the links in it. Default false. */
  disableLinkPreview: z.optional(z.boolean()),
  /** No forwarding and saving. Default false. */
  protectContent: z.optional(z.boolean()),
});
export type TelegramSendOptions = z.infer<typeof TelegramSendOptions>;

/** What `sendMessage` is called with, for one message. */
export interface OutboundCall {
  readonly chatId: number | string;
  readonly text: string;
  readonly options: TelegramSendOptions;
}

/** Reads a message to send; throws `TelegramMessageError` for one that Telegram could not take in any case. */
export function readOutbound({ conversation, text, metadata }: QueuedMessage): OutboundCall {
  const parsed = TelegramSendOptions.safeParse(metadata);
  if (!parsed.success) {
    const keys = parsed.error.issues.map(({ path }) => `metadata.${path.join('.')}`);
    throw new TelegramMessageError('bad_metadata', `These options are none that Telegram knows: ${keys.join(', ')}.`);
  }
  if (text.trim() === '') throw new TelegramMessageError('text_empty', 'Telegram sends no message without a text.');
  // With formatting only Telegram can tell how long the text is without its marks.
  if (text.length > maxTextLength && parsed.data.parseMode === undefined) {
    const explanation = `The text has ${text.length} UTF-16 units, and Telegram takes ${maxTextLength} at most: split it.`;
    throw new TelegramMessageError('text_too_long', explanation);
  }
  return { chatId: chatIdOf(conversation), text, options: parsed.data };
}

function chatIdOf(conversation: string): number | string {
  if (/^@[A-Za-z]\w{3,31}$/.test(conversation)) return conversation;
  const chatId = /^-?[1-9]\d*$/.test(conversation) ? Number(conversation) : Number.NaN;
  if (Number.isSafeInteger(chatId)) return chatId;
  throw new TelegramMessageError(
    'bad_conversation',
    'A conversation on Telegram is a chat id (-100123) or a @username.',
  );
}
