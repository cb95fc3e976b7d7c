import { afterAll, beforeAll } from 'vitest';
import { postgresStore } from '../../src/postgres.ts';
import { storeContract } from '../contract/storeContract.ts';
import { PostgresServer, serverKind } from './PostgresServer.ts';

let server: PostgresServer;
let schemas = 0;

beforeAll(async () => {
  server = await PostgresServer.start();
}, 60_000);

afterAll(() => server.stop());

storeContract({
  title: `postgresStore on ${serverKind}`,
  isDurable: true,
  place: async () => {
    schemas += 1;
    const schema = `place ${schemas}`;
    return {
      open: () => postgresStore({ connectionString: server.url, schema }),
      remove: async () => undefined, // goes with the server
    };
  },
});
