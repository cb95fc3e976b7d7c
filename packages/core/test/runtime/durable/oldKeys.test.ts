import { describe, expect, it } from 'vitest';
import { World } from './World.ts';

const message = { conversation: '42', text: 'hello' };
const forgetful = { instance: { sender: { sentCacheSize: 1 } } } as const;

describe('an idempotency key that only the store remembers', () => {
  it('is answered with its receipt, also after a restart, and the peer not asked again', async () => {
    const world = new World();
    const first = await world.start(forgetful);
    const receipt = await first.server.send({ ...message, idempotencyKey: 'old' });
    await first.server.send({ ...message, idempotencyKey: 'new' });
    expect(first.server.receipt('old')).toBeUndefined();
    expect(await first.server.send({ ...message, idempotencyKey: 'old' })).toEqual(receipt);
    const second = await world.restart(first, forgetful);
    await second.server.send({ ...message, idempotencyKey: 'newer' });
    expect(await second.server.send({ ...message, idempotencyKey: 'old' })).toEqual(receipt);
    expect(world.sentTexts).toHaveLength(3);
    expect(second.names()).toContain('delivery.skipped_duplicate');
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('uses up no attempt, and nothing of a send window', async () => {
    const world = new World({ capabilities: { sendRate: { count: 2, perMs: 60_000 } } });
    const { server } = await world.start(forgetful);
    await server.send({ ...message, idempotencyKey: 'old' });
    await server.send({ ...message, idempotencyKey: 'new' });
    await world.clock.advance(60_000);
    await server.send({ ...message, idempotencyKey: 'old' });
    await server.send({ ...message, idempotencyKey: 'a' });
    await server.send({ ...message, idempotencyKey: 'b' });
    expect(world.sentTexts).toHaveLength(4);
  });

  it('that nobody gave is not looked up', async () => {
    const world = new World();
    const asked: string[] = [];
    const { server } = await world.start({
      prepare: (store) => {
        const { receipt } = store;
        store.receipt = (instanceId, key) => {
          asked.push(key);
          return receipt.call(store, instanceId, key);
        };
      },
    });
    await server.send({ conversation: 'a', text: 'x' });
    await server.send({ conversation: 'a', text: 'x', id: 'mine' });
    await server.send({ conversation: 'a', text: 'x', idempotencyKey: 'key' });
    expect(asked).toEqual(['mine', 'key']);
  });

  it('that was made here is not kept, and takes no place of one that was given', async () => {
    const world = new World();
    const { server } = await world.start(forgetful);
    const receipt = await server.send({ ...message, idempotencyKey: 'given' });
    await server.send(message);
    expect(server.receipt('given')).toEqual(receipt);
    expect((await world.stored()).keys.map(({ key }) => key)).toEqual(['given']);
  });

  it('holds the message back while the store cannot be read', async () => {
    const world = new World();
    let isBroken = true;
    const { server } = await world.start({
      prepare: (store) => {
        const { receipt } = store;
        store.receipt = (instanceId, key) =>
          isBroken ? Promise.reject(new Error('no disk')) : receipt.call(store, instanceId, key);
      },
    });
    const sending = server.send({ ...message, idempotencyKey: 'key' });
    await world.clock.advance(10_000);
    expect(world.sentTexts).toEqual([]);
    isBroken = false;
    await world.clock.advance(1_000);
    await sending;
    expect(world.sentTexts).toEqual(['hello']);
  });
});
