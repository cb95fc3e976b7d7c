import type { Store } from 'holdfast';
import { afterEach, beforeEach, describe } from 'vitest';
import { closingFacts } from './closingFacts.ts';
import { deadLetterFacts } from './deadLetterFacts.ts';
import { inputFacts } from './inputFacts.ts';
import { instanceFacts } from './instanceFacts.ts';
import { modelFacts } from './modelFacts.ts';
import { orderFacts } from './orderFacts.ts';
import { pruningFacts } from './pruningFacts.ts';
import type { Implementation, StorePlace, Subject } from './StorePlace.ts';

/** All that a store has to hold, on one implementation. */
export function storeContract(implementation: Implementation): void {
  describe(`${implementation.title} keeps the contract of a store`, () => {
    let place: StorePlace;
    let store: Store;
    const subject: Subject = {
      implementation,
      get store() {
        return store;
      },
      async reopen() {
        if (!implementation.isDurable) return store;
        await store.close();
        store = await place.open();
        return store;
      },
    };

    beforeEach(async () => {
      place = await implementation.place();
      store = await place.open();
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    for (const facts of [instanceFacts, orderFacts, deadLetterFacts, pruningFacts, inputFacts, closingFacts]) {
      facts(subject);
    }
    modelFacts(subject);
  });
}
