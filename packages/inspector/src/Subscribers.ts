import type { History } from './History.ts';
import type { InspectorRecord } from './records.ts';

/** What has come since the last batch. */
export interface Batch {
  readonly records: readonly InspectorRecord[];
  /** How many more there were: the history could not keep them until they were delivered. */
  readonly missed: number;
}

export type BatchListener = (batch: Batch) => void;

export interface Subscription {
  unsubscribe(): void;
}

interface Subscriber {
  readonly listener: BatchListener;
  /** How many records there were when it was last served. */
  served: number;
}

export interface SubscribersOptions {
  /** Keeps what a listener throws from everybody else. */
  readonly guard: (act: () => void) => void;
  /** Called before they are served: more records may come of it. */
  readonly onServe: () => void;
}

/** Who gets the records, in batches, after what runs has come to its end. They read from the history: nothing is buffered for them. */
export class Subscribers {
  readonly #history: Pick<History<never>, 'since' | 'total'>;
  readonly #options: SubscribersOptions;
  readonly #subscribers = new Set<Subscriber>();
  #isServingSoon = false;

  constructor(history: Pick<History<never>, 'since' | 'total'>, options: SubscribersOptions) {
    this.#history = history;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#subscribers.size === 0;
  }

  /** What this returns takes it off again, and says whether it was there. */
  add(listener: BatchListener): () => boolean {
    const subscriber = { listener, served: this.#history.total };
    this.#subscribers.add(subscriber);
    return () => this.#subscribers.delete(subscriber);
  }

  serveSoon(): void {
    if (this.isEmpty || this.#isServingSoon) return;
    this.#isServingSoon = true;
    queueMicrotask(() => this.#serve());
  }

  clear(): void {
    this.#subscribers.clear();
  }

  #serve(): void {
    this.#options.guard(this.#options.onServe);
    this.#isServingSoon = false;
    for (const subscriber of [...this.#subscribers]) {
      const batch = this.#history.since(subscriber.served);
      subscriber.served = this.#history.total;
      if (batch.records.length > 0 || batch.missed > 0) this.#options.guard(() => subscriber.listener(batch));
    }
  }
}
