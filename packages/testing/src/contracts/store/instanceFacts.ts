import { expect } from './expectation.ts';
import { fact, type StoreFact } from './StoreFact.ts';
import { entry, everything, letter, putEntry, putHandled, putKey, putLetter, receipt } from './samples.ts';

/** What is kept for an instance, and only for it. */
export const instanceFacts: readonly StoreFact[] = [
  fact('an instance of which nothing is known loads empty', async (subject) => {
    expect(await subject.store.load('nobody', everything)).toEqual({
      outbox: [],
      keys: [],
      cursor: null,
      handled: [],
      snapshot: null,
    });
  }),

  fact('what was committed is there when the store is opened again, every field of it', async (subject) => {
    const waiting = entry(2, { attempts: 3, state: 'attempting', notBeforeMs: 12.5, priority: -4, expiresAtMs: 9e15 });
    await subject.store.commit([
      putEntry('a', entry(1)),
      putEntry('a', waiting),
      putKey('a', 1, 50),
      { type: 'cursor.put', instanceId: 'a', cursor: { offset: 7, parts: ['x', null, true] } },
      putHandled('a', 1, 60),
      { type: 'snapshot.put', instanceId: 'a', snapshot: { value: { value: { connected: 'healthy' } }, version: 3 } },
    ]);
    expect(await (await subject.reopen()).load('a', everything)).toEqual({
      outbox: [entry(1), waiting],
      keys: [{ key: 'key-1', receipt: receipt(1), atMs: 50 }],
      cursor: { offset: 7, parts: ['x', null, true] },
      handled: ['in-1'],
      snapshot: { value: { value: { connected: 'healthy' } }, version: 3 },
    });
  }),

  fact('the outbox comes in the order of its sequence numbers, however it was put', async (subject) => {
    for (const number of [9, 100, 10, 2, -1]) await subject.store.commit([putEntry('a', entry(number))]);
    const { outbox } = await subject.store.load('a', everything);
    expect(outbox.map(({ sequence }) => sequence)).toEqual([-1, 2, 9, 10, 100]);
  }),

  fact('an entry that is put again replaces the one with its job id', async (subject) => {
    await subject.store.commit([putEntry('a', entry(1)), putEntry('a', entry(2))]);
    const moved = entry(1, { sequence: 3, attempts: 2, state: 'attempting' });
    await subject.store.commit([putEntry('a', { ...moved, jobId: 'job-1' })]);
    expect((await subject.store.load('a', everything)).outbox).toEqual([entry(2), { ...moved, jobId: 'job-1' }]);
  }),

  fact('an entry that is removed is gone, and no other', async (subject) => {
    await subject.store.commit([putEntry('a', entry(1)), putEntry('a', entry(2)), putEntry('b', entry(1))]);
    await subject.store.commit([{ type: 'outbox.remove', instanceId: 'a', jobId: 'job-1' }]);
    const store = await subject.reopen();
    expect((await store.load('a', everything)).outbox).toEqual([entry(2)]);
    expect((await store.load('b', everything)).outbox).toEqual([entry(1)]);
  }),

  fact('removing what is not there changes nothing', async (subject) => {
    await subject.store.commit([
      { type: 'outbox.remove', instanceId: 'a', jobId: 'job-1' },
      { type: 'deadLetter.remove', instanceId: 'a', id: 'letter-1' },
      { type: 'snapshot.remove', instanceId: 'a' },
      { type: 'instance.forget', instanceId: 'a' },
    ]);
    expect(await subject.store.instances()).toEqual([]);
  }),

  fact('a key is answered with its receipt, and only for its instance', async (subject) => {
    await subject.store.commit([putKey('a', 1)]);
    const store = await subject.reopen();
    expect(await store.receipt('a', 'key-1')).toEqual(receipt(1));
    expect(await store.receipt('b', 'key-1')).toBe(null);
    expect(await store.receipt('a', 'key-2')).toBe(null);
  }),

  fact('a receipt without a message id of the peer, and one with a number, come back as they were', async (subject) => {
    await subject.store.commit([
      { type: 'key.put', instanceId: 'a', key: 'none', receipt: { externalMessageId: null }, atMs: 1 },
      { type: 'key.put', instanceId: 'a', key: 'number', receipt: { externalMessageId: 2 ** 53 - 1 }, atMs: 1 },
    ]);
    expect(await subject.store.receipt('a', 'none')).toEqual({ externalMessageId: null });
    expect(await subject.store.receipt('a', 'number')).toEqual({ externalMessageId: 2 ** 53 - 1 });
  }),

  fact('a key that is put again has the new receipt and the new time', async (subject) => {
    await subject.store.commit([putKey('a', 1, 10), putKey('a', 2, 20)]);
    await subject.store.commit([{ type: 'key.put', instanceId: 'a', key: 'key-1', receipt: receipt(9), atMs: 30 }]);
    const { keys } = await subject.store.load('a', { keys: 1, handled: 0 });
    expect(keys).toEqual([{ key: 'key-1', receipt: receipt(9), atMs: 30 }]);
  }),

  fact('of keys and handled messages the newest are loaded, the oldest of them first', async (subject) => {
    const numbers = [5, 1, 4, 2, 3];
    await subject.store.commit(numbers.flatMap((number) => [putKey('a', number), putHandled('a', number)]));
    const { keys, handled } = await subject.store.load('a', { keys: 3, handled: 2 });
    expect(keys.map(({ key }) => key)).toEqual(['key-3', 'key-4', 'key-5']);
    expect(handled).toEqual(['in-4', 'in-5']);
  }),

  fact('a limit of 0 loads none of them', async (subject) => {
    await subject.store.commit([putKey('a', 1), putHandled('a', 1)]);
    const { keys, handled } = await subject.store.load('a', { keys: 0, handled: 0 });
    expect([keys, handled]).toEqual([[], []]);
  }),

  fact('a cursor is replaced whole, by null too', async (subject) => {
    const put = (cursor: string | null) => subject.store.commit([{ type: 'cursor.put', instanceId: 'a', cursor }]);
    await put('first');
    await put('second');
    expect((await subject.store.load('a', everything)).cursor).toBe('second');
    await put(null);
    expect((await (await subject.reopen()).load('a', everything)).cursor).toBe(null);
  }),

  fact('a snapshot that is removed is gone, and the cursor beside it stays', async (subject) => {
    await subject.store.commit([
      { type: 'cursor.put', instanceId: 'a', cursor: 1 },
      { type: 'snapshot.put', instanceId: 'a', snapshot: { value: 'x', version: 1 } },
    ]);
    await subject.store.commit([{ type: 'snapshot.remove', instanceId: 'a' }]);
    expect(await subject.store.load('a', everything)).toMatch({ cursor: 1, snapshot: null });
  }),

  fact('instances are those for which something was put, each once', async (subject) => {
    await subject.store.commit([putEntry('b', entry(1)), putKey('a', 1), putEntry('b', entry(2))]);
    await subject.store.commit([putLetter('c', letter(1))]);
    await subject.store.commit([{ type: 'outbox.remove', instanceId: 'b', jobId: 'job-1' }]);
    expect(await (await subject.reopen()).instances()).toEqual(['a', 'b', 'c']);
  }),

  fact('an instance that is forgotten leaves nothing, and takes nothing of another along', async (subject) => {
    for (const instanceId of ['a', 'ab']) {
      await subject.store.commit([
        putEntry(instanceId, entry(1)),
        putKey(instanceId, 1),
        putHandled(instanceId, 1),
        { type: 'cursor.put', instanceId, cursor: 1 },
        { type: 'snapshot.put', instanceId, snapshot: { value: 1, version: 1 } },
        putLetter(instanceId, letter(1)),
      ]);
    }
    const before = await subject.store.load('ab', everything);
    await subject.store.commit([{ type: 'instance.forget', instanceId: 'a' }]);
    const store = await subject.reopen();
    expect(await store.instances()).toEqual(['ab']);
    expect(await store.load('a', everything)).toEqual(await store.load('nobody', everything));
    expect(await store.receipt('a', 'key-1')).toBe(null);
    expect(await store.deadLetters.count({ instanceId: 'a' })).toBe(0);
    expect(await store.load('ab', everything)).toEqual(before);
    expect(await store.deadLetters.count({ instanceId: 'ab' })).toBe(1);
  }),
];
