import type { Store } from 'holdfast';

/** Where a test keeps a store: a file, a schema, or nothing. */
export interface StorePlace {
  open(): Promise<Store>;
  /** Takes it away with what is in it. */
  remove(): Promise<void>;
}

/** An implementation, as the contract meets it. */
export interface Implementation {
  readonly title: string;
  /** What is committed is there when it is opened again. */
  readonly isDurable: boolean;
  place(): Promise<StorePlace>;
}

/** What a group of facts works with: a place of its own for each fact, and the store that was opened on it. */
export interface Subject {
  readonly implementation: Implementation;
  readonly store: Store;
  /** Closes the store and opens it again; without durability it stays as it is. */
  reopen(): Promise<Store>;
}
