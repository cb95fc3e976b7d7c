import type { Store } from 'holdfast';
import type { StoreSubject } from './StoreSubject.ts';

/** What a fact works with: a place of its own, and the store that was opened on it. */
export interface StoreTrial {
  readonly subject: StoreSubject;
  readonly store: Store;
  /** Closes the store and opens it again; without durability it stays as it is. */
  reopen(): Promise<Store>;
}

export interface StoreFact {
  readonly title: string;
  run(trial: StoreTrial): Promise<void>;
}

export function fact(title: string, run: StoreFact['run']): StoreFact {
  return { title, run };
}
