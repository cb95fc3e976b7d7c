import { NotStoredError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing } from '../running.ts';
import { World } from './World.ts';

const message = { conversation: '42', text: 'hello' };

/** Whether a promise has settled, and how. */
function watch(promise: Promise<unknown>) {
  const watched = { state: 'pending' };
  promise.then(
    () => Object.assign(watched, { state: 'resolved' }),
    () => Object.assign(watched, { state: 'rejected' }),
  );
  return watched;
}

describe('J1: what is accepted is in the store', () => {
  it('enqueue resolves when the commit has, and nothing is sent before', async () => {
    const world = new World();
    const { names, server, store } = await world.start();
    store.hang();
    const enqueued = watch(server.enqueue(message));
    await world.clock.advance(60_000);
    expect(enqueued.state).toBe('pending');
    expect(world.sentTexts).toEqual([]);
    expect(names()).not.toContain('delivery.queued');
    store.release();
    await world.clock.settle();
    expect(enqueued.state).toBe('resolved');
    expect(world.sentTexts).toEqual(['hello']);
    expect(names()).toContain('delivery.queued');
  });

  it('a message is in the store whole, in the order of acceptance, when enqueue resolves', async () => {
    const world = new World({ script: { connect: [] }, fallback: { connect: { kind: 'hang', ignoreAbort: false } } });
    const { server } = await world.start();
    const full = {
      ...message,
      id: 'm',
      idempotencyKey: 'k',
      priority: 'high',
      expiresAt: 9e9,
      metadata: { a: [1] },
    } as const;
    const { jobId } = await server.enqueue(full);
    await server.enqueue({ ...message, text: 'second' });
    const { outbox } = await world.stored();
    expect(outbox[0]).toMatchObject({ jobId, message: full, attempts: 0, state: 'queued', acceptedAtMs: 1_000_000 });
    expect(outbox[0]).toMatchObject({ notBeforeMs: 0, priority: 1, expiresAtMs: 9e9 });
    expect(outbox.map((entry) => entry.message.text)).toEqual(['hello', 'second']);
  });

  it.each(['rejected', 'thrown', 'written'] as const)(
    'a commit that fails (%s) is a NotStoredError: nothing is sent, nothing counted, and the next message goes',
    async (failure) => {
      const world = new World();
      const { names, server, store } = await world.start();
      store.failNext(failure);
      const [refused, sent] = [server.enqueue(message), server.send({ ...message, text: 'next' })];
      const error = await errorOf(() => refused);
      expect(error).toBeInstanceOf(NotStoredError);
      expect(error).toMatchObject({ code: 'NOT_STORED', message: expect.stringContaining('The disk is full.') });
      expect(await sent).toEqual({ externalMessageId: 1 });
      expect(world.sentTexts).toEqual(['next']);
      expect(names().filter((name) => name === 'delivery.queued' || name === 'store.failed')).toHaveLength(2);
      expect(server.delivery(error instanceof NotStoredError ? error.jobId : '')).toBeUndefined();
      expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
      expect((await world.stored()).outbox).toEqual([]);
    },
  );

  it('a store that wrote what it says it has not: the message is taken out again, and no restart sends it', async () => {
    const world = new World();
    const first = await world.start();
    first.store.failNext('written');
    await errorOf(() => first.server.enqueue(message));
    await first.server.send({ ...message, text: 'next' });
    await world.restart(first);
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['next']);
  });

  it('the order of the calls is the order of the sends, however slow the store and whoever waits', async () => {
    const world = new World({ capabilities: { maxInFlight: 4 } });
    const { server, store } = await world.start();
    const texts = Array.from({ length: 8 }, (_, n) => `${n}`);
    store.hang();
    const enqueued = texts.map((text) => server.enqueue({ conversation: '42', text }));
    await world.clock.advance(5_000);
    store.release();
    await Promise.all(enqueued);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(texts);
  });

  it('O1: the order of the calls is the order of the sends, though the store answers in another', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.answerLate();
    const late = server.enqueue(message);
    await server.enqueue({ ...message, text: 'second' });
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual([]);
    store.release();
    await late;
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello', 'second']);
  });

  it('a message that is being stored holds back its conversation, and no other', async () => {
    const world = new World();
    const { server, store } = await world.start();
    await server.enqueue({ conversation: 'other', text: 'a' });
    store.hang();
    const late = server.enqueue(message);
    const later = server.enqueue({ ...message, text: 'after' });
    await world.clock.settle();
    store.release();
    await Promise.all([late, later]);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['a', 'hello', 'after']);
  });

  it('it counts against the capacity while it is being stored', async () => {
    const world = new World();
    const { server, store } = await world.start({ instance: { sender: { capacity: 1 } } });
    store.hang();
    const first = server.enqueue(message);
    expect(await errorOf(() => server.enqueue(message))).toMatchObject({ code: 'QUEUE_FULL' });
    expect(server.healthSnapshot().senderQueueDepth).toBe(1);
    store.release();
    await first;
  });

  it('the error names no credential and quotes what the store said', async () => {
    const world = new World();
    const { events, server, store } = await world.start();
    store.failNext('rejected');
    const error = await errorOf(() => server.enqueue(message));
    expect(error).toMatchObject({ cause: { message: 'The disk is full.' } });
    const failed = events.find(({ name }) => name === 'store.failed');
    expect(failed?.metadata).toMatchObject({ instanceId: 'bot', reason: 'The disk is full.' });
  });
});

describe('while a message is being stored', () => {
  const storing = async (more: { readonly expiresAt?: number } = {}) => {
    const world = new World();
    const running = await world.start();
    running.store.hang();
    const abort = new AbortController();
    const enqueued = running.server.enqueue({ ...message, ...more }, { signal: abort.signal });
    await world.clock.settle();
    return { ...running, abort, enqueued, world };
  };

  it('withdrawn: it is never sent, its delivery says so, and nothing of it stays in the store', async () => {
    const { abort, enqueued, server, store, world } = await storing();
    abort.abort();
    store.release();
    const { settled } = await enqueued;
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_WITHDRAWN' });
    expect(world.sentTexts).toEqual([]);
    expect((await world.stored()).outbox).toEqual([]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, withdrawn: 1 });
  });

  it('expired: it is never sent, its delivery says so, and nothing of it stays in the store', async () => {
    const { enqueued, server, store, world } = await storing({ expiresAt: 1_005_000 });
    await world.clock.advance(5_000);
    store.release();
    const { settled } = await enqueued;
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_EXPIRED' });
    expect(world.sentTexts).toEqual([]);
    expect((await world.stored()).outbox).toEqual([]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, expired: 1 });
  });

  it('withdrawn, and then refused by the store: enqueue rejects, and the account is exact', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang();
    const abort = new AbortController();
    store.failNext('rejected');
    const enqueued = errorOf(() => server.enqueue(message, { signal: abort.signal }));
    abort.abort();
    store.release();
    expect(await enqueued).toBeInstanceOf(NotStoredError);
    await world.clock.settle();
    const { accepted, withdrawn } = await server.stop();
    expect(accepted).toBe(withdrawn);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('the instance stops: what the store takes is drained', async () => {
    const { enqueued, server, store, world } = await storing();
    const stopped = server.stop();
    store.release();
    await world.clock.settle();
    expect(await stopped).toEqual({ ...nothing, accepted: 1, sent: 1 });
    await (await enqueued).settled;
  });

  it('the instance stops and the store refuses it: it was never accepted', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang();
    store.failNext('rejected');
    const enqueued = errorOf(() => server.enqueue(message));
    const stopped = server.stop();
    store.release();
    await world.clock.settle();
    expect(await enqueued).toBeInstanceOf(NotStoredError);
    expect(await stopped).toEqual(nothing);
  });
});
