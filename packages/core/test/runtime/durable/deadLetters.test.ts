import { InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf } from '../running.ts';
import { failing, World } from './World.ts';

const refusal = failing({ scope: 'message', code: 'peer.refused', delivered: 'no' });

/** Letters `one`, `two` and `three`, a second apart, in conversations `a`, `b` and `a`, and one that came in. */
async function withLetters() {
  const world = new World({ script: { send: [refusal, refusal, refusal] } });
  const running = await world.start({
    instance: { onMessage: () => Promise.reject(new Error('no')), poller: { maxHandlingAttempts: 1 } },
  });
  const ids: string[] = [];
  for (const [conversation, text] of [
    ['a', 'one'],
    ['b', 'two'],
    ['a', 'three'],
  ] as const) {
    const { jobId } = await running.server.enqueue({ conversation, text });
    ids.push(jobId);
    await world.clock.advance(1_000);
  }
  world.channel.deliver({ id: 'm', conversation: 'a', text: 'in' });
  await world.clock.settle();
  return { ...running, deadLetters: running.messaging.deadLetters, ids, world };
}

describe('dead letters', () => {
  it('are listed the newest first, with all that is known of them', async () => {
    const { deadLetters, ids } = await withLetters();
    const { letters, next } = await deadLetters.list();
    expect(letters.map(({ message }) => message.text)).toEqual(['in', 'three', 'two', 'one']);
    expect(letters[3]).toMatchObject({
      id: ids[0],
      instanceId: 'bot',
      direction: 'outbound',
      conversation: 'a',
      reason: { code: 'peer.refused' },
      attempts: 1,
      atMs: 1_000_000,
      state: 'dead',
    });
    expect(next).toBeNull();
  });

  it('are filtered and paged', async () => {
    const { deadLetters } = await withLetters();
    const texts = async (query: Parameters<typeof deadLetters.list>[0]) =>
      (await deadLetters.list(query)).letters.map(({ message }) => message.text);
    expect(await texts({ conversation: 'a', direction: 'outbound' })).toEqual(['three', 'one']);
    expect(await texts({ sinceMs: 1_001_000, beforeMs: 1_002_000 })).toEqual(['two']);
    expect(await texts({ instanceId: 'other' })).toEqual([]);
    const { next } = await deadLetters.list({ limit: 3 });
    expect(await texts({ limit: 3, after: next ?? undefined })).toEqual(['one']);
    expect(await errorOf(() => deadLetters.list({ limit: 0 }))).toBeInstanceOf(InvalidInputError);
  });

  it('are got by their ids, and counted', async () => {
    const { deadLetters, ids } = await withLetters();
    expect(await deadLetters.get('bot', ids[1] ?? '')).toMatchObject({ message: { text: 'two' } });
    expect(await deadLetters.get('bot', 'nobody')).toBeNull();
    expect(await deadLetters.get('other', ids[1] ?? '')).toBeNull();
    expect(await deadLetters.count()).toBe(4);
    expect(await deadLetters.count({ direction: 'inbound' })).toBe(1);
  });

  it('archived they stay, and are told apart', async () => {
    const { deadLetters, ids } = await withLetters();
    await deadLetters.archive('bot', ids[0] ?? '');
    expect(await deadLetters.count({ state: 'archived' })).toBe(1);
    expect(await deadLetters.count({ state: 'dead' })).toBe(3);
  });

  it('removed they are gone', async () => {
    const { deadLetters, ids } = await withLetters();
    await deadLetters.remove('bot', ids[0] ?? '');
    expect(await deadLetters.get('bot', ids[0] ?? '')).toBeNull();
    expect(await deadLetters.count()).toBe(3);
  });

  it('what is not there can be neither archived nor removed nor replayed', async () => {
    const { deadLetters } = await withLetters();
    for (const call of ['archive', 'remove', 'replay'] as const) {
      const error = await errorOf(() => deadLetters[call]('bot', 'nobody'));
      expect(error).toBeInstanceOf(InvalidInputError);
      expect(error).toMatchObject({ message: expect.stringContaining('"nobody"') });
    }
  });

  it('purged they are gone, those that the filter fits', async () => {
    const { deadLetters } = await withLetters();
    expect(await deadLetters.purge({ conversation: 'a', direction: 'outbound' })).toBe(2);
    expect((await deadLetters.list()).letters.map(({ message }) => message.text)).toEqual(['in', 'two']);
    expect(await deadLetters.purge({})).toBe(2);
    expect(await deadLetters.purge({})).toBe(0);
  });

  it('purged are more than one page of them', async () => {
    const { deadLetters, world } = await withLetters();
    const letter = (await world.letters())[0];
    if (!letter) throw new Error('There is a letter.');
    const copies = Array.from({ length: 1_203 }, (_, n) => ({ ...letter, id: `copy ${n}`, conversation: 'many' }));
    await world.disk.commit(copies.map((copy) => ({ type: 'deadLetter.put', instanceId: 'bot', letter: copy })));
    expect(await deadLetters.purge({ conversation: 'many' })).toBe(1_203);
    expect(await deadLetters.count()).toBe(4);
  });

  it('a store that fails is not hidden: nothing was changed', async () => {
    const { deadLetters, ids, store } = await withLetters();
    for (const call of ['archive', 'remove'] as const) {
      store.failNext('rejected');
      expect(await errorOf(() => deadLetters[call]('bot', ids[0] ?? ''))).toMatchObject({
        message: 'The disk is full.',
      });
    }
    store.failNext('rejected');
    expect(await errorOf(() => deadLetters.purge({}))).toMatchObject({ message: 'The disk is full.' });
    expect(await deadLetters.count({ state: 'dead' })).toBe(4);
  });

  it('can be read, archived and removed while their instance does not run; a replay says that it does not', async () => {
    const { deadLetters, ids, server } = await withLetters();
    await server.stop();
    expect(await errorOf(() => deadLetters.replay('bot', ids[0] ?? ''))).toMatchObject({ code: 'INSTANCE_NOT_FOUND' });
    await deadLetters.archive('bot', ids[0] ?? '');
    await deadLetters.remove('bot', ids[1] ?? '');
    expect(await deadLetters.count()).toBe(3);
  });
});
