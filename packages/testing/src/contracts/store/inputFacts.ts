import type { Json, StoreChange } from 'holdfast';
import { expect, expectRefusal } from './expectation.ts';
import { fact, type StoreFact } from './StoreFact.ts';
import { entry, everything, letter, putEntry, putLetter, receipt } from './samples.ts';

const oddNames: readonly (readonly [title: string, name: string])[] = [
  ['an empty one', ''],
  ['one with NUL, which C would cut off', 'a\0b'],
  ['another that begins like it', 'a\0c'],
  ['a lone surrogate', 'a\ud800b'],
  ['another lone surrogate', 'a\ud801b'],
  ['emoji', 'gr\u{1f600}\u{1f389}'],
  ['letters of many scripts', 'Zoë Привет 你好 مرحبا'],
  ['composed', '\u00e9'],
  ['decomposed', 'e\u0301'],
  ['what SQL reads as syntax', `'; DROP TABLE outbox; --"`],
  ['what LIKE reads as wildcards', '%_%'],
  ['what an escape looks like', '\\0000'],
  ['what a digest looks like', '#e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
  ['a space at the end', 'a '],
  ['none at the end', 'a'],
  ['a capital', 'A'],
  ['a name of Object.prototype', '__proto__'],
  ['another', 'constructor'],
  ['line breaks', 'a\nb\r\n'],
  ['100,000 characters', 'k'.repeat(100_000)],
  ['100,001 characters', `${'k'.repeat(100_000)}x`],
];

const oddData: readonly (readonly [title: string, value: Json])[] = [
  ['NUL', 'a\0b'],
  ['a lone surrogate', '\udfff'],
  ['a key called __proto__', JSON.parse('{"__proto__":{"polluted":true},"constructor":1}')],
  ['numbers at their limits', [Number.MAX_VALUE, Number.MIN_VALUE, -(2 ** 53), 0.1, 1e21]],
  ['100 levels', JSON.parse('['.repeat(100) + ']'.repeat(100))],
  ['10 MB', { text: 'x'.repeat(10_000_000) }],
  ['nothing', {}],
];

const badChanges: readonly (readonly [title: string, change: unknown, path: string])[] = [
  ['a change of a type that there is not', { type: 'outbox.drop', instanceId: 'a' }, '0.type'],
  ['an instance id that is no string', { type: 'instance.forget', instanceId: 7 }, '0.instanceId'],
  ['a time that is no number', { type: 'handled.put', instanceId: 'a', messageId: 'x', atMs: '7' }, '0.atMs'],
  ['a state that there is not', { type: 'deadLetter.mark', instanceId: 'a', id: 'x', state: 'gone' }, '0.state'],
  ['a function for a cursor', { type: 'cursor.put', instanceId: 'a', cursor: () => 1 }, '0'],
  ['a bigint for a cursor', { type: 'cursor.put', instanceId: 'a', cursor: 1n }, '0'],
];

/** What people really put in. */
export const inputFacts: readonly StoreFact[] = [
  fact('names are told apart and come back as they were, whatever is in them', async (subject) => {
    const { store } = subject;
    const names = oddNames.map(([, name]) => name);
    await store.commit(
      names.flatMap((name, number): StoreChange[] => [
        { type: 'key.put', instanceId: 'a', key: name, receipt: receipt(number), atMs: number },
        { type: 'handled.put', instanceId: 'a', messageId: name, atMs: number },
        putEntry('a', entry(number, { jobId: name })),
        { type: 'cursor.put', instanceId: name, cursor: number },
        putLetter('letters', letter(number, { id: name, conversation: name })),
      ]),
    );
    const reopened = await subject.reopen();
    const { keys, handled, outbox } = await reopened.load('a', everything);
    expect(keys.map(({ key }) => key)).toEqual(names);
    expect(handled).toEqual(names);
    expect(outbox.map(({ jobId }) => jobId)).toEqual(names);
    for (const [number, name] of names.entries()) {
      expect(await reopened.receipt('a', name)).toEqual(receipt(number));
      const expected = name === 'a' ? oddNames.findIndex(([, other]) => other === 'a') : number;
      expect((await reopened.load(name, everything)).cursor).toBe(expected);
      const { letters } = await reopened.deadLetters.list({ conversation: name });
      expect(letters.map(({ id }) => id)).toEqual([name]);
      expect((await reopened.deadLetters.get('letters', name))?.id).toBe(name);
    }
    expect(await reopened.instances()).toEqual([...new Set([...names, 'a', 'letters'])].sort());
  }),

  ...oddData.map(([title, value]) =>
    fact(`data comes back as it was: ${title}`, async (subject) => {
      await subject.store.commit([
        { type: 'cursor.put', instanceId: 'a', cursor: value },
        { type: 'snapshot.put', instanceId: 'a', snapshot: { value, version: 1 } },
      ]);
      const { cursor, snapshot } = await (await subject.reopen()).load('a', everything);
      expect(JSON.stringify(cursor)).toBe(JSON.stringify(value));
      expect(JSON.stringify(snapshot?.value)).toBe(JSON.stringify(value));
      expect(Object.hasOwn({}, 'polluted')).toBe(false);
    }),
  ),

  fact('data with a cycle in it is refused by name, and nothing is stored', async (subject) => {
    const cyclic: Record<string, unknown> = {};
    cyclic['self'] = cyclic;
    const change = { type: 'cursor.put', instanceId: 'a', cursor: cyclic } as unknown as StoreChange;
    await expectRefusal(subject.store.commit([change]), {
      code: 'INVALID_INPUT',
      problems: [{ path: '0', expected: 'JSON' }],
    });
    expect(await subject.store.instances()).toEqual([]);
  }),

  ...badChanges.map(([title, change, path]) =>
    fact(`${title} is refused, and the error says where`, async (subject) => {
      await expectRefusal(subject.store.commit([change as unknown as StoreChange]), {
        code: 'INVALID_INPUT',
        problems: [{ path }],
      });
      expect(await subject.store.instances()).toEqual([]);
    }),
  ),

  fact('limits that are no whole numbers from 0 are refused', async (subject) => {
    await expectRefusal(subject.store.load('a', { keys: -1, handled: 0.5 }), {
      code: 'INVALID_INPUT',
      problems: [{ path: 'keys' }, { path: 'handled' }],
    });
  }),
];
