// Commits to a file: `node committing.js PATH FIRST LAST TEXT_LENGTH LANES`. Says the number of each commit once it has resolved,
// and `full` when there is no room. Then it waits to be killed.

import { StoreFullError } from '../../src/errors.ts';
import { sqliteStore } from '../../src/sqlite.ts';
import { entry } from '../samples.ts';

const [path = '', first, last, length, lanes] = process.argv.slice(2);
const store = await sqliteStore({ path, checkIntegrity: false });
const text = 'x'.repeat(Number(length));

/** One commit touches every kind of thing, so that half of it would be seen. */
async function commit(number: number): Promise<void> {
  const job = entry(number);
  const instanceId = 'a';
  await store.commit([
    { type: 'outbox.put', instanceId, entry: { ...job, message: { ...job.message, text } } },
    { type: 'outbox.remove', instanceId, jobId: `job-${number - 50}` },
    { type: 'key.put', instanceId, key: `k${number}`, receipt: { externalMessageId: number }, atMs: number },
    { type: 'handled.put', instanceId, messageId: `h${number}`, atMs: number },
    { type: 'cursor.put', instanceId, cursor: number },
  ]);
  process.stdout.write(`${number}\n`);
}

let next = Number(first);
const work = Array.from({ length: Number(lanes) }, async () => {
  while (next <= Number(last)) {
    const number = next;
    next += 1;
    await commit(number);
  }
});
await Promise.all(work).catch((error: unknown) => {
  process.stdout.write(`${error instanceof StoreFullError ? 'full' : String(error)}\n`);
});
setInterval(() => undefined, 1_000);
