import { describe, expect, it } from 'vitest';
import { StoreClosedError, StoreCorruptError, StoreFailedError, StoreUnreachableError } from '../src/errors.ts';
import type { Write } from '../src/records.ts';
import { WorkQueue } from '../src/WorkQueue.ts';

function write(id: string, data = ''): Write {
  return { kind: 'put', table: 'outbox', instance: 'a', id, row: ['a', id, 0, data] };
}

/** A database that notes the ids of each transaction, and fails when it is told to. */
class Ledger {
  readonly transactions: string[][] = [];
  failure: (ids: readonly string[]) => Error | undefined = () => undefined;
  readonly queue = new WorkQueue(async (writes) => {
    const ids = writes.map((one) => (one.kind === 'forget' ? '' : one.id));
    this.transactions.push(ids);
    await Promise.resolve();
    const failure = this.failure(ids);
    if (failure) throw failure;
  });

  commit(...ids: string[]): Promise<void> {
    return this.queue.commit(ids.map((id) => write(id)));
  }
}

describe('the line before a connection', () => {
  it('commits that are called in one go share one transaction, in the order of the calls', async () => {
    const ledger = new Ledger();
    await Promise.all([ledger.commit('1', '2'), ledger.commit('3'), ledger.commit('4')]);
    expect(ledger.transactions).toEqual([['1', '2', '3', '4']]);
  });

  it('what comes while a transaction is under way shares the next one', async () => {
    const ledger = new Ledger();
    const first = ledger.commit('1');
    await Promise.resolve();
    await Promise.resolve();
    await Promise.all([first, ledger.commit('2'), ledger.commit('3')]);
    expect(ledger.transactions).toEqual([['1'], ['2', '3']]);
  });

  it('commits that wait for each other have a transaction each', async () => {
    const ledger = new Ledger();
    for (const id of ['1', '2', '3']) await ledger.commit(id);
    expect(ledger.transactions).toEqual([['1'], ['2'], ['3']]);
  });

  it('nothing resolves before its transaction has', async () => {
    let finish = (): void => undefined;
    const written = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const queue = new WorkQueue(() => written);
    let isResolved = false;
    const commit = queue.commit([write('1')]).then(() => {
      isResolved = true;
    });
    for (let turn = 0; turn < 50; turn += 1) await Promise.resolve();
    expect(isResolved).toBe(false);
    finish();
    await commit;
    expect(isResolved).toBe(true);
  });

  it('a commit that fails in a group takes no other down: each is tried by itself, in order', async () => {
    const ledger = new Ledger();
    ledger.failure = (ids) => (ids.includes('2') ? new StoreFailedError('here', 'too large') : undefined);
    const outcomes = await Promise.allSettled([ledger.commit('1'), ledger.commit('2'), ledger.commit('3')]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(ledger.transactions).toEqual([['1', '2', '3'], ['1'], ['2'], ['3']]);
  });

  it.each([
    ['the server is away', new StoreUnreachableError('here', 'ECONNREFUSED')],
    ['its outcome is unknown', new StoreFailedError('here', 'I/O error', { applied: 'unknown' })],
    ['the file is damaged', new StoreCorruptError('here', 'a page')],
  ])('a group is not tried again when %s', async (_title, failure) => {
    const ledger = new Ledger();
    ledger.failure = () => failure;
    const outcomes = await Promise.allSettled([ledger.commit('1'), ledger.commit('2')]);
    expect(outcomes).toEqual([1, 2].map(() => ({ status: 'rejected', reason: failure })));
    expect(ledger.transactions).toHaveLength(1);
  });

  it('goes on after a failure', async () => {
    const ledger = new Ledger();
    ledger.failure = (ids) => (ids.includes('1') ? new StoreFailedError('here', 'no') : undefined);
    await expect(ledger.commit('1')).rejects.toThrow(StoreFailedError);
    await ledger.commit('2');
    expect(ledger.transactions).toEqual([['1'], ['2']]);
  });

  it('a group is bounded by its writes, and a read that came in between has its turn', async () => {
    const ledger = new Ledger();
    const commits = Array.from({ length: 9_000 }, (_, number) => ledger.commit(String(number)));
    const seen = ledger.queue.run(async () => ledger.transactions.length);
    await Promise.all(commits);
    expect(ledger.transactions.map(({ length }) => length)).toEqual([4_000, 4_000, 1_000]);
    expect(ledger.transactions.flat()).toEqual(Array.from({ length: 9_000 }, (_, number) => String(number)));
    expect(await seen).toBe(1);
  });

  it('a group is bounded by its size', async () => {
    const ledger = new Ledger();
    const large = 'x'.repeat(5 * 1024 * 1024);
    await Promise.all([1, 2, 3].map((id) => ledger.queue.commit([write(String(id), large)])));
    expect(ledger.transactions).toEqual([['1', '2'], ['3']]);
  });

  it('one thing at a time', async () => {
    const log: string[] = [];
    const queue = new WorkQueue(async () => {
      log.push('commit begins');
      await Promise.resolve();
      log.push('commit ends');
    });
    const read = async (): Promise<void> => {
      log.push('read begins');
      await Promise.resolve();
      log.push('read ends');
    };
    await Promise.all([queue.run(read), queue.commit([write('1')]), queue.run(read)]);
    expect(log).toEqual(['read begins', 'read ends', 'commit begins', 'commit ends', 'read begins', 'read ends']);
  });

  it('a read that fails is no failure of what comes after it', async () => {
    const ledger = new Ledger();
    const read = ledger.queue.run(() => Promise.reject(new Error('no')));
    await expect(read).rejects.toThrow('no');
    await ledger.commit('1');
    expect(ledger.transactions).toEqual([['1']]);
  });

  it('closing waits for every group, and takes nothing in any more', async () => {
    const ledger = new Ledger();
    const commits = Array.from({ length: 9_000 }, (_, number) => ledger.commit(String(number)));
    const closed = ledger.queue.close(async () => ledger.transactions.length);
    await expect(ledger.commit('late')).rejects.toThrow(StoreClosedError);
    await expect(ledger.queue.run(async () => undefined)).rejects.toThrow(StoreClosedError);
    expect(await closed).toBe(3);
    await Promise.all(commits);
  });
});
