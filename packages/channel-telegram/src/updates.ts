import type { InboundMessage, Json, JsonObject } from 'holdfast';
import * as z from 'zod/mini';
import { TelegramUpdateKind } from './config.ts';

const id = z.int();
const text = z.string();

const Chat = z.object({ id, type: text, title: z.optional(text), username: z.optional(text) });
const User = z.object({
  id,
  first_name: text,
  last_name: z.optional(text),
  username: z.optional(text),
  language_code: z.optional(text),
});
const File = z.object({ file_id: text });

/** What is read of a message. Checked, because it comes from outside. */
const Message = z.object({
  message_id: id,
  date: z.number(),
  edit_date: z.optional(z.number()),
  chat: Chat,
  from: z.optional(User),
  sender_chat: z.optional(Chat),
  message_thread_id: z.optional(id),
  is_topic_message: z.optional(z.boolean()),
  reply_to_message: z.optional(z.object({ message_id: id })),
  text: z.optional(text),
  caption: z.optional(text),
  photo: z.optional(z.array(File)),
  voice: z.optional(File),
  audio: z.optional(File),
  video: z.optional(File),
  video_note: z.optional(File),
  animation: z.optional(File),
  document: z.optional(File),
  sticker: z.optional(File),
});
type Message = z.infer<typeof Message>;

/** In this order: Telegram sends an animation as a document too. */
const fileKinds = ['voice', 'audio', 'video', 'video_note', 'animation', 'document', 'sticker'] as const;

/** An update before anything but its number is known of it. */
export const RawUpdate = z.looseObject({ update_id: z.int().check(z.nonnegative()) });
export type RawUpdate = z.infer<typeof RawUpdate>;

/**
 * The message that an update carries; undefined when it carries none that was asked for: a button pressed, a member that
 * joined, a poll. A message without a word in it counts when it brings a file, and then its text is empty.
 */
export function readUpdate(update: RawUpdate, kinds: readonly TelegramUpdateKind[]): InboundMessage | undefined {
  const kind = TelegramUpdateKind.options.find((name) => update[name] !== undefined);
  if (kind === undefined || !kinds.includes(kind)) return undefined;
  const parsed = Message.safeParse(update[kind]);
  if (!parsed.success) return undefined;
  const message = parsed.data;
  const media = mediaOf(message);
  const words = message.text ?? message.caption;
  if (words === undefined && media === undefined) return undefined;
  const sender = senderOf(message);
  return {
    id: String(update.update_id),
    conversation: String(message.chat.id),
    text: words ?? '',
    ...(sender === undefined ? {} : { sender }),
    sentAt: (message.edit_date ?? message.date) * 1000,
    metadata: withoutUndefined({
      updateId: update.update_id,
      updateKind: kind,
      messageId: message.message_id,
      chatType: message.chat.type,
      chatTitle: message.chat.title,
      threadId: message.message_thread_id,
      isTopicMessage: message.is_topic_message,
      replyToMessageId: message.reply_to_message?.message_id,
      username: message.from?.username,
      languageCode: message.from?.language_code,
      media,
    }),
  };
}

function senderOf({ from, sender_chat: chat }: Message): InboundMessage['sender'] {
  // A channel's post, or an anonymous admin: `from` is a placeholder then, or missing.
  if (chat !== undefined) return { id: String(chat.id), ...nameOf([chat.title ?? chat.username]) };
  return from && { id: String(from.id), ...nameOf([from.first_name, from.last_name]) };
}

function nameOf(parts: readonly (string | undefined)[]): { name?: string } {
  const name = parts.filter(Boolean).join(' ');
  return name === '' ? {} : { name };
}

function mediaOf(message: Message): JsonObject | undefined {
  const largest = message.photo?.at(-1);
  if (largest) return { kind: 'photo', fileId: largest.file_id };
  for (const kind of fileKinds) {
    const file = message[kind];
    if (file) return { kind, fileId: file.file_id };
  }
  return undefined;
}

function withoutUndefined(fields: Record<string, Json | undefined>): JsonObject {
  const kept: Record<string, Json> = {};
  for (const [key, value] of Object.entries(fields)) if (value !== undefined) kept[key] = value;
  return kept;
}
