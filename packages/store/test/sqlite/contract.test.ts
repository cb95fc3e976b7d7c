import { join } from 'node:path';
import { storeContract } from '@holdfast/testing/contracts';
import { describe, it } from 'vitest';
import { sqliteStore } from '../../src/sqlite.ts';
import { isClosedError } from '../isClosedError.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

const facts = storeContract({
  isDurable: true,
  isClosedError,
  place: async () => {
    const folder = await temporaryFolder();
    return { open: () => sqliteStore({ path: join(folder.path, 'store.db') }), remove: () => folder.remove() };
  },
});

describe('sqliteStore keeps the contract of a store', () => {
  for (const fact of facts) it(fact.title, fact.run, fact.timeoutMs);
});
