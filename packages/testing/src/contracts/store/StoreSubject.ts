import type { Store } from 'holdfast';

/** Where one fact keeps a store: a file, a schema, or nothing. */
export interface StorePlace {
  open(): Promise<Store>;
  /** Takes it away with what is in it. */
  remove(): Promise<void>;
}

/** A store, as its contract meets it. */
export interface StoreSubject {
  /** What is committed is there when it is opened again. */
  readonly isDurable: boolean;
  /** Whether this is what the store rejects with after `close()`. Default: any Error is. */
  readonly isClosedError?: ((error: unknown) => boolean) | undefined;
  /** A new place, for one fact. */
  place(): Promise<StorePlace>;
}

export interface StoreContractOptions {
  /** How long one fact may take. Milliseconds, default 20,000; the one that compares with a model has three times as long. */
  readonly timeoutMs?: number | undefined;
}
