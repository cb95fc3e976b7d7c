import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SqlDatabase } from '../../src/SqlDatabase.ts';
import { SqliteDatabase } from '../../src/SqliteDatabase.ts';
import { SqlStore } from '../../src/SqlStore.ts';
import { resolveSqliteStoreOptions } from '../../src/sqliteOptions.ts';
import { entry, everything, putEntry } from '../samples.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';

let folder: TemporaryFolder;
let transactions: number;
let store: SqlStore;

beforeEach(async () => {
  folder = await temporaryFolder();
  transactions = 0;
  const database = await SqliteDatabase.open(resolveSqliteStoreOptions({ path: join(folder.path, 'store.db') }));
  store = new SqlStore(counted(database));
});

afterEach(async () => {
  await store.close();
  await folder.remove();
});

/** Each transaction of the real database is one sync of the disk. */
function counted(database: SqliteDatabase): SqlDatabase {
  return {
    place: database.place,
    nameOf: (table) => database.nameOf(table),
    write: (steps) => {
      transactions += 1;
      return database.write(steps);
    },
    change: (statements) => database.change(statements),
    query: (statement) => database.query(statement),
    close: () => database.close(),
  };
}

describe('a thousand commits', () => {
  it('that are called together cost one transaction', async () => {
    await Promise.all(Array.from({ length: 1_000 }, (_, number) => store.commit([putEntry('a', entry(number))])));
    expect(transactions).toBe(1);
    expect((await store.load('a', everything)).outbox).toHaveLength(1_000);
  });

  it('of ten who wait for each of theirs cost a tenth of a transaction each, or less', async () => {
    const work = Array.from({ length: 10 }, async (_, lane) => {
      for (let turn = 0; turn < 100; turn += 1) await store.commit([putEntry('a', entry(lane * 100 + turn))]);
    });
    await Promise.all(work);
    expect(transactions).toBeLessThanOrEqual(101);
    expect((await store.load('a', everything)).outbox).toHaveLength(1_000);
  });
});
