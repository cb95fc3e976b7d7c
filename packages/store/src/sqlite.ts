import type { Store } from 'holdfast';
import { SqliteDatabase } from './SqliteDatabase.ts';
import { SqlStore } from './SqlStore.ts';
import { resolveSqliteStoreOptions, type SqliteStoreOptions } from './sqliteOptions.ts';

export { defaultSqliteStoreOptions, type SqliteStoreOptions } from './sqliteOptions.ts';

/**
 * A store in one SQLite file, by libsql. It belongs to one process at a time.
 * Rejects with a StoreError that says what is wrong with the file, or InvalidInputError.
 */
export async function sqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return new SqlStore(await SqliteDatabase.open(resolveSqliteStoreOptions(options)));
}
