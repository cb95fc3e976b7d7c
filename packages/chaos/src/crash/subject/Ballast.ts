import { setTimeout as sleep } from 'node:timers/promises';
import type { Store } from 'holdfast';

const instanceId = 'ballast';
/** Large pieces first, then what still fits. Bytes. */
const sizes = [200_000, 20_000, 2_000, 200];
const restMs = 20;

/** Takes all the room that a store may have, and keeps it, as others who share a quota do. */
export class Ballast {
  readonly #store: Store;
  #isWanted = false;
  #count = 0;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Until `makeRoom`: what others free is taken as well. */
  async fill(): Promise<void> {
    this.#isWanted = true;
    while (this.#isWanted) {
      for (const size of sizes) await this.#fillWith('x'.repeat(size));
      await sleep(restMs);
    }
  }

  /** Also of what a process before this one has taken. */
  async makeRoom(): Promise<void> {
    this.#isWanted = false;
    await this.#store.commit([{ type: 'instance.forget', instanceId }]);
  }

  async #fillWith(externalMessageId: string): Promise<void> {
    let isFull = false;
    while (this.#isWanted && !isFull) {
      this.#count += 1;
      const key = `${this.#count}`;
      const put = { type: 'key.put', instanceId, key, receipt: { externalMessageId }, atMs: Date.now() } as const;
      isFull = await this.#store.commit([put]).then(
        () => false,
        () => true,
      );
    }
  }
}
