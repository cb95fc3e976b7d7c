import { describe, expect, it } from 'vitest';
import { fateOfTopic, readBrokerRecord } from '../../src/peers/brokerRecord.ts';

const taken = (topic: string, from = 'user'): string =>
  `1795469966: Received PUBLISH from ${from} (d0, q1, r0, m631, '${topic}', ... (2 bytes))`;
const handedOut = (topic: string, id: number, to = 'bot'): string =>
  `1795469966: Sending PUBLISH to ${to} (d0, q1, r0, m${id}, '${topic}', ... (2 bytes))`;
const acknowledged = (id: number, by = 'bot'): string => `1795469966: Received PUBACK from ${by} (Mid: ${id}, RC:0)`;
const subscribed = (by = 'bot'): string => `1795469966: Received SUBSCRIBE from ${by}`;
const read = (...lines: string[]) => readBrokerRecord(lines.join('\n'));

describe("a broker's log", () => {
  it('tells what was taken, handed out and acknowledged', () => {
    const record = read(
      taken('in/bot/1'),
      handedOut('in/bot/1', 5),
      taken('in/bot/2'),
      handedOut('in/bot/2', 6),
      acknowledged(6),
      taken('out/bot/9', 'bot'),
      'Sending PUBACK to bot (m9, rc16)',
    );
    expect([...record.taken]).toEqual(['in/bot/1', 'in/bot/2', 'out/bot/9']);
    expect([...record.handedOut]).toEqual(['in/bot/1', 'in/bot/2']);
    expect([...record.acknowledged]).toEqual(['in/bot/2']);
  });

  it('knows that a number is given again to another message, and that each client has its own', () => {
    const record = read(
      handedOut('in/bot/1', 1),
      handedOut('in/other/1', 1, 'other'),
      handedOut('in/bot/2', 1),
      acknowledged(1),
    );
    expect([...record.acknowledged]).toEqual(['in/bot/2']);
  });

  it('knows what came in before the subscriber was there', () => {
    const record = read(subscribed('other'), taken('in/bot/1'), subscribed(), taken('in/bot/2'));
    expect([...record.early]).toEqual(['in/bot/1']);
  });
});

describe('a message that a client never handled', () => {
  const fate = (lives: ReturnType<typeof read>[], keepsSessions = true) =>
    fateOfTopic({ lives, keepsSessions }, 'in/bot/1');

  it('was forgotten when the last life that knew it was killed, and nobody had acknowledged it', () => {
    expect(fate([read(subscribed(), taken('in/bot/1'), handedOut('in/bot/1', 1)), read(subscribed())])).toBe(
      'forgotten',
    );
  });

  it('is lost when it was acknowledged, in whatever life', () => {
    const first = read(subscribed(), taken('in/bot/1'));
    expect(fate([first, read(handedOut('in/bot/1', 1), acknowledged(1)), read()])).toBe('lost');
  });

  it('is lost when a later life got it from the disk and lives still, and when nobody knows it', () => {
    expect(fate([read(taken('in/bot/1')), read(handedOut('in/bot/1', 1))])).toBe('lost');
    expect(fate([read(), read()])).toBe('lost');
  });

  it('was forgotten by a broker that after its restart did not know who wants it, unless it keeps its sessions', () => {
    const lives = [read(subscribed()), read(taken('in/bot/1'), subscribed())];
    expect(fate(lives, false)).toBe('forgotten');
    expect(fate(lives, true)).toBe('lost');
    expect(fate([read(taken('in/bot/1'), subscribed())], false)).toBe('lost');
  });
});
