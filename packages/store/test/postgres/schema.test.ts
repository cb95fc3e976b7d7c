import { inspect } from 'node:util';
import { Client } from 'pg';
import { describe, expect, it } from 'vitest';
import { StoreAccessError, StoreCorruptError, StoreForeignError, StoreNewerError } from '../../src/errors.ts';
import { postgresStore } from '../../src/postgres.ts';
import { entry, everything, putEntry, putKey } from '../samples.ts';
import { standOnPostgres } from './ground.ts';
import { serverKind } from './PostgresServer.ts';

const ground = standOnPostgres();

describe(`a schema of Postgres (${serverKind})`, () => {
  it('of a newer version is refused by its number', async () => {
    await (await ground.open()).close();
    await ground.sql(`INSERT INTO ${ground.schema}.migrations VALUES (2)`);
    const error = await ground.openingError();
    expect(error).toBeInstanceOf(StoreNewerError);
    expect(error).toMatchObject({ found: 2, supported: 1 });
  });

  it('whose migrations have a hole is refused', async () => {
    await (await ground.open()).close();
    await ground.sql(`UPDATE ${ground.schema}.migrations SET version = 0.5`);
    expect(await ground.openingError()).toBeInstanceOf(StoreCorruptError);
  });

  it('with a row that holds no data of ours is called damaged by whoever reads it', async () => {
    await using store = await ground.open();
    await store.commit([putKey('a', 1)]);
    await ground.sql(`UPDATE ${ground.schema}.keys SET data = 'no json'`);
    await expect(store.receipt('a', 'key-1')).rejects.toThrow(StoreCorruptError);
  });

  it('with tables of another program is refused, and those stay', async () => {
    await ground.sql(
      `CREATE SCHEMA ${ground.schema}; CREATE TABLE ${ground.schema}.keys (door int); INSERT INTO ${ground.schema}.keys VALUES (7)`,
    );
    expect(await ground.openingError()).toBeInstanceOf(StoreForeignError);
    await ground.sql(`DELETE FROM ${ground.schema}.keys WHERE door = 7`);
  });

  it('is made by one of several that come together, and used by all', async () => {
    const stores = await Promise.all([1, 2, 3].map(() => ground.open()));
    await Promise.all(stores.map((store, number) => store.commit([putEntry('a', entry(number))])));
    for (const store of stores) await store.close();
    expect(await ground.sequences()).toEqual([0, 1, 2]);
  });

  it('is written by several at once, also the same rows', async () => {
    const stores = await Promise.all([1, 2].map(() => ground.open()));
    const writing = stores.flatMap((store) =>
      Array.from({ length: 40 }, (_, turn) =>
        store.commit(Array.from({ length: 20 }, (_, number) => putKey(`i${(number * 7 + turn) % 20}`, number % 3))),
      ),
    );
    await Promise.all(writing);
    for (const store of stores) await store.close();
    await using store = await ground.open();
    expect(await store.instances()).toHaveLength(20);
  });

  it.runIf(serverKind === 'postgres')('is written again when another transaction was in the way', async () => {
    await using store = await ground.open();
    await store.commit([putKey('a', 1), putKey('a', 2)]);
    const other = new Client(ground.server.url);
    await other.connect();
    const lock = (key: string) => other.query(`UPDATE ${ground.schema}.keys SET at_ms = 0 WHERE id = '${key}'`);
    await other.query('BEGIN');
    await lock('key-2');
    // It has the first row, and waits for the second; the other has the second, and will wait for the first.
    const commit = store.commit([putKey('a', 1, 7), putKey('a', 2, 7)]);
    await untilWaiting();
    // Whoever began to wait first is the one that Postgres takes back.
    await lock('key-1');
    await other.query('COMMIT');
    await other.end();
    await commit;
    const { keys } = await store.load('a', everything);
    expect(keys.map(({ atMs }) => atMs)).toEqual([7, 7]);
  });

  it.runIf(serverKind === 'postgres')('refuses a wrong password and a database that there is not', async () => {
    const wrong = await ground.openingError({ connectionString: ground.server.urlAt(ground.server.port, 'wr0ng') });
    expect(wrong).toBeInstanceOf(StoreAccessError);
    expect(wrong.message).toContain('28P01');
    const nowhere = await ground.openingError({ connectionString: ground.server.url.replace(/postgres$/, 'nowhere') });
    expect(nowhere).toBeInstanceOf(StoreAccessError);
  });

  it.runIf(serverKind === 'postgres')(
    'may be used, once it is there, by a user without the right to make it',
    async () => {
      await (await ground.open()).close();
      const role = `user_${ground.schema}`;
      await ground.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'c4nary'`);
      const connectionString = `postgres://${role}:c4nary@127.0.0.1:${ground.server.port}/postgres`;
      const error = await ground.openingError({ connectionString });
      expect(error).toBeInstanceOf(StoreAccessError);
      await ground.sql(
        `GRANT USAGE ON SCHEMA ${ground.schema} TO ${role}; GRANT ALL ON ALL TABLES IN SCHEMA ${ground.schema} TO ${role}`,
      );
      await using store = await ground.open({ connectionString });
      await store.commit([putEntry('a', entry(1))]);
    },
  );
});

describe('the options of postgresStore', () => {
  it.each([
    ['a connection string that is none', { connectionString: 'host=db password=c4nary/p@ss' }],
    ['another protocol', { connectionString: 'mysql://u:c4nary@db/d' }],
    ['a schema with a quote in it', { schema: 'a"; DROP TABLE x' }],
    ['a timeout of 0', { connectTimeoutMs: 0 }],
  ])('%s is refused, without being shown', async (_title, options) => {
    const error: unknown = await postgresStore(options).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'INVALID_INPUT' });
    expect(inspect(error, { depth: 10 })).not.toContain('c4nary');
  });

  it('a store shows no password when it is printed', async () => {
    await using store = await ground.open();
    expect(inspect(store, { depth: 10, showHidden: true })).not.toContain('c4nary');
  });
});

/** Until a transaction of ours waits for a lock. */
async function untilWaiting(): Promise<void> {
  const client = new Client(ground.server.url);
  await client.connect();
  const waiting = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'holdfast' AND wait_event_type = 'Lock'";
  while ((await client.query(waiting)).rowCount === 0);
  await client.end();
}
