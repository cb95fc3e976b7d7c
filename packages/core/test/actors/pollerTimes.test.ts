import { outcome } from '@holdfast/testing';
import type { InboundMessage, MessageHandler } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from '../machine/onScriptedChannel.ts';

const message = (id: string, conversation = 'room'): InboundMessage => ({ id, conversation, text: `text ${id}` });
const nothing = (cursor: number | null) => outcome.ok({ items: [], cursor });

describe('the Poller, in time', () => {
  it('rests a tenth of a second after an answer of nothing that took less than that, and not after another', async () => {
    const script = { poll: [outcome.delayed(99, nothing(null)), outcome.delayed(100, nothing(null)), outcome.hang()] };
    const { channel, clock } = await startOn({ script });
    const beganMs = clock.now();
    await clock.advance(1_000);
    expect(channel.polls.map(({ atMs }) => atMs - beganMs)).toEqual([0, 199, 299]);
  });

  it('waits out the grace where a rate limit does not say how long to wait', async () => {
    const limited = outcome.fail({ severity: 'recoverable', scope: 'rate', code: 'x.429', message: 'slow' });
    const { channel, clock } = await startOn({ script: { poll: [limited] } }, { poller: { graceMs: 700 } });
    const beganMs = clock.now();
    await clock.advance(5_000);
    expect(channel.polls.slice(0, 2).map(({ atMs }) => atMs - beganMs)).toEqual([0, 700]);
  });

  it('ends at once when it is told to, also in the middle of a rest that the peer asks for', async () => {
    const retryAfterMs = 60_000;
    const limited = outcome.fail({
      severity: 'recoverable',
      scope: 'rate',
      code: 'x.429',
      message: 'slow',
      retryAfterMs,
    });
    const { channel, clock, server } = await startOn({ script: { poll: [limited] } });
    await clock.advance(1_000);
    const stopping = server.stop();
    await clock.advance(0);
    await stopping;
    expect([clock.now() % 1_000, channel.polls.length, channel.openLinks]).toEqual([0, 1, 0]);
  });

  it('waits for a message as long as it is told, and for the answer the grace longer', async () => {
    const options = { poller: { waitMs: 3_000, graceMs: 700 } };
    const { channel, clock, events } = await startOn(
      { script: { poll: [outcome.hang({ ignoreAbort: true })] } },
      options,
    );
    await clock.advance(3_699);
    expect([channel.polls[0]?.waitMs, channel.callCount('connect')]).toEqual([3_000, 1]);
    await clock.advance(1);
    expect(events.findLast(({ name }) => name === 'instance.disconnected')?.metadata['reason']).toBe('timeout');
  });

  it('calls a handler again after twice as long each time, and gives the message up after its attempts', async () => {
    const calls: [number, number][] = [];
    const onMessage: MessageHandler = (_, { attempt }) => {
      calls.push([clock.now(), attempt]);
      throw new Error('not now');
    };
    const { channel, clock, events } = await startOn({}, { onMessage, poller: { maxHandlingAttempts: 4 } });
    const beganMs = clock.now();
    channel.deliver(message('1'));
    await clock.advance(10_000);
    expect(calls.map(([atMs, attempt]) => [atMs - beganMs, attempt])).toEqual([
      [0, 1],
      [200, 2],
      [600, 3],
      [1_400, 4],
    ]);
    const inbound = events.filter(({ name }) => name.startsWith('inbound.'));
    expect(inbound.map(({ name, metadata }) => [name.slice(8), metadata['messageId'], metadata['nextInMs']])).toEqual([
      ['received', '1', undefined],
      ['retry_scheduled', '1', 200],
      ['retry_scheduled', '1', 400],
      ['retry_scheduled', '1', 800],
      ['gave_up', '1', undefined],
    ]);
    expect(inbound.at(-1)?.metadata).toMatchObject({ attempts: 4, error: 'Error' });
    expect(channel.committedCursor).toBe(1);
  });

  it('leaves no timer behind of a handler that has returned', async () => {
    const { channel, clock } = await startOn({}, { onMessage: () => undefined });
    const timers = clock.pending().length;
    channel.deliver(message('1'));
    await clock.settle();
    expect(clock.pending()).toHaveLength(timers);
  });

  it('tells a handler that it is given up when the instance is stopped, and no sooner', async () => {
    const signals: AbortSignal[] = [];
    const onMessage: MessageHandler = (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const { channel, clock, names, server } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    const stopped = server.stop({ deadlineMs: 100 });
    await clock.advance(100);
    await stopped;
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
    expect(channel.committedCursor).toBeNull();
    expect(names().filter((name) => name.startsWith('inbound.'))).toEqual(['inbound.received']);
  });

  it('does not call a handler again once its link is gone: the message comes again over the next one', async () => {
    const attempts: number[] = [];
    const onMessage: MessageHandler = (_, { attempt }) => {
      attempts.push(attempt);
      throw new Error('not now');
    };
    const { channel, clock } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.advance(100);
    channel.links[0]?.drop();
    await clock.advance(240);
    expect([attempts, channel.committedCursor]).toEqual([[1], null]);
    await clock.advance(10);
    expect([attempts, channel.polls.at(-1)?.cursor]).toEqual([[1, 1], null]);
  });

  it('tells how many attempts a message took', async () => {
    const onMessage: MessageHandler = (_, { attempt }) => {
      if (attempt < 2) throw new Error('not now');
    };
    const { channel, clock, events } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.advance(200);
    expect(events.at(-1)).toMatchObject({ name: 'inbound.handled', metadata: { messageId: '1', attempt: 2 } });
  });

  it('P5: lets timers and sockets have their turn after 32 reads in a row', async () => {
    const seen: string[] = [];
    const onMessage: MessageHandler = ({ id }) => void seen.push(id);
    const { channel, clock } = await startOn({ maxItemsPerPoll: 1 }, { onMessage });
    for (let n = 1; n <= 40; n += 1) channel.deliver(message(String(n)));
    await clock.settle();
    const before = seen.length;
    await clock.advance(0);
    expect([before, seen.length]).toEqual([32, 40]);
  });

  it('that is told that its instance is broken gives up at once what it is handling', async () => {
    const signals: AbortSignal[] = [];
    const onMessage: MessageHandler = (_, { signal }) => {
      signals.push(signal);
      return new Promise(() => undefined);
    };
    const { channel, clock, server } = await startOn({}, { onMessage });
    channel.deliver(message('1'));
    await clock.settle();
    server.actor.getSnapshot().children.poller?.send({ type: 'drain' });
    await clock.settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
    server.actor.getSnapshot().children.poller?.send({ type: 'shutdown' });
    await clock.settle();
    expect(signals.map(({ aborted }) => aborted)).toEqual([true]);
  });
});

describe('the cursor', () => {
  it('that comes with nothing is committed when it is another one, and is where the next read goes on', async () => {
    const script = { poll: [nothing(null), nothing(5), nothing(5), outcome.hang()] };
    const { channel, clock } = await startOn({ script });
    await clock.advance(1_000);
    expect(channel.commits.map(({ cursor }) => cursor)).toEqual([5]);
    expect(channel.polls.map(({ cursor }) => cursor)).toEqual([null, null, 5, 5]);
  });

  it('is committed within the grace, or the link is given up', async () => {
    const script = { commit: [outcome.hang({ ignoreAbort: true })] };
    const { channel, clock } = await startOn({ script }, { poller: { graceMs: 700 } });
    channel.deliver(message('1'));
    await clock.advance(699);
    expect(channel.openLinks).toBe(1);
    await clock.advance(1);
    expect(channel.openLinks).toBe(0);
  });
});

describe('messages of different conversations', () => {
  it('are handled side by side, as many as the options say', async () => {
    const begun: string[] = [];
    const ends: (() => void)[] = [];
    const onMessage: MessageHandler = ({ id }) => {
      begun.push(id);
      return new Promise<void>((resolve) => ends.push(resolve));
    };
    const { channel, clock } = await startOn(
      { script: { poll: [outcome.delayed(10, outcome.ok())] } },
      { onMessage, poller: { maxHandling: 2 } },
    );
    for (const id of ['1', '2', '3']) channel.deliver(message(id, id));
    await clock.advance(200);
    expect(begun).toEqual(['1', '2']);
    ends[1]?.();
    await clock.settle();
    expect(begun).toEqual(['1', '2', '3']);
    expect(channel.committedCursor).toBeNull();
    ends[0]?.();
    await clock.settle();
    expect(channel.committedCursor).toBe(2);
  });
});
