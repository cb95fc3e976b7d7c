import { join } from 'node:path';
import { sqliteStore } from '../../src/sqlite.ts';
import { storeContract } from '../contract/storeContract.ts';
import { temporaryFolder } from '../temporaryFolder.ts';

storeContract({
  title: 'sqliteStore',
  isDurable: true,
  place: async () => {
    const folder = await temporaryFolder();
    return { open: () => sqliteStore({ path: join(folder.path, 'store.db') }), remove: () => folder.remove() };
  },
});
