import { setTimeout as sleep } from 'node:timers/promises';
import { StoreCorruptError, StoreForeignError, StoreLockedError } from './errors.ts';
import { type Dialect, type Migration, migrationsFor, migrationsTable, pendingMigrations } from './migrations.ts';
import type { SqliteConnection } from './SqliteConnection.ts';
import type { ResolvedSqliteStoreOptions } from './sqliteOptions.ts';

export const sqliteDialect: Dialect = { name: 'TEXT', text: 'TEXT', number: 'REAL', prefix: '', suffix: ' STRICT' };

/** Says in the header of a file that it is ours: `Hold`. */
const applicationId = 0x486f6c64;
const pageBytes = 4_096;
/** The WAL is cut back to this after a checkpoint. */
const walBytes = 8 * 1024 * 1024;
const lockPollMs = 25;

/**
 * Makes an open file ready for use, or says why it is not.
 *
 * F1. Nothing is looked at before the lock is ours, and nothing is changed before the file is known to be ours and whole.
 * F2. The lock is held until the file is closed, or the process ends, however it ends.
 * F3. The schema moves forward in one transaction, from any earlier version.
 */
export async function prepareSqliteFile(
  connection: SqliteConnection,
  options: ResolvedSqliteStoreOptions,
  migrations: readonly Migration[] = migrationsFor(sqliteDialect),
): Promise<void> {
  await lock(connection, options.lockTimeoutMs); // F1, F2
  const isNew = await recognize(connection);
  if (options.checkIntegrity) await check(connection);
  const pending = pendingMigrations(migrations, isNew ? [] : await versionsIn(connection), connection.place);
  await connection.exec(
    pragmasFor(options)
      .map((pragma) => `PRAGMA ${pragma};`)
      .join(' '),
  );
  await migrate(connection, pending, isNew);
}

/** Exclusive mode takes the lock with the first transaction and keeps it. It also spares SQLite the shared memory of a WAL. */
async function lock(connection: SqliteConnection, timeoutMs: number): Promise<void> {
  await connection.query('PRAGMA locking_mode = exclusive');
  for (let waitedMs = 0; ; waitedMs += lockPollMs) {
    try {
      return await connection.exec('BEGIN EXCLUSIVE; COMMIT');
    } catch (error) {
      if (!(error instanceof StoreLockedError)) throw error;
      if (waitedMs >= timeoutMs) throw new StoreLockedError(connection.place, timeoutMs);
      await sleep(Math.min(lockPollMs, timeoutMs - waitedMs));
    }
  }
}

/** Whether the file is empty; otherwise it has to be ours. */
async function recognize(connection: SqliteConnection): Promise<boolean> {
  const tables = await connection.query('SELECT name FROM sqlite_master');
  const id = Number((await connection.query('PRAGMA application_id'))[0]?.[0]);
  if (id === applicationId) return tables.length === 0;
  if (tables.length === 0 && id === 0) return true;
  throw new StoreForeignError(connection.place, 'an SQLite database of another program');
}

async function check(connection: SqliteConnection): Promise<void> {
  const [found] = await connection.query('PRAGMA quick_check(1)');
  if (found?.[0] !== 'ok') throw new StoreCorruptError(connection.place, String(found?.[0]));
}

async function versionsIn(connection: SqliteConnection): Promise<number[]> {
  return (await connection.query('SELECT version FROM migrations')).map(([version]) => Number(version));
}

function pragmasFor({ durability, maxBytes }: ResolvedSqliteStoreOptions): string[] {
  const isBounded = maxBytes < Number.MAX_SAFE_INTEGER;
  return [
    'journal_mode = wal',
    `synchronous = ${durability === 'power-cut' ? 'full' : 'normal'}`,
    // macOS: an fsync does not reach the disk there. Elsewhere it does nothing.
    'fullfsync = 1',
    'checkpoint_fullfsync = 1',
    `journal_size_limit = ${walBytes}`,
    ...(isBounded ? [`max_page_count = ${Math.floor(maxBytes / pageBytes)}`] : []),
  ];
}

/** F3. */
async function migrate(connection: SqliteConnection, pending: readonly Migration[], isNew: boolean): Promise<void> {
  if (pending.length === 0) return;
  const statements = [
    ...(isNew ? [`PRAGMA application_id = ${applicationId}`, migrationsTable(sqliteDialect)] : []),
    ...pending.flatMap((migration) => [
      ...migration.statements,
      `INSERT INTO migrations (version) VALUES (${migration.version})`,
    ]),
  ];
  try {
    await connection.exec('BEGIN IMMEDIATE');
    for (const statement of statements) await connection.exec(statement);
    await connection.exec('COMMIT');
  } catch (error) {
    await connection.rollBack();
    throw error;
  }
}
