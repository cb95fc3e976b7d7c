import type { StoreChange } from 'holdfast';
import { expect, expectRefusal } from './expectation.ts';
import { fact, type StoreFact, type StoreTrial } from './StoreFact.ts';
import { entry, everything, letter, putEntry, putHandled, putKey, putLetter } from './samples.ts';

/** All or nothing, and in order. */
export const orderFacts: readonly StoreFact[] = [
  fact('an empty commit resolves and changes nothing', async (subject) => {
    await subject.store.commit([]);
    expect(await subject.store.instances()).toEqual([]);
  }),

  fact('changes of one commit are applied in their order', async (subject) => {
    await subject.store.commit([
      putEntry('a', entry(1)),
      { type: 'outbox.remove', instanceId: 'a', jobId: 'job-1' },
      { type: 'outbox.remove', instanceId: 'a', jobId: 'job-2' },
      putEntry('a', entry(2)),
      putEntry('a', entry(3)),
      putEntry('a', entry(3, { attempts: 1 })),
    ]);
    expect((await subject.store.load('a', everything)).outbox).toEqual([entry(2), entry(3, { attempts: 1 })]);
  }),

  fact('a forgotten instance begins anew with what follows in the same commit', async (subject) => {
    await subject.store.commit([putEntry('a', entry(1)), putKey('a', 1), putLetter('a', letter(1))]);
    await subject.store.commit([
      putHandled('a', 1),
      { type: 'instance.forget', instanceId: 'a' },
      putEntry('a', entry(2)),
    ]);
    const { outbox, keys, handled } = await subject.store.load('a', everything);
    expect({ outbox, keys, handled }).toEqual({ outbox: [entry(2)], keys: [], handled: [] });
    expect(await subject.store.deadLetters.count()).toBe(0);
    expect(await subject.store.instances()).toEqual(['a']);
  }),

  fact('a commit with one change that cannot be stored applies none', async (subject) => {
    const broken: StoreChange = { type: 'handled.put', instanceId: 'a', messageId: 'in-1', atMs: Number.NaN };
    await expectRefusal(subject.store.commit([putEntry('a', entry(1)), broken]), { code: 'INVALID_INPUT' });
    expect(await subject.store.instances()).toEqual([]);
  }),

  fact('a commit that is refused takes no other of the same moment along', async (subject) => {
    const outcomes = await Promise.allSettled([
      subject.store.commit([putEntry('a', entry(1))]),
      subject.store.commit([{ type: 'handled.put', instanceId: 'a', messageId: 'x', atMs: Number.POSITIVE_INFINITY }]),
      subject.store.commit([putEntry('a', entry(2))]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await sequences(subject, 'a')).toEqual([1, 2]);
  }),

  fact('commits that are called together take effect in the order of the calls', async (subject) => {
    const commits = Array.from({ length: 200 }, (_, number) =>
      subject.store.commit([
        { type: 'cursor.put', instanceId: 'a', cursor: number },
        number % 2 === 0
          ? putEntry('a', entry(7, { attempts: number }))
          : { type: 'outbox.remove', instanceId: 'a', jobId: 'job-7' },
      ]),
    );
    await Promise.all(commits);
    const { cursor, outbox } = await (await subject.reopen()).load('a', everything);
    expect({ cursor, outbox }).toEqual({ cursor: 199, outbox: [] });
  }),

  fact('commits resolve in the order of the calls', async (subject) => {
    const resolved: number[] = [];
    const commits = Array.from({ length: 50 }, async (_, number) => {
      await subject.store.commit([putKey('a', number)]);
      resolved.push(number);
    });
    await Promise.all(commits);
    expect(resolved).toEqual([...resolved].sort((a, b) => a - b));
  }),

  fact('a read shows what was committed before it, also when nobody waited for it', async (subject) => {
    const commit = subject.store.commit([putEntry('a', entry(1)), putKey('a', 1)]);
    expect(await subject.store.receipt('a', 'key-1')).notToBe(null);
    expect(await sequences(subject, 'a')).toEqual([1]);
    await commit;
  }),

  fact('a read never shows half of a commit', async (subject) => {
    const commits = Array.from({ length: 30 }, (_, number) =>
      subject.store.commit([putEntry('a', entry(number)), putKey('a', number), putHandled('a', number)]),
    );
    const reads = Array.from({ length: 30 }, async () => {
      const { outbox, keys, handled } = await subject.store.load('a', everything);
      expect([keys.length, handled.length]).toEqual([outbox.length, outbox.length]);
      return outbox.length;
    });
    await Promise.all([...commits, ...reads]);
    expect(await sequences(subject, 'a')).toHaveLength(30);
  }),

  fact('what is changed after the call gets neither in nor out', async (subject) => {
    const metadata = { tags: ['before'] };
    const message = { ...entry(1).message, metadata };
    const commit = subject.store.commit([putEntry('a', entry(1, { message }))]);
    metadata.tags[0] = 'after';
    await commit;
    const [loaded] = (await subject.store.load('a', everything)).outbox;
    expect(loaded?.message.metadata).toEqual({ tags: ['before'] });
    const [again] = (await subject.store.load('a', everything)).outbox;
    expect(again).notToBe(loaded);
  }),

  fact('a thousand commits of one change each are all there', async (subject) => {
    await Promise.all(
      Array.from({ length: 1_000 }, (_, number) => subject.store.commit([putEntry('a', entry(number))])),
    );
    const store = await subject.reopen();
    expect((await store.load('a', everything)).outbox).toEqual(
      Array.from({ length: 1_000 }, (_, number) => entry(number)),
    );
  }),

  fact('one commit of ten thousand changes is applied whole', async (subject) => {
    await subject.store.commit(Array.from({ length: 10_000 }, (_, number) => putHandled('a', number)));
    expect((await subject.store.load('a', everything)).handled).toHaveLength(10_000);
  }),
];

async function sequences({ store }: StoreTrial, instanceId: string): Promise<number[]> {
  return (await store.load(instanceId, everything)).outbox.map(({ sequence }) => sequence);
}
