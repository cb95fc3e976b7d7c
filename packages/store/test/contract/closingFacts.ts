import { expect, it } from 'vitest';
import { StoreClosedError } from '../../src/errors.ts';
import type { Subject } from './StorePlace.ts';
import { entry, everything, letter, putEntry, putLetter } from './samples.ts';

export function closingFacts(subject: Subject): void {
  it('close waits for the commits that are under way', async () => {
    const { store } = subject;
    let resolved = 0;
    const commits = Array.from({ length: 100 }, async (_, number) => {
      await store.commit([putEntry('a', entry(number))]);
      resolved += 1;
    });
    await store.close();
    await Promise.all(commits);
    expect(resolved).toBe(100);
    if (!subject.implementation.isDurable) return;
    expect((await (await subject.reopen()).load('a', everything)).outbox).toHaveLength(100);
  });

  it('close may be called twice, at once and later', async () => {
    await Promise.all([subject.store.close(), subject.store.close()]);
    await subject.store.close();
    await subject.store[Symbol.asyncDispose]();
  });

  it('what is asked after close is refused, all of it', async () => {
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
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_CLOSED', applied: 'none' } });
      expect(outcome.status === 'rejected' && outcome.reason).toBeInstanceOf(StoreClosedError);
    }
  });

  it('close during reads lets them end', async () => {
    const { store } = subject;
    await store.commit([putEntry('a', entry(1))]);
    const read = store.load('a', everything);
    await store.close();
    expect((await read).outbox).toEqual([entry(1)]);
  });
}
