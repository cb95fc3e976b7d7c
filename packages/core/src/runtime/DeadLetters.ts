import { InvalidInputError } from '../errors.ts';
import type {
  DeadLetterFilter,
  DeadLetterPage,
  DeadLetterQuery,
  DeadLetterState,
  Store,
  StoreChange,
  StoredDeadLetter,
} from '../ports/store.ts';
import type { InstanceServer } from './InstanceServer.ts';
import type { Replay } from './Replays.ts';

/** Letters that one commit takes away. */
const purgedAtOnce = 500;

/** The messages that were given up: those that could not be sent, and those that `onMessage` would not take. */
export class DeadLetters {
  readonly #store: Store;
  readonly #instance: (id: string) => InstanceServer;

  constructor(store: Store, instance: (id: string) => InstanceServer) {
    this.#store = store;
    this.#instance = instance;
  }

  /** The newest first, page by page. Rejects with `InvalidInputError` for a bad `limit` or `after`. */
  list(query: DeadLetterQuery = {}): Promise<DeadLetterPage> {
    return this.#store.deadLetters.list(query);
  }

  /** Null when it is not there. */
  get(instanceId: string, id: string): Promise<StoredDeadLetter | null> {
    return this.#store.deadLetters.get(instanceId, id);
  }

  count(filter: DeadLetterFilter = {}): Promise<number> {
    return this.#store.deadLetters.count(filter);
  }

  /**
   * Sends a message once more under its old idempotency key and without its old `expiresAt`, or hands it to `onMessage` once
   * more. Resolves when that is certain to happen, in a later process if need be; the letter is gone when it has succeeded, and
   * dead again when it has not. Called while it is on its way it joins. Rejects with `InstanceNotFoundError` when the instance
   * does not run, with `InvalidInputError` when there is no such letter, and as `enqueue` does.
   */
  async replay(instanceId: string, id: string): Promise<Replay> {
    const server = this.#instance(instanceId);
    return server.replay(await this.#find(instanceId, id));
  }

  /** Keeps it, as one that was seen to: retention still applies. Rejects with `InvalidInputError` when it is not there or on its way. */
  archive(instanceId: string, id: string): Promise<void> {
    return this.#change(instanceId, id, { type: 'deadLetter.mark', instanceId, id, state: 'archived' });
  }

  /** Takes one away for good. Rejects as `archive` does. */
  remove(instanceId: string, id: string): Promise<void> {
    return this.#change(instanceId, id, { type: 'deadLetter.remove', instanceId, id });
  }

  /** Takes away for good all that the filter fits, but for those that are on their way once more. Resolves with how many. */
  async purge(filter: DeadLetterFilter): Promise<number> {
    let count = 0;
    let after: string | undefined;
    do {
      const page = await this.#store.deadLetters.list({ ...filter, limit: purgedAtOnce, after });
      const gone = page.letters.filter(({ state }) => state !== 'replaying');
      await this.#store.commit(
        gone.map(({ instanceId, id }): StoreChange => ({ type: 'deadLetter.remove', instanceId, id })),
      );
      count += gone.length;
      after = page.next ?? undefined;
    } while (after !== undefined);
    return count;
  }

  async #change(instanceId: string, id: string, change: StoreChange): Promise<void> {
    const { state } = await this.#find(instanceId, id);
    if (state === 'replaying') throw refusedLetter(instanceId, id, state);
    await this.#store.commit([change]);
  }

  async #find(instanceId: string, id: string): Promise<StoredDeadLetter> {
    const letter = await this.#store.deadLetters.get(instanceId, id);
    if (letter) return letter;
    throw refusedLetter(instanceId, id);
  }
}

function refusedLetter(instanceId: string, id: string, state?: DeadLetterState): InvalidInputError {
  const expected = state
    ? `a dead letter that is not on its way: wait for the replay of "${id}" to settle`
    : `the id of a dead letter of instance "${instanceId}" (deadLetters.list() has them)`;
  return new InvalidInputError('call', [{ path: 'id', expected, received: state ?? `"${id}"` }]);
}
