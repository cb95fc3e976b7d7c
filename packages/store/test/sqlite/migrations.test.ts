import { join } from 'node:path';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreFailedError, StoreNewerError } from '../../src/errors.ts';
import { type Dialect, type Migration, migrationsFor, pendingMigrations } from '../../src/migrations.ts';
import { SqliteConnection } from '../../src/SqliteConnection.ts';
import { sqliteStore } from '../../src/sqlite.ts';
import { prepareSqliteFile, sqliteDialect } from '../../src/sqliteFile.ts';
import { resolveSqliteStoreOptions } from '../../src/sqliteOptions.ts';
import { entry, everything, putEntry } from '../samples.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';

let folder: TemporaryFolder;
let path: string;

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'store.db');
});

afterEach(() => folder.remove());

/** Steps that a later version might take: each gives the outbox a column, the second with what the first has left. */
const later: readonly Migration[] = [
  ...migrationsFor(sqliteDialect),
  { version: 2, statements: ["ALTER TABLE outbox ADD COLUMN kind TEXT NOT NULL DEFAULT 'plain'"] },
  {
    version: 3,
    statements: ['ALTER TABLE outbox ADD COLUMN note TEXT', "UPDATE outbox SET note = kind || ' ' || id"],
  },
];

async function migrate(migrations: readonly Migration[]): Promise<void> {
  const connection = SqliteConnection.open(path);
  try {
    await prepareSqliteFile(connection, resolveSqliteStoreOptions({ path }), migrations);
  } finally {
    await connection.close();
  }
}

function read(sql: string): unknown[] {
  const database = new Database(path);
  const rows = database.prepare(sql).raw().all([]);
  database.close();
  return rows;
}

async function fill(): Promise<void> {
  await using store = await sqliteStore({ path });
  await store.commit([putEntry('a', entry(1)), putEntry('a', entry(2))]);
}

describe('the schema of a file', () => {
  it('moves forward through every step, in order, with all that is there', async () => {
    await fill();
    await migrate(later);
    expect(read('SELECT version FROM migrations ORDER BY version')).toEqual([[1], [2], [3]]);
    expect(read('SELECT id, sequence, note FROM outbox ORDER BY sequence')).toEqual([
      ['job-1', 1, 'plain job-1'],
      ['job-2', 2, 'plain job-2'],
    ]);
  });

  it('moves forward from an empty file to the same place', async () => {
    await migrate(later);
    expect(read('SELECT version FROM migrations ORDER BY version')).toEqual([[1], [2], [3]]);
    expect(read("SELECT name FROM pragma_table_info('outbox')").flat()).toContain('note');
  });

  it('does no step twice', async () => {
    await fill();
    await migrate(later);
    await migrate(later);
    expect(read('SELECT version FROM migrations ORDER BY version')).toEqual([[1], [2], [3]]);
  });

  it('stays where it was when a step fails, and nothing is lost', async () => {
    await fill();
    const broken: Migration = {
      version: 4,
      statements: ['DELETE FROM outbox', 'ALTER TABLE nothing ADD COLUMN x TEXT'],
    };
    await expect(migrate([...later, broken])).rejects.toThrow(StoreFailedError);
    expect(read('SELECT version FROM migrations')).toEqual([[1]]);
    await using store = await sqliteStore({ path });
    expect((await store.load('a', everything)).outbox).toEqual([entry(1), entry(2)]);
  });

  it('is left alone by a version that does not know it yet', async () => {
    await fill();
    await migrate(later);
    await expect(sqliteStore({ path })).rejects.toThrow(StoreNewerError);
    expect(read('SELECT count(*) FROM outbox')).toEqual([[2]]);
  });
});

describe('the steps of the schema', () => {
  const dialect: Dialect = sqliteDialect;

  it('are numbered from 1 without a gap', () => {
    const versions = migrationsFor(dialect).map(({ version }) => version);
    expect(versions).toEqual(Array.from({ length: versions.length }, (_, index) => index + 1));
  });

  it.each([
    [[], [1, 2, 3]],
    [[1], [2, 3]],
    [[2, 1], [3]],
    [[1, 2, 3], []],
  ])('after %j there remain %j', (done, pending) => {
    expect(pendingMigrations(later, done, 'here').map(({ version }) => version)).toEqual(pending);
  });

  it.each([[[2]], [[1, 3]], [[1.5]]])('after %j nobody knows where it stands', (done) => {
    expect(() => pendingMigrations(later, done, 'here')).toThrow(/damaged/);
  });
});
