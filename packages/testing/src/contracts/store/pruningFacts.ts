import { expect, expectRefusal } from './expectation.ts';
import { fact, type StoreFact, type StoreTrial } from './StoreFact.ts';
import { entry, everything, letter, putEntry, putHandled, putKey, putLetter } from './samples.ts';

export const pruningFacts: readonly StoreFact[] = [
  fact('pruning by age takes what is older, and nothing of that very moment', async (subject) => {
    await fill(subject);
    const counts = await subject.store.prune({ keysBeforeMs: 3, handledBeforeMs: 2, deadLettersBeforeMs: 4 });
    expect(counts).toEqual({ keys: 2, handled: 1, deadLetters: 3 });
    const store = await subject.reopen();
    const { keys, handled, outbox } = await store.load('a', everything);
    expect(keys.map(({ atMs }) => atMs)).toEqual([3, 4]);
    expect(handled).toEqual(['in-2', 'in-3', 'in-4']);
    expect(outbox).toHaveLength(4);
    expect((await store.deadLetters.list()).letters.map(({ id }) => id)).toEqual(['letter-4']);
  }),

  fact('pruning by count keeps the newest of each instance', async (subject) => {
    await fill(subject);
    await subject.store.commit([putKey('b', 1, 0), putKey('b', 2, 1), putLetter('b', letter(1, { atMs: 0 }))]);
    const counts = await subject.store.prune({ keepKeys: 1, keepHandled: 3, keepDeadLetters: 2 });
    expect(counts).toEqual({ keys: 4, handled: 1, deadLetters: 2 });
    const keysOf = async (instanceId: string) =>
      (await subject.store.load(instanceId, everything)).keys.map(({ key }) => key);
    expect([await keysOf('a'), await keysOf('b')]).toEqual([['key-4'], ['key-2']]);
    const { letters } = await subject.store.deadLetters.list();
    expect(letters.map(({ instanceId, id }) => `${instanceId} ${id}`)).toEqual([
      'a letter-4',
      'a letter-3',
      'b letter-1',
    ]);
  }),

  fact('pruning by both takes what either asks for, and counts nothing twice', async (subject) => {
    await fill(subject);
    expect(await subject.store.prune({ keysBeforeMs: 2, keepKeys: 2 })).toMatch({ keys: 2 });
    expect(await subject.store.prune({ keysBeforeMs: 4, keepKeys: 2 })).toMatch({ keys: 1 });
  }),

  fact('keeping none takes all', async (subject) => {
    await fill(subject);
    expect(await subject.store.prune({ keepKeys: 0, keepHandled: 0, keepDeadLetters: 0 })).toEqual({
      keys: 4,
      handled: 4,
      deadLetters: 4,
    });
  }),

  fact('what is not named in the request stays', async (subject) => {
    await fill(subject);
    expect(await subject.store.prune({})).toEqual({ keys: 0, handled: 0, deadLetters: 0 });
    expect((await subject.store.load('a', everything)).keys).toHaveLength(4);
  }),

  fact('a letter that is being replayed is never pruned, and takes no place of another', async (subject) => {
    await subject.store.commit([
      putLetter('a', letter(1, { state: 'replaying' })),
      putLetter('a', letter(2)),
      putLetter('a', letter(3, { state: 'archived' })),
      putLetter('a', letter(4, { state: 'replaying' })),
    ]);
    expect(await subject.store.prune({ keepDeadLetters: 1 })).toMatch({ deadLetters: 1 });
    expect(await subject.store.prune({ deadLettersBeforeMs: 1e12 })).toMatch({ deadLetters: 1 });
    const { letters } = await subject.store.deadLetters.list();
    expect(letters.map(({ id }) => id)).toEqual(['letter-4', 'letter-1']);
  }),

  fact('a request with what is no number is refused, and takes nothing', async (subject) => {
    await fill(subject);
    await expectRefusal(subject.store.prune({ keepKeys: -1, keysBeforeMs: Number.NaN }), {
      code: 'INVALID_INPUT',
      problems: [{ path: 'keepKeys' }, { path: 'keysBeforeMs' }],
    });
    expect((await subject.store.load('a', everything)).keys).toHaveLength(4);
  }),
];

function fill({ store }: StoreTrial): Promise<void> {
  return store.commit(
    [1, 2, 3, 4].flatMap((number) => [
      putKey('a', number),
      putHandled('a', number),
      putLetter('a', letter(number, { atMs: number })),
      putEntry('a', entry(number)),
    ]),
  );
}
