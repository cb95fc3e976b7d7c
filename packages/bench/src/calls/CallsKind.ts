import type { Observer } from 'holdfast';

/** Whose calls are measured. */
export interface CallsKind {
  readonly name: string;
  readonly label: string;
  /** A start takes so little that one of many sets of instances has to be timed. */
  readonly isTiny: boolean;
  readonly open: (observer: Observer) => Callable;
}

/** Instances without channels, and what may be asked of all of them. What is asked returns how much came back, so that it is not left out. */
export interface Callable {
  start(ids: readonly string[]): void;
  /** The status of each, one by one, by its id. */
  status(ids: readonly string[]): number;
  /** The health of each, one by one, by its id. */
  health(ids: readonly string[]): number;
  /** The health of all in one list. */
  list(): number;
  stop(): Promise<void>;
}
