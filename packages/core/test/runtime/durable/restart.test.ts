import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { nothing } from '../running.ts';
import { failing, inDoubt, type ProcessOptions, World } from './World.ts';

const message = { conversation: '42', text: 'hello', idempotencyKey: 'key' };
const withPolicy = (unknownOutcome: 'retry' | 'hold' | 'fail'): ProcessOptions => ({
  instance: { sender: { unknownOutcome } },
});
const unknownOutcomes = ['retry', 'hold', 'fail'] as const;

describe('a process that was killed', () => {
  it.each(unknownOutcomes)('before the peer got a message: the next one sends it once (%s)', async (policy) => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const first = await world.start(withPolicy(policy));
    const { jobId } = await first.server.enqueue(message);
    await world.clock.settle();
    const second = await world.restart(first, withPolicy(policy));
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect(second.server.delivery(jobId)).toEqual({ state: 'sent', receipt: { externalMessageId: 1 } });
    expect((await world.stored()).outbox).toEqual([]);
    expect(await second.server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it('before the commit of an acceptance: enqueue never answered, and nothing is sent', async () => {
    const world = new World();
    const first = await world.start();
    first.store.dieAtCommit(0, false);
    void first.server.enqueue(message);
    await world.clock.settle();
    expect(first.isDead).toBe(true);
    await world.restart(first);
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual([]);
  });

  it('after the commit of an acceptance and before its answer: the next one sends it', async () => {
    const world = new World();
    const first = await world.start();
    first.store.dieAtCommit(0, true);
    void first.server.enqueue(message);
    await world.clock.settle();
    await world.restart(first);
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
  });

  it.each(unknownOutcomes)('before the store knew of the attempt: it is not in doubt (%s)', async (policy) => {
    const world = new World();
    const first = await world.start(withPolicy(policy));
    first.store.dieAtCommit(1, false);
    void first.server.enqueue(message);
    await world.clock.settle();
    expect(first.isDead).toBe(true);
    const second = await world.restart(first, withPolicy(policy));
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect(await second.server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it('after the peer took a message, and the store knows: the key is answered, and the peer not asked again', async () => {
    const world = new World();
    const first = await world.start();
    const receipt = await first.server.send(message);
    const second = await world.restart(first);
    expect(second.server.receipt('key')).toEqual(receipt);
    expect(await second.server.send(message)).toEqual(receipt);
    expect(world.sentTexts).toEqual(['hello']);
    expect(second.events.find(({ name }) => name === 'delivery.skipped_duplicate')?.metadata).toMatchObject({
      idempotencyKey: 'key',
      externalMessageId: 1,
    });
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('no more keys come back than sentCacheSize, the newest', async () => {
    const world = new World();
    const first = await world.start();
    for (const idempotencyKey of ['a', 'b', 'c']) {
      await first.server.send({ ...message, idempotencyKey });
      await world.clock.advance(1);
    }
    const { server } = await world.restart(first, { instance: { sender: { sentCacheSize: 2 } } });
    expect(['a', 'b', 'c'].map((key) => server.receipt(key)?.externalMessageId)).toEqual([undefined, 2, 3]);
  });

  it('what it left goes in its order, before what is new, and over the capacity', async () => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const first = await world.start();
    for (const text of ['1', '2', '3']) await first.server.enqueue({ conversation: '42', text });
    first.kill();
    const second = world.boot();
    const server = await second.messaging.startInstance('scripted', {
      id: 'bot',
      name: 'Bot',
      sender: { capacity: 2 },
    });
    await server.enqueue({ conversation: '42', text: 'new' });
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['1', '2', '3', 'new']);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 4, sent: 4 });
  });

  it('its messages keep their order over several processes, at one moment of the clock', async () => {
    const world = new World({ fallback: { connect: outcome.hang() } });
    let process = await world.start();
    for (const text of ['1', '2', '3', '4']) {
      await process.server.enqueue({ conversation: '42', text });
      process = await world.restart(process);
    }
    const { outbox } = await world.stored();
    expect(outbox.map((entry) => entry.message.text)).toEqual(['1', '2', '3', '4']);
  });

  it('expired messages that it left are not sent, and go out of the store', async () => {
    const world = new World({ fallback: { connect: outcome.hang() } });
    const first = await world.start();
    const { jobId } = await first.server.enqueue({ ...message, expiresAt: 1_005_000 });
    first.kill();
    await world.clock.advance(10_000);
    const second = await world.start();
    expect(second.server.delivery(jobId)).toEqual({ state: 'expired' });
    expect(second.names()).toContain('delivery.expired');
    expect((await world.stored()).outbox).toEqual([]);
  });
});

describe('a process that was killed while the peer had a message', () => {
  const killed = async (policy: (typeof unknownOutcomes)[number]) => {
    const world = new World({ script: { send: [outcome.hang()] } });
    const first = await world.start(withPolicy(policy));
    const { jobId } = await first.server.enqueue(message);
    await first.server.enqueue({ ...message, text: 'after', idempotencyKey: 'after' });
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
    const second = await world.restart(first, withPolicy(policy));
    await world.clock.advance(60_000);
    return { ...second, jobId, world };
  };

  it('retry: it is sent again, under its key and with the next attempt, before what comes after it', async () => {
    const { events, jobId, server, world } = await killed('retry');
    expect(world.sentTexts).toEqual(['hello', 'hello', 'after']);
    expect(world.channel.sends[1]?.message.idempotencyKey).toBe('key');
    const attempt = events.find(({ name, metadata }) => name === 'delivery.attempt' && metadata['jobId'] === jobId);
    expect(attempt?.metadata).toMatchObject({ attempt: 2 });
    expect(server.delivery(jobId)).toMatchObject({ state: 'sent' });
  });

  it('hold: it waits for a word, what comes after it too, and through another restart', async () => {
    const { events, jobId, kill, server, world } = await killed('hold');
    expect(world.sentTexts).toEqual(['hello']);
    expect(server.delivery(jobId)).toEqual({ state: 'held', attempts: 1, mayBeDelivered: true });
    expect(events.find(({ name }) => name === 'delivery.held')?.metadata).toMatchObject({
      reason: 'holdfast.process_ended',
    });
    kill();
    const third = await world.start(withPolicy('hold'));
    await world.clock.advance(60_000);
    expect(third.server.delivery(jobId)).toMatchObject({ state: 'held', mayBeDelivered: true });
    expect(third.server.resolveDelivery(jobId, 'retry')).toBe(true);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello', 'hello', 'after']);
  });

  it('hold, and the word is that it was sent: the next process knows its key', async () => {
    const { jobId, kill, server, world } = await killed('hold');
    server.resolveDelivery(jobId, 'sent');
    await world.clock.settle();
    kill();
    const third = await world.start(withPolicy('hold'));
    expect(await third.server.send(message)).toEqual({ externalMessageId: null });
    expect(world.sentTexts).toEqual(['hello', 'after']);
  });

  it('fail: it is unknown, a dead letter says why, and what comes after it goes', async () => {
    const { jobId, server, world } = await killed('fail');
    expect(world.sentTexts).toEqual(['hello', 'after']);
    expect(server.delivery(jobId)).toMatchObject({ state: 'unknown', failure: { code: 'holdfast.process_ended' } });
    expect(await world.letters()).toMatchObject([
      {
        id: jobId,
        direction: 'outbound',
        state: 'dead',
        reason: { code: 'holdfast.process_ended', delivered: 'unknown' },
      },
    ]);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it.each(unknownOutcomes)('and had answered, which the store does not know: it is in doubt (%s)', async (policy) => {
    const world = new World();
    const first = await world.start(withPolicy(policy));
    first.store.dieAtCommit(2, false);
    void first.server.enqueue(message);
    await world.clock.settle();
    expect(first.isDead).toBe(true);
    const { server } = await world.restart(first, withPolicy(policy));
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(policy === 'retry' ? ['hello', 'hello'] : ['hello']);
    expect(await world.letters()).toHaveLength(policy === 'fail' ? 1 : 0);
    expect(server.healthSnapshot().senderQueueDepth).toBe(policy === 'hold' ? 1 : 0);
  });

  it('retry, and it had used up its attempts: it is unknown, and not tried for ever', async () => {
    const world = new World({ script: { send: [inDoubt, outcome.hang()] } });
    const options = { instance: { sender: { maxAttempts: 2 } } };
    const first = await world.start(options);
    const { jobId } = await first.server.enqueue(message);
    await world.clock.advance(5_000);
    expect(world.sentTexts).toHaveLength(2);
    const { server } = await world.restart(first, options);
    await world.clock.advance(60_000);
    expect(server.delivery(jobId)).toMatchObject({ state: 'unknown' });
    expect(world.sentTexts).toHaveLength(2);
  });

  it('a dead letter of a message that was given up in the process before is there, and nothing in the outbox', async () => {
    const world = new World({ script: { send: [failing({ scope: 'message', delivered: 'no' })] } });
    const first = await world.start();
    await first.server.enqueue(message);
    await world.clock.settle();
    await world.restart(first);
    expect(await world.letters()).toMatchObject([{ attempts: 1, reason: { code: 'x.x' }, message: { text: 'hello' } }]);
    expect((await world.stored()).outbox).toEqual([]);
  });
});
