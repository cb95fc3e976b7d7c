import { describe, expect, it } from 'vitest';
import { nothing } from '../running.ts';
import { isFate } from './ProcessStore.ts';
import { failing, inDoubt, World } from './World.ts';

const message = { conversation: '42', text: 'hello', idempotencyKey: 'key' };

describe('J4: what became of a message and could not be written', () => {
  it('is told all the same, and written with the next commit: the message is not sent again', async () => {
    const world = new World();
    const first = await world.start({ instance: { sender: { unknownOutcome: 'retry' } } });
    first.store.failNext('rejected', isFate);
    expect(await first.server.send(message)).toEqual({ externalMessageId: 1 });
    expect(first.names()).toContain('store.failed');
    expect((await world.stored()).outbox).toMatchObject([{ state: 'attempting' }]);
    await first.server.enqueue({ ...message, text: 'second', idempotencyKey: 'second' });
    const second = await world.restart(first);
    await world.clock.advance(60_000);
    expect(world.sentTexts.filter((text) => text === 'hello')).toHaveLength(1);
    expect(second.server.receipt('key')).toEqual({ externalMessageId: 1 });
  });

  it('is written with the first commit that works, before what is new in it', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.failNext('rejected', isFate);
    await server.send(message);
    store.failNext('thrown');
    await expect(server.enqueue(message)).rejects.toMatchObject({ code: 'NOT_STORED' });
    await server.enqueue({ ...message, text: 'third', idempotencyKey: 'third' });
    const late = store.commits.find((changes) => changes.some(({ type }) => type === 'key.put'));
    expect(late?.map(({ type }) => type)).toEqual(['key.put', 'outbox.remove', 'outbox.remove', 'outbox.put']);
  });

  it('is written at the stop, if nothing else is', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.failNext('rejected', isFate);
    await server.send(message);
    store.failNext('rejected', ({ type }) => type === 'snapshot.put');
    const stopped = server.stop();
    await world.clock.settle();
    expect(await stopped).toEqual({ ...nothing, accepted: 1, sent: 1 });
    expect((await world.stored()).outbox).toEqual([]);
    expect((await world.stored()).keys).toHaveLength(1);
  });

  it('and not written before the process is killed leaves the message in doubt, and not lost', async () => {
    const world = new World();
    const first = await world.start();
    first.store.failNext('rejected', isFate);
    await first.server.send(message);
    const { server } = await world.restart(first, { instance: { sender: { unknownOutcome: 'fail' } } });
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
    expect(await world.letters()).toMatchObject([{ reason: { delivered: 'unknown' } }]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, unknown: 1 });
  });

  it('a dead letter that could not be written is there with the next commit', async () => {
    const world = new World({ script: { send: [failing({ scope: 'message', delivered: 'no' })] } });
    const { server, store } = await world.start();
    store.failNext('rejected', isFate);
    const { settled } = await server.enqueue(message);
    await expect(settled).rejects.toMatchObject({ code: 'DELIVERY_FAILED' });
    expect(await world.letters()).toEqual([]);
    await server.send({ ...message, text: 'second', idempotencyKey: 'second' });
    expect(await world.letters()).toMatchObject([{ message: { text: 'hello' }, state: 'dead' }]);
  });

  it('the fate is told when it is written, and not before', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang(isFate);
    const { jobId, settled } = await server.enqueue(message);
    let isTold = false;
    void settled.then(() => {
      isTold = true;
    });
    await world.clock.advance(20_000);
    expect(isTold).toBe(false);
    expect(server.delivery(jobId)).toMatchObject({ state: 'sent' });
    store.release();
    await world.clock.settle();
    expect(isTold).toBe(true);
  });
});

describe('J3: the end of a message is one commit', () => {
  it('sent: its key and its way out of the outbox', async () => {
    const world = new World();
    const { server, store } = await world.start();
    await server.send(message);
    const ends = store.commits.filter((changes) => changes.some(isFate));
    expect(ends.map((changes) => changes.map(({ type }) => type))).toEqual([['key.put', 'outbox.remove']]);
  });

  it.each([
    ['given up', failing({ scope: 'message', delivered: 'no' })],
    ['unknown', inDoubt],
  ])('%s: its dead letter and its way out of the outbox', async (_, answer) => {
    const world = new World({ script: { send: [answer] } });
    const { server, store } = await world.start({ instance: { sender: { unknownOutcome: 'fail' } } });
    const { settled } = await server.enqueue(message);
    await expect(settled).rejects.toThrow();
    const ends = store.commits.filter((changes) => changes.some(isFate));
    expect(ends.map((changes) => changes.map(({ type }) => type))).toEqual([['outbox.remove', 'deadLetter.put']]);
  });
});
