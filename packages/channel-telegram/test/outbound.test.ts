import type { JsonObject } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { readOutbound } from '../src/outbound.ts';

function message(fields: { conversation?: string; text?: string; metadata?: JsonObject }) {
  return { id: 'm', idempotencyKey: 'm', conversation: '42', text: 'hi', metadata: {}, ...fields };
}

describe('reading a message to send', () => {
  it.each([
    ['42', 42],
    ['-1001234567890', -1001234567890],
    ['@some_channel', '@some_channel'],
  ])('conversation %s is chat %s', (conversation, chatId) => {
    expect(readOutbound(message({ conversation })).chatId).toBe(chatId);
  });

  it.each([['name'], ['@x'], ['0'], ['1.5'], ['1e3'], ['99999999999999999999'], [' 42']])(
    '"%s" is no conversation',
    (conversation) => {
      expect(() => readOutbound(message({ conversation }))).toThrow(
        expect.objectContaining({ problem: 'bad_conversation' }),
      );
    },
  );

  it('4096 UTF-16 units are taken and 4097 are not, an emoji being two', () => {
    expect(readOutbound(message({ text: '😀'.repeat(2048) })).text).toHaveLength(4096);
    const tooLong = message({ text: `${'😀'.repeat(2048)}x` });
    expect(() => readOutbound(tooLong)).toThrow(expect.objectContaining({ problem: 'text_too_long' }));
  });

  it('a formatted text may be longer, since its marks do not count', () => {
    const text = '<b>x</b>'.repeat(600);
    expect(readOutbound(message({ text, metadata: { parseMode: 'HTML' } })).text).toBe(text);
  });

  it.each([[''], [' \n']])('a text without a word (%j) is refused', (text) => {
    expect(() => readOutbound(message({ text }))).toThrow(expect.objectContaining({ problem: 'text_empty' }));
  });

  it('keys of the metadata that are not for Telegram are left out', () => {
    const { options } = readOutbound(message({ metadata: { threadId: 3, order: 'A-1' } }));
    expect(options).toEqual({ threadId: 3 });
  });

  it.each([
    ['parseMode', 'BBCode'],
    ['replyTo', 'seven'],
    ['threadId', -1],
    ['disableNotification', 1],
  ])('an option that Telegram does not know (%s: %s) is refused by its name', (key, value) => {
    expect(() => readOutbound(message({ metadata: { [key]: value } }))).toThrow(`metadata.${key}`);
  });
});
