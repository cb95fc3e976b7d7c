import { check, shown } from '../check.ts';
import { expect } from './expectation.ts';
import { fact, type StoreFact } from './StoreFact.ts';
import { entry, everything, letter, putEntry, putLetter } from './samples.ts';

export const closingFacts: readonly StoreFact[] = [
  fact('close waits for the commits that are under way', async (subject) => {
    const { store } = subject;
    let resolved = 0;
    const commits = Array.from({ length: 100 }, async (_, number) => {
      await store.commit([putEntry('a', entry(number))]);
      resolved += 1;
    });
    await store.close();
    await Promise.all(commits);
    expect(resolved).toBe(100);
    if (!subject.subject.isDurable) return;
    expect((await (await subject.reopen()).load('a', everything)).outbox).toHaveLength(100);
  }),

  fact('close may be called twice, at once and later', async (subject) => {
    await Promise.all([subject.store.close(), subject.store.close()]);
    await subject.store.close();
    await subject.store[Symbol.asyncDispose]();
  }),

  fact('what is asked after close is refused, all of it', async (subject) => {
    const { store } = subject;
    await store.commit([putLetter('a', letter(1))]);
    await store.close();
    const calls = [
      store.commit([putEntry('a', entry(1))]),
      store.commit([]),
      store.instances(),
      store.load('a', everything),
      store.receipt('a', 'key-1'),
      store.deadLetters.list(),
      store.deadLetters.get('a', 'letter-1'),
      store.deadLetters.count(),
      store.prune({ keepKeys: 1 }),
    ];
    for (const outcome of await Promise.allSettled(calls)) {
      check(outcome.status === 'rejected', 'A call after close: expected to be refused, and it resolved.');
      const { isClosedError = isError } = subject.subject;
      check(
        isClosedError(outcome.reason),
        `A call after close: expected another refusal than ${shown(outcome.reason)}.`,
      );
    }
  }),

  fact('close during reads lets them end', async (subject) => {
    const { store } = subject;
    await store.commit([putEntry('a', entry(1))]);
    const read = store.load('a', everything);
    await store.close();
    expect((await read).outbox).toEqual([entry(1)]);
  }),
];

function isError(value: unknown): boolean {
  return value instanceof Error;
}
