import { InboundMessage } from 'holdfast';
import { describe, expect, it } from 'vitest';
import type { TelegramUpdateKind } from '../src/config.ts';
import { readUpdate } from '../src/updates.ts';

const all: TelegramUpdateKind[] = ['message', 'edited_message', 'channel_post', 'edited_channel_post'];
const chat = { id: -100123, type: 'supergroup', title: 'Team' };
const ann = { id: 7, is_bot: false, first_name: 'Ann', last_name: 'Lee', username: 'ann_lee', language_code: 'de' };
const base = { message_id: 5, date: 1_700_000_000, chat, from: ann };

describe('reading an update', () => {
  it('a text message carries its words, its chat, its writer and what else Telegram says', () => {
    const update = { update_id: 9, message: { ...base, text: 'hi', message_thread_id: 3, is_topic_message: true } };
    const message = readUpdate(update, all);
    expect(message).toEqual({
      id: '9',
      conversation: '-100123',
      text: 'hi',
      sender: { id: '7', name: 'Ann Lee' },
      sentAt: 1_700_000_000_000,
      metadata: {
        updateId: 9,
        updateKind: 'message',
        messageId: 5,
        chatType: 'supergroup',
        chatTitle: 'Team',
        threadId: 3,
        isTopicMessage: true,
        username: 'ann_lee',
        languageCode: 'de',
      },
    });
    expect(InboundMessage.safeParse(message).success).toBe(true);
  });

  it('a photo is read with its caption and the file of its largest size', () => {
    const photo = [{ file_id: 'small' }, { file_id: 'large' }];
    const message = readUpdate({ update_id: 1, message: { ...base, caption: 'look', photo } }, all);
    expect(message).toMatchObject({ text: 'look', metadata: { media: { kind: 'photo', fileId: 'large' } } });
  });

  it('a file without a word is a message with an empty text', () => {
    const message = readUpdate({ update_id: 1, message: { ...base, voice: { file_id: 'v' } } }, all);
    expect(message).toMatchObject({ text: '', metadata: { media: { kind: 'voice', fileId: 'v' } } });
  });

  it('a GIF, which Telegram sends as a document too, is an animation', () => {
    const message = { ...base, animation: { file_id: 'a' }, document: { file_id: 'a' } };
    expect(readUpdate({ update_id: 1, message }, all)?.metadata?.['media']).toEqual({ kind: 'animation', fileId: 'a' });
  });

  it('a post in a channel was written by the channel', () => {
    const channel = { id: -1009, type: 'channel', title: 'News' };
    const post = { message_id: 1, date: 1, chat: channel, sender_chat: channel, text: 'x' };
    expect(readUpdate({ update_id: 1, channel_post: post }, all)).toMatchObject({
      conversation: '-1009',
      sender: { id: '-1009', name: 'News' },
      metadata: { updateKind: 'channel_post' },
    });
  });

  it('a writer without a name, and a message without a writer, are taken as they are', () => {
    const nameless = readUpdate(
      { update_id: 1, message: { ...base, from: { id: 7, first_name: '' }, text: 'x' } },
      all,
    );
    expect(nameless?.sender).toEqual({ id: '7' });
    const { from: _, ...anonymous } = base;
    expect(readUpdate({ update_id: 1, message: { ...anonymous, text: 'x' } }, all)).not.toHaveProperty('sender');
  });

  it('an edit was written when it was edited, and says which message it answers', () => {
    const edited_message = { ...base, edit_date: 1_700_000_060, text: 'new', reply_to_message: { message_id: 2 } };
    expect(readUpdate({ update_id: 1, edited_message }, all)).toMatchObject({
      sentAt: 1_700_000_060_000,
      metadata: { updateKind: 'edited_message', replyToMessageId: 2 },
    });
  });

  it('a kind that was not asked for is skipped', () => {
    expect(readUpdate({ update_id: 1, edited_message: { ...base, text: 'x' } }, ['message'])).toBeUndefined();
  });

  it.each([
    ['a button', { callback_query: { id: '1', from: ann, data: 'x' } }],
    ['nothing', {}],
    ['a service message', { message: { ...base, new_chat_members: [ann] } }],
    ['a message without a chat', { message: { message_id: 1, date: 1, text: 'x' } }],
    ['a message that is none', { message: 'x' }],
    ['null', { message: null }],
    ['a chat id that is a string', { message: { ...base, chat: { id: '1', type: 'private' }, text: 'x' } }],
  ])('an update with %s is skipped', (_, fields) => {
    expect(readUpdate({ update_id: 1, ...fields }, all)).toBeUndefined();
  });
});
