import { outcome } from '@holdfast/testing';
import { InstanceStoppedError, InvalidInputError, type Json, LocalRegistry } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing, startMs, startOnChannel, startServer } from './running.ts';

describe('a stop', () => {
  it.each(['starting', 'connecting', 'connected', 'disconnected', 'error'])(
    'of an instance that is %s ends it, and signals `stopped` once, last and without a reason',
    async (status) => {
      const { clock, events, names, server } = startServer({ failureLimit: 1 });
      if (status === 'connecting') server.notifyConnecting();
      if (status === 'connected') server.notifyConnected();
      if (status === 'disconnected') server.notifyDisconnected();
      if (status === 'error') server.notifyFailure('x');
      expect(server.status().status).toBe(status);
      clock.advanceSync(5);
      expect(await server.stop()).toEqual(nothing);
      expect(names().filter((name) => name === 'instance.stopped')).toHaveLength(1);
      expect(events.at(-1)).toEqual({
        name: 'instance.stopped',
        measurements: { timestamp: startMs + 5 },
        metadata: { instanceModule: 'Test', instanceId: 'bot', channelType: 'telegram', timestamp: startMs + 5 },
      });
      expect(clock.pending()).toEqual([]);
    },
  );

  it.each<[string, Json | Error, Json]>([
    ['a text', 'deploy', 'deploy'],
    ['null', null, null],
    ['a list', ['signal', 15], ['signal', 15]],
    ['an error', new RangeError('over'), ['exception', { name: 'RangeError', message: 'over' }]],
  ])('for a reason that is %s shows it in the signal', async (_, reason, shown) => {
    const { events, server } = startServer();
    await server.stop({ reason });
    expect(events.at(-1)?.metadata['reason']).toEqual(shown);
  });

  it.each([
    ['a reason that is no JSON', { reason: (() => 'x') as unknown as Json }, 'reason'],
    ['a deadline of no number', { deadlineMs: Number.NaN }, 'deadlineMs'],
    ['a negative deadline', { deadlineMs: -1 }, 'deadlineMs'],
    ['a deadline that is text', { deadlineMs: '5' as unknown as number }, 'deadlineMs'],
  ])('with %s is refused, and the instance goes on as if nothing had been said', async (_, options, path) => {
    const { server } = await startOnChannel();
    const error = await errorOf(() => server.stop(options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ problems: [{ path }] });
    expect(server).toMatchObject({ isRunning: true, isStopping: false });
    await server.send({ conversation: '1', text: 'still here' });
    expect(await server.stop()).toMatchObject({ accepted: 1, sent: 1 });
  });

  it('called while it is stopping joins, whatever its own options say', async () => {
    const { clock, events, server } = await startOnChannel({
      channel: { fallback: { close: outcome.delayed(100, outcome.ok()) } },
    });
    const stops = [server.stop({ reason: 'first' }), server.stop({ reason: 'second' }), server.stop()];
    await clock.settle();
    expect(server).toMatchObject({ isRunning: false, isStopping: true });
    stops.push(server.stop());
    await clock.advance(100);
    const accounts = await Promise.all(stops);
    expect(accounts).toEqual(Array(4).fill(nothing));
    expect(events.filter(({ name }) => name === 'instance.stopped').map(({ metadata }) => metadata['reason'])).toEqual([
      'first',
    ]);
    expect(server.isStopping).toBe(false);
  });

  it('called after the end rejects', async () => {
    const { server } = startServer();
    await server.stop();
    const error = await errorOf(() => server.stop());
    expect(error).toBeInstanceOf(InstanceStoppedError);
    expect(await errorOf(() => server.stop())).toMatchObject({ instanceId: 'bot' });
  });

  it('said to the chart itself ends the server too', async () => {
    const registry = new LocalRegistry<ReturnType<typeof startServer>['server']>();
    const { names, server } = startServer({ registry });
    server.actor.send({ type: 'stop', reason: 'by the chart' });
    expect(names().at(-1)).toBe('instance.stopped');
    expect(registry.list()).toEqual([]);
    expect(await errorOf(() => server.stop())).toBeInstanceOf(InstanceStoppedError);
  });
});

describe('disposing', () => {
  it('stops the instance, once, and does nothing when it has stopped', async () => {
    const { names, server } = startServer();
    await server[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
    expect(names()).toEqual(['instance.started', 'instance.stopped']);
  });

  it('joins a stop that is under way', async () => {
    const { clock, server } = await startOnChannel({
      channel: { fallback: { close: outcome.delayed(100, outcome.ok()) } },
    });
    const settled: string[] = [];
    const stopping = server.stop().then(() => settled.push('stop'));
    const disposing = server[Symbol.asyncDispose]().then(() => settled.push('dispose'));
    await clock.advance(99);
    expect(settled).toEqual([]);
    await clock.advance(1);
    await Promise.all([stopping, disposing]);
    expect(settled).toEqual(['stop', 'dispose']);
  });

  it('is what `await using` does', async () => {
    const { names, server } = startServer();
    {
      await using used = server;
      used.notifyConnecting();
    }
    expect(names()).toEqual(['instance.started', 'instance.connecting', 'instance.stopped']);
  });
});

describe('the end', () => {
  it('is `told` after a stop, `by itself` after an event from elsewhere', async () => {
    const told = startServer().server;
    await told.stop();
    expect(await told.ended).toBe('told');
    const itself = startServer().server;
    itself.actor.send({ type: 'stop' });
    expect(await itself.ended).toBe('by itself');
  });

  it('is one promise, for whoever asks, before or after', async () => {
    const { server } = startServer();
    const { ended } = server;
    expect(server.ended).toBe(ended);
    await server.stop();
    expect(await server.ended).toBe('told');
    expect(server.ended).toBe(ended);
    const late = startServer().server;
    await late.stop();
    expect(await late.ended).toBe('told');
  });

  it('has come only when the messages are handed back and the link is closed', async () => {
    const { channel, clock, messaging, server } = await startOnChannel({
      channel: { fallback: { close: outcome.delayed(100, outcome.ok()), send: outcome.hang() } },
    });
    const inFlight = errorOf(() => server.send({ conversation: '1', text: 'x' }));
    const queued = errorOf(() => server.send({ conversation: '1', text: 'y' }));
    let hasEnded = false;
    void server.ended.then(() => {
      hasEnded = true;
    });
    await clock.settle();
    server.actor.send({ type: 'stop', drainMs: 0 });
    await clock.advance(99);
    expect(await inFlight).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    expect(await queued).toMatchObject({ code: 'HANDED_BACK' });
    const [link] = channel.links;
    expect([server.isRunning, hasEnded, link?.isOpen]).toEqual([false, false, true]);
    expect(await errorOf(() => messaging.instanceStatus('bot'))).toBeInstanceOf(InstanceStoppedError);
    await clock.advance(1);
    expect([hasEnded, link?.isOpen]).toEqual([true, false]);
  });
});

describe('a chart that breaks', () => {
  /** XState puts a chart into error when an action throws: a clock that fails once makes one do so. */
  const breakingClock = () => {
    const clock = { isBroken: false, now: () => startMs, setTimeout: () => 0, clearTimeout: () => undefined };
    clock.now = () => {
      if (!clock.isBroken) return startMs;
      clock.isBroken = false;
      throw new Error('canary of the clock');
    };
    return clock;
  };

  it('still signals `stopped`, with the reason `crash` and nothing of the error, and frees its id', async () => {
    const registry = new LocalRegistry<ReturnType<typeof startServer>['server']>();
    const clock = breakingClock();
    const { events, server } = startServer({ clock, registry });
    clock.isBroken = true;
    server.notifyConnected();
    expect(events.at(-1)).toMatchObject({ name: 'instance.stopped', metadata: { reason: 'crash', instanceId: 'bot' } });
    expect(JSON.stringify(events)).not.toContain('canary');
    expect(registry.list()).toEqual([]);
    expect(await errorOf(() => server.status())).toBeInstanceOf(InstanceStoppedError);
    expect(await server.ended).toBe('crash');
    await server[Symbol.asyncDispose]();
  });
});
