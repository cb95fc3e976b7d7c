import type { DeadLetterQuery, Store } from 'holdfast';
import { expect, expectRefusal } from './expectation.ts';
import { fact, type StoreFact } from './StoreFact.ts';
import { entry, everything, inboundLetter, letter, putEntry, putLetter } from './samples.ts';

const filters: readonly (readonly [title: string, query: DeadLetterQuery, ids: readonly string[]])[] = [
  ['the instance', { instanceId: 'b' }, ['b-4']],
  ['the direction', { direction: 'inbound' }, ['letter-2']],
  ['the state', { state: 'archived' }, ['letter-3']],
  ['the conversation', { conversation: 'chat-1' }, ['b-4', 'letter-1']],
  ['a time before which they were given up, not at it', { beforeMs: 1_002 }, ['letter-1']],
  ['a time since which they were given up, at it too', { sinceMs: 1_003 }, ['b-4', 'letter-3']],
  ['several of these', { sinceMs: 1_001, beforeMs: 1_004, instanceId: 'a', state: 'dead' }, ['letter-2', 'letter-1']],
  ['what nothing fits', { instanceId: 'a', conversation: 'chat-9' }, []],
];

const badQueries: readonly (readonly [title: string, query: DeadLetterQuery])[] = [
  ['a limit of 0', { limit: 0 }],
  ['a limit of 1,001', { limit: 1_001 }],
  ['half a letter', { limit: 1.5 }],
  ['a cursor that no page has returned', { after: 'bm9wZQ==' }],
  ['a cursor that is not even base64', { after: '\u{1f600}' }],
];

export const deadLetterFacts: readonly StoreFact[] = [
  fact('a dead letter comes back as it was put, outbound or inbound', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1)), putLetter('a', inboundLetter(2))]);
    const store = await subject.reopen();
    expect(await store.deadLetters.get('a', 'letter-1')).toEqual({ ...letter(1), instanceId: 'a' });
    expect(await store.deadLetters.get('a', 'letter-2')).toEqual({ ...inboundLetter(2), instanceId: 'a' });
  }),

  fact('a dead letter that is not there is null, also when another instance has one of its id', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1))]);
    expect(await subject.store.deadLetters.get('b', 'letter-1')).toBe(null);
    expect(await subject.store.deadLetters.get('a', 'letter-2')).toBe(null);
  }),

  fact('two instances may each have a letter of one id', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1)), putLetter('b', letter(1, { attempts: 9 }))]);
    expect(await subject.store.deadLetters.count()).toBe(2);
    expect((await subject.store.deadLetters.get('b', 'letter-1'))?.attempts).toBe(9);
  }),

  fact('a letter that is put again replaces the one before', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1))]);
    await subject.store.commit([putLetter('a', letter(1, { attempts: 8, atMs: 9_999, state: 'archived' }))]);
    const { letters } = await subject.store.deadLetters.list();
    expect(letters).toEqual([{ ...letter(1, { attempts: 8, atMs: 9_999, state: 'archived' }), instanceId: 'a' }]);
  }),

  fact('a mark changes the state and nothing else', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1)), putLetter('a', letter(2))]);
    await subject.store.commit([{ type: 'deadLetter.mark', instanceId: 'a', id: 'letter-1', state: 'replaying' }]);
    const store = await subject.reopen();
    expect(await store.deadLetters.get('a', 'letter-1')).toEqual({
      ...letter(1, { state: 'replaying' }),
      instanceId: 'a',
    });
    expect((await store.deadLetters.get('a', 'letter-2'))?.state).toBe('dead');
  }),

  fact('a mark on what is not there changes nothing', async (subject) => {
    await subject.store.commit([{ type: 'deadLetter.mark', instanceId: 'a', id: 'letter-1', state: 'archived' }]);
    expect(await subject.store.deadLetters.count()).toBe(0);
    expect(await subject.store.instances()).toEqual([]);
  }),

  fact('marks, puts and removals of one letter in one commit count in their order', async (subject) => {
    const mark = { type: 'deadLetter.mark', instanceId: 'a', state: 'archived' } as const;
    const remove = { type: 'deadLetter.remove', instanceId: 'a' } as const;
    await subject.store.commit([
      putLetter('a', letter(1)),
      { ...mark, id: 'letter-1' },
      { ...mark, id: 'letter-2' },
      putLetter('a', letter(2)),
      putLetter('a', letter(3)),
      { ...remove, id: 'letter-3' },
      { ...mark, id: 'letter-3' },
      putLetter('a', letter(4)),
      { ...mark, id: 'letter-4' },
      { ...mark, id: 'letter-4', state: 'replaying' },
    ]);
    const { letters } = await subject.store.deadLetters.list();
    expect(letters.map(({ id, state }) => [id, state])).toEqual([
      ['letter-4', 'replaying'],
      ['letter-2', 'dead'],
      ['letter-1', 'archived'],
    ]);
  }),

  fact('a letter that is removed and then marked stays removed', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1))]);
    await subject.store.commit([
      { type: 'deadLetter.remove', instanceId: 'a', id: 'letter-1' },
      { type: 'deadLetter.mark', instanceId: 'a', id: 'letter-1', state: 'archived' },
    ]);
    expect(await (await subject.reopen()).deadLetters.count()).toBe(0);
  }),

  fact('a letter is replayed in one commit: marked, and back in the outbox', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1))]);
    await subject.store.commit([
      { type: 'deadLetter.mark', instanceId: 'a', id: 'letter-1', state: 'replaying' },
      putEntry('a', entry(1)),
    ]);
    const store = await subject.reopen();
    expect((await store.deadLetters.get('a', 'letter-1'))?.state).toBe('replaying');
    expect((await store.load('a', everything)).outbox).toEqual([entry(1)]);
  }),

  fact('a letter that is removed is gone, and no other', async (subject) => {
    await subject.store.commit([putLetter('a', letter(1)), putLetter('a', letter(2)), putLetter('b', letter(1))]);
    await subject.store.commit([{ type: 'deadLetter.remove', instanceId: 'a', id: 'letter-1' }]);
    const { letters } = await (await subject.reopen()).deadLetters.list();
    expect(letters.map(({ instanceId, id }) => `${instanceId} ${id}`)).toEqual(['a letter-2', 'b letter-1']);
  }),

  fact('letters are listed the newest first', async (subject) => {
    await subject.store.commit([30, 10, 20].map((number) => putLetter('a', letter(number))));
    const { letters, next } = await subject.store.deadLetters.list();
    expect(letters.map(({ id }) => id)).toEqual(['letter-30', 'letter-20', 'letter-10']);
    expect(next).toBe(null);
  }),

  ...filters.map(([title, query, ids]) =>
    fact(`list and count are filtered by ${title}`, async (subject) => {
      await subject.store.commit([
        putLetter('a', letter(1)),
        putLetter('a', inboundLetter(2)),
        putLetter('a', letter(3, { state: 'archived' })),
        putLetter('b', letter(4, { id: 'b-4' })),
      ]);
      const { letters } = await subject.store.deadLetters.list(query);
      expect(letters.map(({ id }) => id)).toEqual(ids);
      expect(await subject.store.deadLetters.count(query)).toBe(ids.length);
    }),
  ),

  ...[1, 2, 7, 100].map((limit) =>
    fact(`pages of ${limit} show every letter once, also those of one moment`, async (subject) => {
      const numbers = Array.from({ length: 25 }, (_, number) => number);
      await subject.store.commit(
        numbers.map((number) => putLetter(`i${number % 2}`, letter(number, { atMs: Math.floor(number / 8) }))),
      );
      const seen = await pages(subject.store, { limit });
      expect(seen).toHaveLength(25);
      expect(new Set(seen.map(({ id }) => id)).size).toBe(25);
      expect(seen.map(({ atMs }) => atMs)).toEqual(seen.map(({ atMs }) => atMs).sort((a, b) => b - a));
      expect(seen).toEqual((await subject.store.deadLetters.list({ limit: 1_000 })).letters);
    }),
  ),

  fact('letters that come and go between two pages neither repeat nor hide others', async (subject) => {
    await subject.store.commit(Array.from({ length: 6 }, (_, number) => putLetter('a', letter(number))));
    const first = await subject.store.deadLetters.list({ limit: 3 });
    await subject.store.commit([
      putLetter('a', letter(50)),
      { type: 'deadLetter.remove', instanceId: 'a', id: 'letter-5' },
      { type: 'deadLetter.remove', instanceId: 'a', id: 'letter-3' },
    ]);
    const second = await subject.store.deadLetters.list({ limit: 3, after: first.next ?? 'none' });
    expect(second.letters.map(({ id }) => id)).toEqual(['letter-2', 'letter-1', 'letter-0']);
    expect(second.next).toBe(null);
  }),

  ...badQueries.map(([title, query]) =>
    fact(`${title} is refused`, async (subject) => {
      await expectRefusal(subject.store.deadLetters.list(query), { code: 'INVALID_INPUT' });
    }),
  ),
];

async function pages(store: Store, query: DeadLetterQuery) {
  const letters = [];
  for (let after: string | undefined; ; ) {
    const page = await store.deadLetters.list({ ...query, after });
    letters.push(...page.letters);
    if (page.next === null) return letters;
    after = page.next;
  }
}
