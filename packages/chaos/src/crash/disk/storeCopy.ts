import { copyFile, readFile, rm, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { sqliteStore } from '@holdfast/store/sqlite';
import type { DeadLetterPage, OutboxEntry, Store } from 'holdfast';
import { isMissing } from './isMissing.ts';

/** What a store holds, by the names of the messages. */
export interface StoreContent {
  /** By their texts: every message of these runs says its name, and not every one has an id. */
  readonly outbox: ReadonlyMap<string, OutboxEntry['state']>;
  /** Outbound messages that were given up, with the code of the reason. */
  readonly letters: ReadonlyMap<string, string>;
  /** What the instances have written down as handled: `<instance>/<the channel's id>`. */
  readonly handled: ReadonlySet<string>;
}

const everything = { keys: 0, handled: 1_000_000 } as const;
const pageSize = 1_000;

/** A copy of a store as its process has left it, which can be read without anybody noticing. */
export class StoreCopy {
  readonly path: string;

  /** `walBytes`: of the write-ahead log only so much. */
  static async of(path: string, folder: string, { name, walBytes }: { name: string; walBytes?: number }) {
    const copy = new StoreCopy(join(folder, `${name}.db`));
    if (!(await copyIfThere(path, copy.path))) return copy;
    if ((await copyIfThere(walOf(path), walOf(copy.path))) && walBytes !== undefined)
      await truncate(walOf(copy.path), walBytes);
    return copy;
  }

  private constructor(path: string) {
    this.path = path;
  }

  async wal(): Promise<Buffer> {
    return readFile(walOf(this.path)).catch((error: unknown) => {
      if (isMissing(error)) return Buffer.alloc(0);
      throw error;
    });
  }

  /** Reads it all, and removes it. */
  async read(): Promise<StoreContent> {
    const store = await sqliteStore({ path: this.path, durability: 'process' });
    try {
      return await contentOf(store);
    } finally {
      await store.close();
      await rm(this.path, { force: true });
      await rm(walOf(this.path), { force: true });
    }
  }
}

export function walOf(path: string): string {
  return `${path}-wal`;
}

async function copyIfThere(from: string, to: string): Promise<boolean> {
  try {
    await copyFile(from, to);
    return true;
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

async function contentOf(store: Store): Promise<StoreContent> {
  const outbox = new Map<string, OutboxEntry['state']>();
  const handled = new Set<string>();
  for (const instance of await store.instances()) {
    const stored = await store.load(instance, everything);
    for (const { message, state } of stored.outbox) outbox.set(message.text, state);
    for (const id of stored.handled) handled.add(`${instance}/${id}`);
  }
  const letters = new Map<string, string>();
  let page: DeadLetterPage = { letters: [], next: null };
  do {
    page = await store.deadLetters.list({ direction: 'outbound', limit: pageSize, after: page.next ?? undefined });
    for (const { message, reason } of page.letters) letters.set(message.text, reason.code);
  } while (page.next !== null);
  return { outbox, letters, handled };
}
