import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StoreFailedError } from '../../src/errors.ts';
import { SqliteConnection } from '../../src/SqliteConnection.ts';
import { sqliteStore } from '../../src/sqlite.ts';
import { entry, everything, putEntry, putKey } from '../samples.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';

let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'store.db');
});

afterEach(async () => {
  vi.restoreAllMocks();
  await folder.remove();
});

/** A disk that takes no more syncs cannot be had by asking for it: the next time each says what SQLite would say then. */
function failNext(...commands: string[]): void {
  const exec = SqliteConnection.prototype.exec;
  const left = new Set(commands);
  vi.spyOn(SqliteConnection.prototype, 'exec').mockImplementation(async function (this: SqliteConnection, sql) {
    if (!left.delete(sql)) return exec.call(this, sql);
    throw new StoreFailedError(path, 'SQLITE_IOERR_FSYNC, disk I/O error');
  });
}

describe('a COMMIT that fails', () => {
  it('leaves its commits unknown, and the next one is none the worse', async () => {
    const store = await sqliteStore({ path });
    await store.commit([putEntry('a', entry(1))]);
    failNext('COMMIT');
    const outcomes = await Promise.allSettled([2, 3].map((number) => store.commit([putEntry('a', entry(number))])));
    for (const outcome of outcomes) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'STORE_FAILED', applied: 'unknown' } });
    }
    await store.commit([putEntry('a', entry(4))]);
    await store.prune({ keepKeys: 0 });
    await store.close();

    await using again = await sqliteStore({ path });
    await again.commit([putEntry('a', entry(5))]);
    const { outbox } = await again.load('a', everything);
    expect(outbox.map(({ sequence }) => sequence)).toEqual([1, 4, 5]);
  });

  it('has the next one write, even one that changes nothing: what may be on the disk is written over', async () => {
    await using store = await sqliteStore({ path });
    const walBytes = (): Buffer => readFileSync(`${path}-wal`);
    await store.commit([putEntry('a', entry(1))]);
    const nothing = { type: 'outbox.remove', instanceId: 'a', jobId: 'unknown' } as const;
    const before = walBytes();
    await store.commit([nothing]);
    expect(walBytes().equals(before)).toBe(true);
    failNext('COMMIT');
    await expect(store.commit([putEntry('a', entry(2))])).rejects.toMatchObject({ applied: 'unknown' });
    await store.commit([nothing]);
    const after = walBytes();
    expect(after.equals(before)).toBe(false);
    await store.commit([nothing]);
    expect(walBytes().equals(after)).toBe(true);
  });

  it('says once what the database says', async () => {
    await using store = await sqliteStore({ path });
    failNext('COMMIT');
    await expect(store.commit([putEntry('a', entry(1))])).rejects.toThrow(
      /^\S+ failed: SQLITE_IOERR_FSYNC, disk I\/O error\. This commit was taken back/,
    );
  });

  it('keeps the store from no more than one other when not even its ROLLBACK is taken', async () => {
    await using store = await sqliteStore({ path });
    failNext('COMMIT', 'ROLLBACK');
    const outcomes = [];
    for (const number of [1, 2, 3]) {
      outcomes.push(
        await store.commit([putEntry('a', entry(number))]).catch((error: StoreFailedError) => error.applied),
      );
    }
    expect(outcomes).toEqual(['unknown', 'none', undefined]);
    const { outbox } = await store.load('a', everything);
    expect(outbox.map(({ sequence }) => sequence)).toEqual([3]);
  });
});

describe('a write that fails in the middle of a commit', () => {
  it('takes back what was written before it, and the next commit is none the worse', async () => {
    await using store = await sqliteStore({ path });
    const prepare = SqliteConnection.prototype.prepare;
    vi.spyOn(SqliteConnection.prototype, 'prepare').mockImplementation(async function (this: SqliteConnection, sql) {
      if (sql.includes('INTO keys')) throw new StoreFailedError(path, 'SQLITE_IOERR_READ, disk I/O error');
      return prepare.call(this, sql);
    });
    await expect(store.commit([putEntry('a', entry(1)), putKey('a', 1)])).rejects.toMatchObject({
      code: 'STORE_FAILED',
      applied: 'none',
    });
    vi.restoreAllMocks();
    await store.commit([putEntry('a', entry(2)), putKey('a', 2)]);
    const { outbox, keys } = await store.load('a', everything);
    expect([outbox.map(({ sequence }) => sequence), keys.map(({ key }) => key)]).toEqual([[2], ['key-2']]);
  });
});
