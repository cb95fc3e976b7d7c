import { outcome } from '@holdfast/testing';
import type { MessageHandler } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing } from '../running.ts';
import { isFate, isRead } from './ProcessStore.ts';
import { failing, type ProcessOptions, World } from './World.ts';

const refusal = failing({ scope: 'message', code: 'peer.refused', delivered: 'no' });
const message = { conversation: '42', text: 'hello', idempotencyKey: 'key', expiresAt: 1_005_000 };

/** One dead letter, which has expired since. */
async function withLetter(options?: ProcessOptions) {
  const world = new World({ script: { send: [refusal] } });
  const running = await world.start(options);
  const { jobId: id } = await running.server.enqueue(message);
  await world.clock.advance(10_000);
  return { ...running, process: running, deadLetters: running.messaging.deadLetters, id, world };
}

describe('the replay of a message that could not be sent', () => {
  it('sends it under its old key and without its old expiry; the letter is gone when the peer has it', async () => {
    const { deadLetters, id, server, world } = await withLetter();
    const { settled } = await deadLetters.replay('bot', id);
    expect(await settled).toEqual({ externalMessageId: 2 });
    expect(world.channel.sends[1]?.message).toMatchObject({ text: 'hello', idempotencyKey: 'key' });
    expect(await world.letters()).toEqual([]);
    expect((await world.stored()).outbox).toEqual([]);
    expect(server.receipt('key')).toEqual({ externalMessageId: 2 });
    expect(await server.stop()).toEqual({ ...nothing, accepted: 2, failed: 1, sent: 1 });
  });

  it('is joined while it is on its way', async () => {
    const { deadLetters, id, world } = await withLetter();
    world.channel.append({ send: [outcome.delayed(5_000, outcome.ok())] });
    const [one, two] = await Promise.all([deadLetters.replay('bot', id), deadLetters.replay('bot', id)]);
    const three = await deadLetters.replay('bot', id);
    await world.clock.advance(5_000);
    const receipts = await Promise.all([one.settled, two.settled, three.settled]);
    expect(receipts).toEqual(Array.from({ length: 3 }, () => ({ externalMessageId: 2 })));
    expect(world.sentTexts).toEqual(['hello', 'hello']);
  });

  it('while it is on its way the letter can be neither archived, removed, purged nor pruned', async () => {
    const { deadLetters, id, world } = await withLetter();
    world.channel.append({ send: [outcome.hang()] });
    await deadLetters.replay('bot', id);
    expect(await deadLetters.get('bot', id)).toMatchObject({ state: 'replaying' });
    for (const call of ['archive', 'remove'] as const)
      expect(await errorOf(() => deadLetters[call]('bot', id))).toMatchObject({ code: 'INVALID_INPUT' });
    expect(await deadLetters.purge({})).toBe(0);
    expect(await world.disk.prune({ keepDeadLetters: 0 })).toMatchObject({ deadLetters: 0 });
    expect(await deadLetters.count()).toBe(1);
  });

  it('that fails again: the letter is dead again, with its new attempts, reason and time', async () => {
    const { deadLetters, id, world } = await withLetter();
    world.channel.append({ send: [failing({ delivered: 'no' }), failing({ scope: 'message', code: 'peer.again' })] });
    const { settled } = await deadLetters.replay('bot', id);
    await Promise.all([errorOf(() => settled), world.clock.advance(5_000)]);
    expect(await world.letters()).toMatchObject([{ id, state: 'dead', attempts: 2, reason: { code: 'peer.again' } }]);
    expect((await world.letters())[0]?.atMs).toBeGreaterThan(1_010_000);
    expect(await (await deadLetters.replay('bot', id)).settled).toEqual({ externalMessageId: 4 });
    expect(await world.letters()).toEqual([]);
  });

  it.each(['rejected', 'thrown', 'written'] as const)(
    'that the store refuses (%s): the letter stays dead',
    async (failure) => {
      const { deadLetters, id, server, store, world } = await withLetter();
      store.failNext(failure);
      expect(await errorOf(() => deadLetters.replay('bot', id))).toMatchObject({ code: 'NOT_STORED' });
      await server.send({ conversation: 'other', text: 'other' });
      expect(await world.letters()).toMatchObject([{ id, state: 'dead' }]);
      expect((await world.stored()).outbox).toEqual([]);
      expect(await (await deadLetters.replay('bot', id)).settled).toEqual({ externalMessageId: 3 });
    },
  );

  it.each([
    [0, false],
    [0, true],
    [1, false],
  ])('over a kill at commit %i (written: %s) the peer gets it once, and the letter goes', async (after, isWritten) => {
    const options = { instance: { sender: { unknownOutcome: 'fail' } } } as const;
    const { deadLetters, id, process, store, world } = await withLetter(options);
    store.dieAtCommit(after, isWritten);
    void deadLetters.replay('bot', id);
    await world.clock.settle();
    expect(process.isDead).toBe(true);
    const second = await world.start(options);
    // Written, it goes by itself: by now it may have arrived.
    if ((await world.letters()).length > 0) void second.messaging.deadLetters.replay('bot', id);
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello', 'hello']);
    expect(await world.letters()).toEqual([]);
    expect((await world.stored()).keys.map(({ key }) => key)).toEqual(['key']);
  });

  it('whose end the store does not know yet is joined by the next process, and not begun beside it', async () => {
    const { deadLetters, id, kill, store, world } = await withLetter();
    world.channel.append({ connect: [outcome.hang()], send: [outcome.hang()] });
    await deadLetters.replay('bot', id);
    store.hang(isFate);
    await world.clock.settle();
    kill();
    const second = await world.start();
    const replay = await second.messaging.deadLetters.replay('bot', id);
    expect((await world.stored()).outbox).toHaveLength(1);
    expect((await world.stored()).outbox[0]).toMatchObject({ state: 'attempting' });
    await world.clock.advance(60_000);
    expect(await replay.settled).toEqual({ externalMessageId: 3 });
    expect(await world.letters()).toEqual([]);
  });

  it('begun before the store is read keeps the doubt of the process before', async () => {
    const options = { instance: { sender: { unknownOutcome: 'hold' } } } as const;
    const { deadLetters, id, kill, world } = await withLetter(options);
    world.channel.append({ send: [outcome.hang()] });
    await deadLetters.replay('bot', id);
    await world.clock.settle();
    kill();
    const letter = (await world.letters())[0];
    if (!letter) throw new Error('There is a letter.');
    const second = await world.start({ ...options, prepare: (store) => store.hang(isRead) });
    const replayed = second.server.replay(letter);
    await world.clock.advance(1_000);
    second.store.release();
    await world.clock.advance(60_000);
    await replayed;
    expect(world.sentTexts).toEqual(['hello', 'hello']);
    expect(second.server.delivery(`replay:${id}`)).toMatchObject({ state: 'held', mayBeDelivered: true });
  });

  it('is refused by an instance that is stopping', async () => {
    const { deadLetters, id, server, world } = await withLetter();
    world.channel.append({ send: [outcome.hang()] });
    await server.enqueue({ conversation: '42', text: 'slow' });
    await world.clock.settle();
    const stopped = server.stop({ deadlineMs: 1_000 });
    expect(await errorOf(() => deadLetters.replay('bot', id))).toMatchObject({ code: 'DRAINING' });
    await world.clock.advance(1_000);
    await stopped;
    expect(await world.letters()).toMatchObject([{ state: 'dead' }]);
  });

  it('that a stop hands back goes on with the next start', async () => {
    const { deadLetters, id, server, world } = await withLetter();
    world.channel.links.at(-1)?.drop();
    world.channel.append({ connect: [outcome.hang()] });
    await world.clock.settle();
    const { settled } = await deadLetters.replay('bot', id);
    const stopped = server.stop({ deadlineMs: 0 });
    await world.clock.advance(0);
    await stopped;
    expect(await errorOf(() => settled)).toMatchObject({ code: 'HANDED_BACK', isKept: true });
    await world.start();
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello', 'hello']);
    expect(await world.letters()).toEqual([]);
  });
});

describe('the replay of a message that the handler would not take', () => {
  const inbound = { id: 'm', conversation: '42', text: 'in' };
  const withInbound = async (answers: readonly (() => unknown)[]) => {
    const world = new World();
    const seen: unknown[] = [];
    const onMessage: MessageHandler = (_, { attempt }) => {
      seen.push(attempt);
      return answers[seen.length - 1]?.();
    };
    const options = { instance: { onMessage, poller: { maxHandlingAttempts: 1, handlingTimeoutMs: 5_000 } } };
    const running = await world.start(options);
    world.channel.deliver(inbound);
    await world.clock.settle();
    return { ...running, deadLetters: running.messaging.deadLetters, options, seen, world };
  };
  const no = () => Promise.reject(new RangeError('no'));

  it('calls the handler once more, with the next attempt; then the letter is gone', async () => {
    const { deadLetters, seen, world } = await withInbound([no]);
    const { settled } = await deadLetters.replay('bot', 'in:m');
    expect(await settled).toBeNull();
    expect(seen).toEqual([1, 2]);
    expect(await world.letters()).toEqual([]);
  });

  it('that it does not take either: the letter stays, with its attempts', async () => {
    const { deadLetters, world } = await withInbound([no, no]);
    const { settled } = await deadLetters.replay('bot', 'in:m');
    expect(await errorOf(() => settled)).toBeInstanceOf(RangeError);
    expect(await world.letters()).toMatchObject([{ state: 'dead', attempts: 2 }]);
  });

  it('that it hangs in is given up after handlingTimeoutMs', async () => {
    const { deadLetters, world } = await withInbound([no, () => new Promise(() => undefined)]);
    const { settled } = await deadLetters.replay('bot', 'in:m');
    const failed = errorOf(() => settled);
    await world.clock.advance(5_000);
    expect(await failed).toMatchObject({ name: 'HandlingTimeout' });
    expect(await world.letters()).toMatchObject([{ state: 'dead', attempts: 2 }]);
  });

  it('is joined while the handler has it', async () => {
    let finish = (): void => undefined;
    const slow = () => new Promise<void>((resolve) => (finish = resolve));
    const { deadLetters, seen } = await withInbound([no, slow]);
    const [one, two] = await Promise.all([deadLetters.replay('bot', 'in:m'), deadLetters.replay('bot', 'in:m')]);
    finish();
    expect(await Promise.all([one.settled, two.settled])).toEqual([null, null]);
    expect(seen).toEqual([1, 2]);
  });

  it('in a process that is killed: the letter is still there', async () => {
    const { deadLetters, kill, options, world } = await withInbound([no, () => new Promise(() => undefined)]);
    await deadLetters.replay('bot', 'in:m');
    kill();
    const second = await world.start(options);
    expect(await world.letters()).toMatchObject([{ id: 'in:m', state: 'dead' }]);
    expect(await (await second.messaging.deadLetters.replay('bot', 'in:m')).settled).toBeNull();
    expect(await world.letters()).toEqual([]);
  });
});
