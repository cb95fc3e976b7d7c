import type { Store } from 'holdfast';
import { PostgresDatabase } from './PostgresDatabase.ts';
import { type PostgresStoreOptions, resolvePostgresStoreOptions } from './postgresOptions.ts';
import { SqlStore } from './SqlStore.ts';

export { defaultPostgresStoreOptions, type PostgresStoreOptions } from './postgresOptions.ts';

/**
 * A store in a schema of a Postgres database, over one connection, by pg. It connects again by itself.
 * Rejects with a StoreError that says what is wrong, or InvalidInputError. No error holds the password.
 */
export async function postgresStore(options: PostgresStoreOptions = {}): Promise<Store> {
  return new SqlStore(await PostgresDatabase.open(resolvePostgresStoreOptions(options)));
}
