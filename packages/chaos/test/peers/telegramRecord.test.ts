import { describe, expect, it } from 'vitest';
import { fateIn } from '../../src/peers/TelegramPeer.ts';
import { readTelegramRecord } from '../../src/peers/telegramRecord.ts';

const call = (method: string, body: object, accepted = true): string =>
  JSON.stringify({ type: 'api', path: `/bot<redacted>/${method}`, accepted, body });
const written = (text: string): string =>
  JSON.stringify({ type: 'admin', path: '/crabline/telegram/inbound', body: { chatId: '100', text } });

describe("a Telegram server's record", () => {
  it('tells what was taken from the bot, what a user wrote, and up to where the bot has confirmed', () => {
    const lines = [
      call('getUpdates', { timeout: 2 }),
      call('getUpdates', { offset: 4, timeout: 2 }),
      call('getUpdates', { offset: 9 }),
      call('sendMessage', { chat_id: 100, text: '7' }),
      call('sendMessage', { chat_id: 100, text: '8' }, false),
      call('getMe', {}),
      written('3'),
    ];
    const record = readTelegramRecord(lines.join('\n'));
    expect([...record.taken]).toEqual(['7']);
    expect([...record.written]).toEqual(['3']);
    expect(record.acknowledgedBelow).toBe(9);
  });

  it('passes over the half line that a killed server leaves behind', () => {
    const lines = `${call('sendMessage', { text: '1' })}\n${call('sendMessage', { text: '2' }).slice(0, -9)}`;
    expect([...readTelegramRecord(lines).taken]).toEqual(['1']);
  });
});

describe('a message that a bot never handled', () => {
  const life = (text: string | undefined, offset: number) =>
    readTelegramRecord([...(text === undefined ? [] : [written(text)]), call('getUpdates', { offset })].join('\n'));

  // Message 3 is update 4, which an offset of 5 confirms.
  it('was forgotten when the life that had it was killed and the bot had not confirmed it', () => {
    expect(fateIn([life('3', 4), life(undefined, 4)], 3)).toBe('forgotten');
  });

  it('is lost when the bot had confirmed it', () => {
    expect(fateIn([life('3', 5), life(undefined, 5)], 3)).toBe('lost');
  });

  it('is lost when the life that had it was never killed, and when no life had it', () => {
    expect(fateIn([life(undefined, 0), life('3', 4)], 3)).toBe('lost');
    expect(fateIn([life(undefined, 0), life(undefined, 4)], 3)).toBe('lost');
  });
});
