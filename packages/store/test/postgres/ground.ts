import { inspect } from 'node:util';
import type { Store } from 'holdfast';
import { Client } from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { StoreError } from '../../src/errors.ts';
import { type PostgresStoreOptions, postgresStore } from '../../src/postgres.ts';
import { everything } from '../samples.ts';
import { LossyProxy } from './LossyProxy.ts';
import { PostgresServer, password } from './PostgresServer.ts';

/** What the tests of Postgres stand on: a server for the file; a schema and a proxy for each test. */
export interface Ground {
  readonly server: PostgresServer;
  readonly proxy: LossyProxy;
  readonly schema: string;
  open(options?: PostgresStoreOptions): Promise<Store>;
  openThroughProxy(): Promise<Store>;
  /** What opening says, which is never nothing, and never the password. */
  openingError(options?: PostgresStoreOptions): Promise<StoreError>;
  /** Past the store. */
  sql(statement: string): Promise<void>;
  /** Of what is in the outbox, as another store sees it. */
  sequences(): Promise<number[]>;
}

export function standOnPostgres(): Ground {
  let server: PostgresServer;
  let proxy: LossyProxy;
  let schemas = 0;

  beforeAll(async () => {
    server = await PostgresServer.start();
  }, 60_000);

  afterAll(() => server.stop());

  beforeEach(async () => {
    schemas += 1;
    proxy = await LossyProxy.start(server.port);
  });

  afterEach(() => proxy.stop());

  const schemaName = (): string => `ground_${schemas}`;
  const open = (options: PostgresStoreOptions = {}): Promise<Store> =>
    postgresStore({ connectionString: server.url, schema: schemaName(), connectTimeoutMs: 2_000, ...options });
  return {
    get server() {
      return server;
    },
    get proxy() {
      return proxy;
    },
    get schema() {
      return schemaName();
    },
    open,
    openThroughProxy: () => open({ connectionString: server.urlAt(proxy.port) }),
    async openingError(options) {
      const outcome = await open(options).then(
        (store) => store.close(),
        (error: unknown) => error,
      );
      if (!(outcome instanceof StoreError)) throw new Error(`Expected a StoreError, got ${String(outcome)}`);
      expectNoPassword(outcome);
      return outcome;
    },
    async sql(statement) {
      const client = new Client(server.url);
      await client.connect();
      await client.query(statement);
      await client.end();
    },
    async sequences() {
      await using store = await open();
      return (await store.load('a', everything)).outbox.map(({ sequence }) => sequence);
    },
  };
}

/** In whatever form somebody prints it. */
export function expectNoPassword(error: unknown): void {
  const shown = inspect(error, { depth: 10, showHidden: true });
  for (const secret of [password, encodeURIComponent(password), 'wr0ng']) expect(shown).not.toContain(secret);
}
