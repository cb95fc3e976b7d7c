import { memoryStore, StoreClosedError, StoreError, StoreUnreachableError } from '@holdfast/store';
import { postgresStore } from '@holdfast/store/postgres';
import { sqliteStore } from '@holdfast/store/sqlite';
import type { Store, StoreChange } from 'holdfast';

const put: StoreChange = { type: 'cursor.put', instanceId: 'bot', cursor: { offset: 7 } };

async function tryOut(store: Store): Promise<void> {
  await store.commit([put]);
  const { cursor } = await store.load('bot', { keys: 0, handled: 0 });
  if (JSON.stringify(cursor) !== '{"offset":7}') throw new Error(`The cursor is ${JSON.stringify(cursor)}.`);
  await store.close();
  const refused: unknown = await store.commit([put]).catch((error: unknown) => error);
  if (!(refused instanceof StoreClosedError && refused instanceof StoreError)) throw refused;
}

await tryOut(memoryStore());
await tryOut(await sqliteStore({ path: 'consumer.db' }));

const unreachable: unknown = await postgresStore({ connectionString: 'postgres://u:p@127.0.0.1:1/d' }).catch(
  (error: unknown) => error,
);
if (!(unreachable instanceof StoreUnreachableError)) throw unreachable;
