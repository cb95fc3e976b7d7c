import type { Store } from 'holdfast';
import { check } from '../check.ts';
import type { Fact } from '../Fact.ts';
import { closingFacts } from './closingFacts.ts';
import { deadLetterFacts } from './deadLetterFacts.ts';
import { inputFacts } from './inputFacts.ts';
import { instanceFacts } from './instanceFacts.ts';
import { modelFacts } from './modelFacts.ts';
import { orderFacts } from './orderFacts.ts';
import { pruningFacts } from './pruningFacts.ts';
import type { StoreFact, StoreTrial } from './StoreFact.ts';
import type { StoreContractOptions, StorePlace, StoreSubject } from './StoreSubject.ts';

const defaultTimeoutMs = 20_000;
const modelTimes = 3;

const groups = {
  instances: instanceFacts,
  'commits and reads': orderFacts,
  'dead letters': deadLetterFacts,
  pruning: pruningFacts,
  'odd input': inputFacts,
  closing: closingFacts,
  'against a model': modelFacts,
} as const satisfies Readonly<Record<string, readonly StoreFact[]>>;

/**
 * What every `Store` promises, as facts that any test runner can run:
 *
 *     describe('the contract of a store', () => {
 *       for (const fact of storeContract({ isDurable: true, place: async () => ({ open, remove }) })) {
 *         test(fact.title, fact.run, fact.timeoutMs);
 *       }
 *     });
 *
 * Each fact gets a place of its own. The group `against a model` needs fast-check.
 */
export function storeContract(subject: StoreSubject, options: StoreContractOptions = {}): readonly Fact[] {
  const { timeoutMs = defaultTimeoutMs } = options;
  return Object.entries(groups).flatMap(([group, facts]) =>
    facts.map(
      ({ title, run }): Fact => ({
        group,
        title,
        skip: undefined,
        timeoutMs: facts === modelFacts ? timeoutMs * modelTimes : timeoutMs,
        run: async () => {
          const place = await subject.place();
          const trial = new OpenStore(subject, place);
          try {
            await trial.open();
            await run(trial);
          } finally {
            await trial.close();
            await place.remove();
          }
        },
      }),
    ),
  );
}

class OpenStore implements StoreTrial {
  readonly subject: StoreSubject;
  readonly #place: StorePlace;
  #store: Store | undefined;

  constructor(subject: StoreSubject, place: StorePlace) {
    this.subject = subject;
    this.#place = place;
  }

  get store(): Store {
    check(this.#store !== undefined, 'The store is not open.');
    return this.#store;
  }

  async open(): Promise<void> {
    this.#store = await this.#place.open();
  }

  async close(): Promise<void> {
    await this.#store?.close();
  }

  async reopen(): Promise<Store> {
    if (this.subject.isDurable) {
      await this.close();
      await this.open();
    }
    return this.store;
  }
}
