import { describe, expect, it } from 'vitest';
import { telegramArrivals } from '../../src/crash/servers/telegramArrivals.ts';
import { messageName, readMessageName } from '../../src/crash/subject/protocol.ts';

describe('the name of a message', () => {
  it('says whose it is, where to, and when', () => {
    const name = { instance: 'mqtt3', conversation: 2, life: 14, number: 7 };
    expect(messageName(name)).toBe('mqtt3/2/14/7');
    expect(readMessageName('mqtt3/2/14/7')).toEqual(name);
  });

  it.each(['', 'hello', 'mqtt3/2/14', 'mqtt3/2/14/7/1', 'mqtt3/2/x/7', '/2/14/7'])('is not "%s"', (text) => {
    expect(readMessageName(text)).toBeUndefined();
  });
});

describe("crabline's record", () => {
  const call = (over: object): string =>
    JSON.stringify({
      type: 'api',
      path: '/bot<redacted>/sendMessage',
      accepted: true,
      body: { chat_id: '100', text: 'a' },
      ...over,
    });

  it('tells what has arrived, in its order, however often', () => {
    const lines = [call({}), call({ body: { chat_id: 101, text: 'b' } }), call({})].join('\n');
    expect(telegramArrivals(lines)).toEqual([
      { conversation: '100', text: 'a' },
      { conversation: '101', text: 'b' },
      { conversation: '100', text: 'a' },
    ]);
  });

  it('counts neither what was not accepted, nor other calls, nor half a line', () => {
    const others = [call({ accepted: false }), call({ type: 'admin' }), call({ path: '/bot<redacted>/getUpdates' })];
    expect(telegramArrivals([...others, call({}).slice(0, -5), ''].join('\n'))).toEqual([]);
  });
});
