import { storeContract } from '@holdfast/testing/contracts';
import { afterAll, beforeAll, describe, it } from 'vitest';
import { postgresStore } from '../../src/postgres.ts';
import { isClosedError } from '../isClosedError.ts';
import { PostgresServer, serverKind } from './PostgresServer.ts';

let server: PostgresServer;
let schemas = 0;

beforeAll(async () => {
  server = await PostgresServer.start();
}, 60_000);

afterAll(() => server.stop());

const facts = storeContract({
  isDurable: true,
  isClosedError,
  place: async () => {
    schemas += 1;
    const schema = `place ${schemas}`;
    return {
      open: () => postgresStore({ connectionString: server.url, schema }),
      remove: async () => undefined, // goes with the server
    };
  },
});

describe(`postgresStore on ${serverKind} keeps the contract of a store`, () => {
  for (const fact of facts) it(fact.title, fact.run, fact.timeoutMs);
});
