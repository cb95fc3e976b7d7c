import { outcome } from '@holdfast/testing';
import { AlreadyStartedError, createMessaging, InvalidInputError, type PastInstance } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../running.ts';
import { World } from './World.ts';

const message = { conversation: '42', text: 'hello' };

/** A store that knows `a`, which was killed, and `b`, which was stopped. */
async function twoKnown() {
  const world = new World();
  const before = world.boot();
  const a = await before.messaging.startInstance('scripted', { id: 'a', name: 'A', settings: { colour: 'red' } });
  const b = await before.messaging.startInstance('scripted', { id: 'b', name: 'B' });
  await world.clock.settle();
  await b.stop();
  // Under a key of its own it is not on its way yet when it is accepted.
  await a.enqueue({ ...message, idempotencyKey: 'ours' });
  before.kill();
  return { world, ...world.boot() };
}

describe('resume', () => {
  it('asks for each instance that the store knows, with what it was and whether it ran', async () => {
    const { messaging } = await twoKnown();
    const asked: PastInstance[] = [];
    await messaging.resume((past) => {
      asked.push(past);
      return undefined;
    });
    expect(asked).toMatchObject([
      { id: 'a', name: 'A', channelType: 'scripted', settings: { colour: 'red' }, wasRunning: true },
      { id: 'b', name: 'B', wasRunning: false },
    ]);
    expect(messaging.countInstances()).toBe(0);
  });

  it('starts those that it gets an answer for, where they were', async () => {
    const { messaging, world } = await twoKnown();
    const { failed, started } = await messaging.resume(async ({ wasRunning }) => (wasRunning ? {} : undefined));
    expect(failed).toEqual([]);
    expect(started.map(({ instance }) => instance)).toMatchObject([
      { id: 'a', name: 'A', settings: { colour: 'red' } },
    ]);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
    expect(messaging.whereis('a')?.status()).toMatchObject({ restartCount: 1 });
  });

  it('what the answer says goes before what the store knows', async () => {
    const { messaging } = await twoKnown();
    const { started } = await messaging.resume(({ id }) => (id === 'b' ? { name: 'New name' } : undefined));
    expect(started.map(({ instance }) => instance.name)).toEqual(['New name']);
  });

  it('one that cannot be started keeps none of the others from it', async () => {
    const { messaging } = await twoKnown();
    const { failed, started } = await messaging.resume(({ id }) => {
      if (id === 'a') throw new Error('no credentials');
      return {};
    });
    expect(failed).toMatchObject([{ instanceId: 'a', error: { message: 'no credentials' } }]);
    expect(started.map(({ instance }) => instance.id)).toEqual(['b']);
  });

  it('options that are wrong, and a channel that is gone, are failures of their instance', async () => {
    const { messaging, world } = await twoKnown();
    const wrong = { sender: { capacity: -1 } };
    const { failed } = await messaging.resume(({ id }) => (id === 'a' ? wrong : undefined));
    expect(failed).toMatchObject([{ instanceId: 'a', error: { code: 'INVALID_INPUT' } }]);
    const without = createMessaging({ clock: world.clock, store: world.disk });
    const result = await without.resume(() => ({}));
    expect(result.failed.map(({ error }) => error)).toMatchObject([
      { code: 'UNKNOWN_CHANNEL' },
      { code: 'UNKNOWN_CHANNEL' },
    ]);
  });

  it('leaves those alone that run already', async () => {
    const { messaging } = await twoKnown();
    await messaging.startInstance('scripted', { id: 'a', name: 'A' });
    const asked: string[] = [];
    await messaging.resume(({ id }) => void asked.push(id));
    expect(asked).toEqual(['b']);
  });

  it('does not ask for one that was started meanwhile', async () => {
    const { messaging } = await twoKnown();
    const asked: string[] = [];
    const { failed } = await messaging.resume(async ({ id }) => {
      asked.push(id);
      await messaging.startInstance('scripted', { id: 'b', name: 'B' });
      return {};
    });
    expect([asked, failed]).toEqual([['a'], []]);
  });

  it('starts nothing that it has an answer for only after the messaging was stopped', async () => {
    const { messaging, world } = await twoKnown();
    let answer: (options: object) => void = () => undefined;
    const resuming = messaging.resume(
      () =>
        new Promise((resolve) => {
          answer = resolve;
        }),
    );
    await world.clock.settle();
    await messaging.stop();
    answer({});
    expect((await resuming).started).toEqual([]);
    expect(messaging.countInstances()).toBe(0);
  });

  it('lets the process do its other work, also where it leaves all alone', async () => {
    const { messaging, world } = await twoKnown();
    const order: string[] = [];
    world.clock.setTimeout(() => order.push('other work'), 0);
    const resuming = messaging.resume(({ id }) => {
      world.clock.jump(10);
      order.push(id);
      return undefined;
    });
    for (let turn = 0; turn < 3; turn += 1) await world.clock.advance(0);
    await resuming;
    expect(order).toEqual(['a', 'other work', 'b']);
  });

  it('rejects when the store cannot be read, and starts nothing', async () => {
    const { messaging, store } = await twoKnown();
    store.isBroken = true;
    expect(await errorOf(() => messaging.resume(() => ({})))).toMatchObject({ message: 'The file is locked.' });
    expect(messaging.countInstances()).toBe(0);
  });

  it('refuses what is no callback', async () => {
    const { messaging } = await twoKnown();
    expect(await errorOf(() => messaging.resume(undefined as never))).toBeInstanceOf(InvalidInputError);
  });
});

describe('forget', () => {
  it('takes away all that the store has about an instance, and of no other', async () => {
    const { messaging, world } = await twoKnown();
    await messaging.forget('a');
    expect(await world.disk.instances()).toEqual(['b']);
    const server = await messaging.startInstance('scripted', { id: 'a', name: 'A' });
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual([]);
    expect(server.status()).toMatchObject({ restartCount: 0 });
  });

  it('is refused while the instance runs', async () => {
    const { messaging, world } = await twoKnown();
    await messaging.startInstance('scripted', { id: 'a', name: 'A' });
    expect(await errorOf(() => messaging.forget('a'))).toBeInstanceOf(AlreadyStartedError);
    expect(await world.disk.instances()).toEqual(['a', 'b']);
  });

  it('rejects with what the store says', async () => {
    const { messaging, store } = await twoKnown();
    store.failNext('rejected');
    expect(await errorOf(() => messaging.forget('a'))).toMatchObject({ message: 'The disk is full.' });
  });
});

describe('without a store', () => {
  const storeless = () => createMessaging({ clock: new World().clock });

  it.each([
    ['deadLetters', () => storeless().deadLetters],
    ['resume', () => storeless().resume(() => ({}))],
    ['forget', () => storeless().forget('a')],
  ])('%s says that a store is needed', async (_, call) => {
    const error = await errorOf(call);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ message: expect.stringContaining('createMessaging({ store })') });
  });

  it('what is no store is refused', async () => {
    for (const store of [null, 42, {}, { commit: 'x' }])
      expect(await errorOf(() => createMessaging({ store: store as never }))).toBeInstanceOf(InvalidInputError);
  });

  it('a retention that is out of bounds is refused, with a store or without', async () => {
    for (const retention of [{ everyMs: 0 }, { keys: -1 }, { deadLetterMaxCount: 1.5 }, { unknown: 1 }])
      expect(await errorOf(() => createMessaging({ retention: retention as never }))).toBeInstanceOf(InvalidInputError);
  });

  it('a message is accepted in the call itself, and sent in the same job', async () => {
    const world = new World();
    const { names, server } = await world.start({ messaging: { store: undefined } });
    void server.enqueue(message);
    expect(names().at(-1)).toBe('delivery.queued');
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('a restart knows nothing', async () => {
    const world = new World({ script: { send: [outcome.ok()] } });
    const options = { messaging: { store: undefined } };
    const first = await world.start(options);
    await first.server.send({ ...message, idempotencyKey: 'key' });
    const { server } = await world.restart(first, options);
    expect(server.receipt('key')).toBeUndefined();
    expect(server.status()).toMatchObject({ restartCount: 0 });
  });
});
