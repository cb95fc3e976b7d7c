import { setTimeout as sleep } from 'node:timers/promises';
import { sqliteStore } from '@holdfast/store/sqlite';
import { HoldfastError, type Store } from 'holdfast';
import type { LifeOrder, Report } from './protocol.ts';

const againAfterMs = 200;

/** Opens the store as soon as that can be done: an app whose disk is full when it starts is started again until it is not. */
export async function openWithPatience(
  { storePath, maxBytes }: LifeOrder,
  report: (report: Report) => void,
): Promise<Store> {
  for (;;) {
    try {
      return await sqliteStore({ path: storePath, ...(maxBytes === null ? {} : { maxBytes }) });
    } catch (error) {
      if (!(error instanceof HoldfastError)) throw error;
      report({ what: 'unopened', code: error.code, text: error.message });
      await sleep(againAfterMs);
    }
  }
}
