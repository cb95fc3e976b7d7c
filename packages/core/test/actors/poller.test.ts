import { outcome } from '@holdfast/testing';
import type { Failure, InboundMessage, MessageHandler } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from '../machine/onScriptedChannel.ts';

const message = (id: string): InboundMessage => ({ id, conversation: 'room', text: `text ${id}` });
const inbound = (names: string[]) => names.filter((name) => name.startsWith('inbound.')).map((name) => name.slice(8));

function recording() {
  const seen: string[] = [];
  const onMessage: MessageHandler = ({ id }) => void seen.push(id);
  return { seen, onMessage };
}

describe('the Poller', () => {
  it('hands over every message in order, and commits each after it was handled', async () => {
    const committedWhenSeen: (number | null)[] = [];
    const started = await startOn({}, { onMessage: () => void committedWhenSeen.push(channel.committedCursor) });
    const { channel, clock } = started;
    for (const id of ['1', '2', '3']) channel.deliver(message(id));
    await clock.settle();
    expect(committedWhenSeen).toEqual([null, 1, 2]);
    expect(channel.committedCursor).toBe(3);
  });

  it('reads no further while a message is handled', async () => {
    let finish: () => void = () => undefined;
    const onMessage = () =>
      new Promise<void>((resolve) => {
        finish = resolve;
      });
    const { channel, clock } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.settle();
    const polls = channel.callCount('poll');
    channel.deliver(message('2'));
    await clock.advance(1_000);
    expect(channel.callCount('poll')).toBe(polls);
    finish();
    await clock.settle();
    expect(channel.callCount('poll')).toBe(polls + 1);
  });

  it('without a handler reads on, and counts messages as handled', async () => {
    const { channel, clock, names } = await startOn();
    channel.deliver(message('1'));
    await clock.settle();
    expect(inbound(names())).toEqual(['received', 'handled']);
    expect(channel.committedCursor).toBe(1);
  });

  it.each([
    [
      'throws',
      () => {
        throw new TypeError('secret text');
      },
      'TypeError',
    ],
    ['rejects', () => Promise.reject(new RangeError('secret text')), 'RangeError'],
    [
      'throws what is no error',
      () => {
        throw 'secret text';
      },
      'string',
    ],
  ])(
    'a handler that %s is called again, then the message is given up and committed, and the link lives',
    async (_, onMessage, error) => {
      const { channel, clock, events, names, server } = await startOn({}, { onMessage });
      channel.deliver(message('1'));
      await clock.advance(10_000);
      expect(inbound(names())).toEqual(['received', 'retry_scheduled', 'retry_scheduled', 'gave_up']);
      expect(events.at(-1)?.metadata).toMatchObject({ messageId: '1', attempts: 3, error });
      expect(JSON.stringify(events)).not.toContain('secret text');
      expect(channel.committedCursor).toBe(1);
      expect(server.status()).toMatchObject({ status: 'connected', consecutiveFailures: 0 });
    },
  );

  it('a handler that hangs is given up at its deadline, and its signal aborts', async () => {
    const signals: AbortSignal[] = [];
    const onMessage: MessageHandler = (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const { channel, clock, events } = await startOn({}, { onMessage, poller: { maxHandlingAttempts: 1 } });
    channel.deliver(message('1'));
    await clock.advance(30_000);
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(events.at(-1)).toMatchObject({ name: 'inbound.gave_up', metadata: { error: 'HandlingTimeout' } });
    expect(channel.committedCursor).toBe(1);
  });

  it('a message whose handling the link did not outlive comes again', async () => {
    const seen: string[] = [];
    const onMessage: MessageHandler = ({ id }) => {
      seen.push(id);
      return seen.length === 1 ? new Promise(() => undefined) : undefined;
    };
    const { channel, clock } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.settle();
    channel.links[0]?.drop();
    await clock.advance(1_000);
    expect(seen).toEqual(['1', '1']);
    expect(channel.committedCursor).toBe(1);
  });

  it('a rate limit on reading waits, and does not touch the link', async () => {
    const limited: Failure = {
      severity: 'recoverable',
      scope: 'rate',
      code: 'x.429',
      message: 'slow',
      retryAfterMs: 9_000,
    };
    const { seen, onMessage } = recording();
    const { channel, clock, server } = await startOn({ script: { poll: [outcome.fail(limited)] } }, { onMessage });
    channel.deliver(message('1'));
    await clock.advance(8_999);
    expect(seen).toEqual([]);
    await clock.advance(1);
    expect(seen).toEqual(['1']);
    expect(server.status().status).toBe('connected');
  });

  it('a rate limit on reading that is about the whole instance pauses the sending too, another does not', async () => {
    const sentAfter = async (pauses: Failure['pauses']): Promise<number> => {
      const failure = { severity: 'recoverable', scope: 'rate', code: 'x.429', message: 'slow' } as const;
      const limited = outcome.fail({ ...failure, retryAfterMs: 9_000, pauses });
      const { channel, clock, server } = await startOn({ script: { poll: [limited] } });
      const beganMs = clock.now();
      void server.enqueue({ conversation: 'a', text: 'x' });
      while (channel.sends.length === 0) await clock.advance(100);
      return clock.now() - beganMs;
    };
    expect(await sentAfter('method')).toBeLessThanOrEqual(100);
    expect(await sentAfter('instance')).toBe(9_000);
  });

  it.each([
    ['garbage', outcome.garbage({ items: 'none' })],
    ['an item that is no message', outcome.garbage({ items: [{ cursor: 1, message: { id: 7 } }], cursor: 1 })],
    ['nothing, ever', outcome.hang({ ignoreAbort: true })],
  ])('a poll that answers %s takes the link down', async (_, bad) => {
    const { clock, server, channel } = await startOn({ script: { poll: [bad] } });
    await clock.advance(30_000);
    expect(channel.callCount('connect')).toBeGreaterThan(0);
    await clock.advance(1_000);
    expect(channel.callCount('connect')).toBe(2);
    expect(server.status().status).toBe('connected');
  });

  it('R5: a channel that always answers with nothing at once does not keep the process from its other work', async () => {
    const { channel, clock, server } = await startOn({ fallback: { poll: outcome.ok({ items: [], cursor: null }) } });
    await clock.advance(10_000);
    expect(channel.callCount('poll')).toBeLessThan(150);
    expect(server.status().status).toBe('connected');
  });

  it('R5: nor does one that always has another message', async () => {
    const items = [{ message: message('again'), cursor: 1 }];
    const { channel, clock, server } = await startOn({ fallback: { poll: outcome.ok({ items, cursor: 1 }) } });
    let turns = 0;
    const turn = () => {
      turns += 1;
      if (turns < 10) clock.setTimeout(turn, 0);
      else void server.stop({ deadlineMs: 0 });
    };
    turn();
    await clock.advance(0);
    expect(server.isRunning).toBe(false);
    expect(channel.callCount('poll')).toBeLessThan(100 * 32);
  });

  it('a failed commit takes the link down, and the message does not come again to this process', async () => {
    const { seen, onMessage } = recording();
    const { channel, clock } = await startOn({ script: { commit: [outcome.fail('reset')] } }, { onMessage });
    channel.deliver(message('1'));
    await clock.advance(1_000);
    expect(seen).toEqual(['1']);
    expect(channel.callCount('connect')).toBe(2);
  });

  it('finishes the message in hand when it is stopped, and reads no more', async () => {
    const { channel, clock, server, events } = await startOn(
      {},
      {
        onMessage: async (_, { reply }) => {
          await new Promise<void>((resolve) => void clockOf().setTimeout(resolve, 1_000));
          void reply('done');
        },
      },
    );
    function clockOf() {
      return clock;
    }
    channel.deliver(message('1'));
    await clock.settle();
    const stopped = server.stop();
    channel.deliver(message('2'));
    await clock.advance(1_000);
    expect(await stopped).toMatchObject({ accepted: 1, sent: 1 });
    expect(channel.sends.map(({ message: { text } }) => text)).toEqual(['done']);
    expect(events.filter(({ name }) => name === 'inbound.received')).toHaveLength(1);
    expect(channel.committedCursor).toBe(1);
    expect(clock.pending()).toEqual([]);
  });

  it('replies with one key for the n-th reply: a handler that is called again does not answer twice', async () => {
    let calls = 0;
    const onMessage: MessageHandler = async (_, { reply }) => {
      calls += 1;
      await reply('one');
      if (calls === 1) throw new Error('after the first reply');
      await reply('two');
    };
    const { channel, clock } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.advance(1_000);
    expect(calls).toBe(2);
    expect(channel.sends.map(({ message: { text } }) => text)).toEqual(['one', 'two']);
  });
});
