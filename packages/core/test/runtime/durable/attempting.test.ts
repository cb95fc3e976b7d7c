import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { nothing } from '../running.ts';
import { isAttempt } from './ProcessStore.ts';
import { failing, inDoubt, World } from './World.ts';

/** Under a key of the app's it does not go in the commit that accepts it: the store is asked for the key first. */
const message = { conversation: '42', text: 'hello', idempotencyKey: 'ours' };

describe('J2, S7: a message goes to the peer when the store knows that it does', () => {
  it('the store has it as attempting when the peer gets it, with the number of the attempt', async () => {
    const world = new World({ fallback: { send: outcome.hang() } });
    const { server } = await world.start();
    await server.enqueue(message);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
    expect((await world.stored()).outbox).toMatchObject([{ state: 'attempting', attempts: 1 }]);
  });

  it('while that is being written, the peer gets nothing', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang(isAttempt);
    await server.enqueue(message);
    await world.clock.advance(20_000);
    expect(world.sentTexts).toEqual([]);
    store.release();
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
  });

  it.each(['rejected', 'thrown'] as const)(
    'when that cannot be written (%s) it is not sent, but a second later, by itself, and no attempt is used up',
    async (failure) => {
      const world = new World();
      const { events, names, server, store } = await world.start({ instance: { sender: { maxAttempts: 1 } } });
      store.failNext(failure, isAttempt);
      await server.enqueue(message);
      await world.clock.settle();
      expect(world.sentTexts).toEqual([]);
      expect(names()).toContain('store.failed');
      expect(events.find(({ name }) => name === 'delivery.retry_scheduled')?.metadata).toMatchObject({
        attempt: 0,
        nextInMs: 1_000,
        reason: 'holdfast.store',
      });
      expect((await world.stored()).outbox).toMatchObject([{ state: 'queued', attempts: 0, notBeforeMs: 1_001_000 }]);
      await world.clock.advance(999);
      expect(world.sentTexts).toEqual([]);
      await world.clock.advance(1);
      expect(world.sentTexts).toEqual(['hello']);
      expect(events.find(({ name }) => name === 'delivery.attempt')?.metadata).toMatchObject({ attempt: 1 });
      expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
    },
  );

  it('a store that is broken for an hour uses up no attempt, and the message goes when it works again', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.failNext('rejected', isAttempt);
    const { settled } = await server.enqueue(message);
    await world.clock.advance(500);
    store.isBroken = true;
    await world.clock.advance(3_600_000);
    expect(world.sentTexts).toEqual([]);
    store.isBroken = false;
    await world.clock.advance(1_000);
    await settled;
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('one that failed to be written holds back its conversation and no other', async () => {
    const world = new World({ capabilities: { maxInFlight: 4 } });
    const { server, store } = await world.start();
    store.failNext('rejected', isAttempt);
    await server.enqueue(message);
    await server.enqueue({ ...message, text: 'after', idempotencyKey: 'after' });
    await server.enqueue({ conversation: 'other', text: 'other', idempotencyKey: 'other' });
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['other']);
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['other', 'hello', 'after']);
  });

  it('a link that went while it was written: it is sent over the next one, and was no attempt', async () => {
    const world = new World();
    const { events, server, store } = await world.start();
    store.hang(isAttempt);
    await server.enqueue(message);
    await world.clock.settle();
    world.channel.links.at(-1)?.drop();
    await world.clock.settle();
    store.release();
    await world.clock.advance(10_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect(world.channel.sends.map(({ linkNumber }) => linkNumber)).toEqual([2]);
    expect(events.filter(({ name }) => name === 'delivery.attempt')).toMatchObject([{ metadata: { attempt: 1 } }]);
  });

  it('a wait that the peer asked for while it was written is waited out', async () => {
    const world = new World({ script: { send: [outcome.hang()] }, capabilities: { maxInFlight: 2 } });
    const { server, store } = await world.start();
    await server.enqueue({ conversation: 'a', text: 'a' });
    await world.clock.settle();
    store.hang(isAttempt);
    await server.enqueue(message);
    await world.clock.settle();
    world.channel.sends[0]?.answer(failing({ scope: 'rate', retryAfterMs: 30_000, pauses: 'instance' }));
    await world.clock.settle();
    store.release();
    await world.clock.advance(29_999);
    expect(world.channel.sends.map(({ message: { text } }) => text)).toEqual(['a']);
    await world.clock.advance(1);
    expect(world.channel.sends.map(({ message: { text } }) => text).sort()).toEqual(['a', 'a', 'hello']);
  });

  it('the peer’s limit lets the next one go in its time, though the answer to the first is not there', async () => {
    const world = new World({
      script: { send: [outcome.hang()] },
      capabilities: { sendRate: { count: 1, perMs: 1_000 }, maxInFlight: 4 },
    });
    const { server } = await world.start();
    const keys = ['a', 'b'];
    await Promise.all(keys.map((key) => server.enqueue({ conversation: key, text: key, idempotencyKey: key })));
    await world.clock.advance(1_000);
    expect(world.channel.sends.map(({ message: { text } }) => text)).toEqual(['a', 'b']);
  });

  it('withdrawn while it was written: it is not sent', async () => {
    const world = new World();
    const { server, store } = await world.start();
    const abort = new AbortController();
    store.hang(isAttempt);
    const { jobId } = await server.enqueue(message, { signal: abort.signal });
    await world.clock.settle();
    abort.abort();
    store.release();
    await world.clock.settle();
    expect(world.sentTexts).toEqual([]);
    expect(server.delivery(jobId)).toEqual({ state: 'withdrawn' });
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('expired while it was written: it is not sent', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang(isAttempt);
    const { jobId } = await server.enqueue({ ...message, expiresAt: 1_005_000 });
    await world.clock.advance(5_000);
    store.release();
    await world.clock.settle();
    expect(world.sentTexts).toEqual([]);
    expect(server.delivery(jobId)).toEqual({ state: 'expired' });
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('no more than maxInFlight are written down as attempting', async () => {
    const world = new World({ capabilities: { maxInFlight: 2 }, fallback: { send: outcome.hang() } });
    const { server } = await world.start();
    for (const text of ['a', 'b', 'c', 'd']) await server.enqueue({ conversation: text, text, idempotencyKey: text });
    await world.clock.settle();
    const { outbox } = await world.stored();
    expect(outbox.map(({ state }) => state)).toEqual(['attempting', 'attempting', 'queued', 'queued']);
  });

  it('a message in doubt that waits to be tried again stays attempting in the store', async () => {
    const world = new World({ script: { send: [inDoubt] } });
    const { server } = await world.start({ instance: { sender: { baseBackoffMs: 5_000 } } });
    await server.enqueue(message);
    await world.clock.settle();
    expect((await world.stored()).outbox).toMatchObject([{ state: 'attempting', attempts: 1 }]);
  });
});
