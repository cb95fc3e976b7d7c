import { outcome } from '@holdfast/testing';
import {
  DeliveryFailedError,
  DrainingError,
  HandedBackError,
  InstanceStoppedError,
  InvalidInputError,
  type OutboundMessage,
  QueueFullError,
} from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, startMs, startOnChannel, startServer } from './running.ts';

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const message = { conversation: '42', text: 'hello' };
const offline = { channel: { fallback: { connect: outcome.hang() } } };

describe('enqueue', () => {
  it('accepts a message at once; its promise settles with the receipt of the peer', async () => {
    const { channel, server } = await startOnChannel();
    const accepting = server.enqueue(message);
    expect(channel.sends).toEqual([]);
    const delivery = await accepting;
    expect(delivery.jobId).toMatch(version7);
    expect(await delivery.settled).toEqual({ externalMessageId: 1 });
  });

  it('accepts while there is no link, and sends when there is one', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { script: { connect: [outcome.fail('down')] } },
    });
    const { settled } = await server.enqueue(message);
    await clock.settle();
    expect(channel.sends).toEqual([]);
    await clock.advance(1_000);
    expect(await settled).toEqual({ externalMessageId: 1 });
  });

  it('completes the message: an id, its idempotency key, metadata', async () => {
    const { channel, clock, server } = await startOnChannel();
    void server.enqueue(message);
    void server.enqueue({ ...message, id: 'mine', idempotencyKey: null, metadata: { replyTo: 7 } });
    void server.enqueue({ ...message, id: 'other', idempotencyKey: 'key' });
    await clock.settle();
    const [made, mine, other] = channel.sends.map((call) => call.message);
    expect(made?.id).toMatch(version7);
    expect(made).toEqual({ ...message, id: made?.id, idempotencyKey: made?.id, metadata: {} });
    expect(mine).toEqual({ ...message, id: 'mine', idempotencyKey: 'mine', metadata: { replyTo: 7 } });
    expect(other).toMatchObject({ id: 'other', idempotencyKey: 'key' });
  });

  it('signals what it has queued, before it is sent', async () => {
    const { clock, events, forget, server } = await startOnChannel();
    forget();
    const accepting = server.enqueue({ ...message, id: 'mine' });
    expect(events).toEqual([
      {
        name: 'delivery.queued',
        measurements: { timestamp: startMs },
        metadata: {
          instanceModule: 'Test',
          instanceId: 'bot',
          timestamp: startMs,
          jobId: expect.stringMatching(version7),
          messageId: 'mine',
          correlationId: 'mine',
        },
      },
    ]);
    await (await accepting).settled;
    await clock.settle();
    expect(events.map(({ name }) => name)).toEqual(['delivery.queued', 'delivery.attempt', 'delivery.sent']);
  });

  it('sends a thousand messages of one millisecond, none lost and none taken for another, with a constant randomness', async () => {
    const { channel, clock, server } = await startOnChannel({ messaging: { random: () => 0.5 } });
    const texts = Array.from({ length: 1_000 }, (_, index) => String(index));
    const deliveries = await Promise.all(texts.map((text) => server.enqueue({ conversation: '1', text })));
    await clock.settle();
    expect(channel.sends.map((call) => call.message.text)).toEqual(texts);
    expect(new Set(deliveries.map(({ jobId }) => jobId)).size).toBe(1_000);
  });

  it.each([
    ['no conversation', { text: 'x' }, 'conversation'],
    ['a text that is no text', { ...message, text: 7 }, 'text'],
    ['a misspelt key', { ...message, idempotencykey: 'x' }, ''],
    ['metadata that is no JSON', { ...message, metadata: { at: () => 1 } }, 'metadata.at'],
    ['nothing at all', undefined, ''],
  ])('refuses %s, and accepts nothing', async (_, value, path) => {
    const { names, forget, server } = await startOnChannel();
    forget();
    const error = await errorOf(() => server.enqueue(value as OutboundMessage));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ problems: [{ path }] });
    expect(server.healthSnapshot().senderQueueDepth).toBe(0);
    expect(names()).toEqual([]);
  });

  it('refuses more than the capacity, and accepts again when there is room', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { script: { send: [outcome.hang()] } },
      instance: { sender: { capacity: 2 } },
    });
    for (const text of ['1', '2']) void server.enqueue({ conversation: '1', text });
    await clock.settle();
    const error = await errorOf(() => server.enqueue({ conversation: '1', text: '3' }));
    expect(error).toBeInstanceOf(QueueFullError);
    expect(error).toMatchObject({ code: 'QUEUE_FULL', instanceId: 'bot', capacity: 2 });
    channel.sends[0]?.answer(outcome.ok());
    await clock.settle();
    expect(await server.send({ conversation: '1', text: '4' })).toEqual({ externalMessageId: 3 });
    expect(await server.stop()).toMatchObject({ accepted: 3, sent: 3 });
  });

  it('refuses while the instance is stopping, and once it has stopped', async () => {
    const { clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.delayed(100, outcome.ok()) } },
    });
    void server.enqueue(message);
    await clock.settle();
    const stopping = server.stop();
    const error = await errorOf(() => server.enqueue(message));
    expect(error).toBeInstanceOf(DrainingError);
    expect(error).toMatchObject({ code: 'DRAINING', instanceId: 'bot' });
    await clock.advance(1_000);
    expect(await stopping).toMatchObject({ accepted: 1, sent: 1 });
    expect(await errorOf(() => server.enqueue(message))).toBeInstanceOf(InstanceStoppedError);
  });

  it('refuses while the chart drains, though nobody has told the server to stop', async () => {
    const { clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.delayed(100, outcome.ok()) } },
    });
    const { settled } = await server.enqueue(message);
    server.actor.send({ type: 'stop' });
    expect(server.status().substate).toBe('draining');
    expect(await errorOf(() => server.enqueue(message))).toBeInstanceOf(DrainingError);
    await clock.advance(1_000);
    await settled;
  });

  it('refuses without a channel', async () => {
    const error = await errorOf(() => startServer().server.enqueue(message));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(String(error)).toContain('instance "bot" to have a channel for this');
  });
});

describe('send', () => {
  it('resolves with the receipt', async () => {
    const { server } = await startOnChannel();
    expect(await server.send(message)).toEqual({ externalMessageId: 1 });
  });

  it('rejects, and never throws, with what enqueue throws', async () => {
    const { server } = startServer();
    const sending = server.send(message);
    expect(await errorOf(() => sending)).toBeInstanceOf(InvalidInputError);
  });

  it('rejects when the message was given up, with the job, its attempts and the last failure', async () => {
    const failure = { severity: 'recoverable', scope: 'server', code: 'scripted.500', message: 'broken' } as const;
    const { clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.fail(failure) } },
      instance: { sender: { maxAttempts: 3 } },
    });
    const { jobId, settled } = await server.enqueue(message);
    const giving = errorOf(() => settled);
    await clock.advance(60_000);
    const error = await giving;
    expect(error).toBeInstanceOf(DeliveryFailedError);
    expect(error).toMatchObject({ code: 'DELIVERY_FAILED', jobId, attempts: 3, failure });
  });

  it('rejects when the instance stopped first', async () => {
    const { server } = await startOnChannel(offline);
    const { jobId, settled } = await server.enqueue(message);
    const sending = server.send(message);
    const failed = errorOf(() => sending);
    await server.stop();
    const error = await errorOf(() => settled);
    expect(error).toBeInstanceOf(HandedBackError);
    expect(error).toMatchObject({ code: 'HANDED_BACK', jobId });
    expect(await failed).toBeInstanceOf(HandedBackError);
  });
});

describe('one idempotency key', () => {
  it('is sent once: the second message is answered with the receipt of the first', async () => {
    const { channel, names, server } = await startOnChannel();
    const first = await server.send({ ...message, idempotencyKey: 'key' });
    const second = await server.send({ ...message, conversation: 'other', idempotencyKey: 'key' });
    expect(second).toEqual(first);
    expect(channel.sends).toHaveLength(1);
    expect(names()).toContain('delivery.skipped_duplicate');
    expect(server.receipt('key')).toEqual(first);
    expect(await server.stop()).toMatchObject({ accepted: 2, sent: 2 });
  });

  it('is remembered for as many messages as the cache holds, and after the stop too', async () => {
    const { channel, server } = await startOnChannel({ instance: { sender: { sentCacheSize: 2 } } });
    for (const key of ['a', 'b', 'c']) await server.send({ ...message, idempotencyKey: key });
    expect(['a', 'b', 'c'].map((key) => server.receipt(key) !== undefined)).toEqual([false, true, true]);
    await server.send({ ...message, idempotencyKey: 'a' });
    expect(channel.sends).toHaveLength(4);
    await server.stop();
    expect(server.receipt('a')).toEqual({ externalMessageId: 4 });
  });

  it('has no receipt where there is no channel, nor before it was sent', async () => {
    expect(startServer().server.receipt('key')).toBeUndefined();
    const { server } = await startOnChannel(offline);
    void server.enqueue({ ...message, idempotencyKey: 'key' });
    expect(server.receipt('key')).toBeUndefined();
  });
});

describe('a delivery that nobody looks at', () => {
  it.each([
    [
      'is given up',
      { fallback: { send: outcome.fail({ severity: 'recoverable', scope: 'message', code: 'x.400', message: 'no' }) } },
    ],
    ['is handed back', offline.channel],
  ])('ends no process when it %s', async (_, channel) => {
    const unhandled: unknown[] = [];
    const record = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', record);
    try {
      const { clock, server } = await startOnChannel({ channel });
      void server.enqueue(message);
      await clock.settle();
      await server.stop();
      await clock.settle();
      await new Promise<void>((resolve) => void setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', record);
    }
    expect(unhandled).toEqual([]);
  });
});
