import type { DeadLetter, PruneRequest, Store, StoreChange, StoredInstance } from 'holdfast';

interface Instance {
  outbox: StoredInstance['outbox'];
  keys: StoredInstance['keys'];
  handled: readonly { readonly id: string; readonly atMs: number }[];
  cursor: StoredInstance['cursor'];
  snapshot: StoredInstance['snapshot'];
  letters: readonly DeadLetter[];
}

/** What a store should hold, in the plainest way: lists, and one rule for each change. */
export class StoreModel {
  readonly #instances = new Map<string, Instance>();

  commit(changes: readonly StoreChange[]): void {
    for (const change of changes) this.#apply(change);
  }

  prune({ keepKeys, handledBeforeMs, keepDeadLetters }: PruneRequest): void {
    for (const instance of this.#instances.values()) {
      if (keepKeys !== undefined) instance.keys = newest(instance.keys, keepKeys);
      if (handledBeforeMs !== undefined)
        instance.handled = instance.handled.filter(({ atMs }) => atMs >= handledBeforeMs);
      if (keepDeadLetters !== undefined) {
        const kept = newest(
          instance.letters.filter(({ state }) => state !== 'replaying'),
          keepDeadLetters,
        );
        instance.letters = instance.letters.filter((letter) => letter.state === 'replaying' || kept.includes(letter));
      }
    }
  }

  /** The whole content, in the form of `contentOf`. */
  content(): unknown {
    const entries = [...this.#instances].sort(([a], [b]) => (a < b ? -1 : 1));
    return entries.map(([id, { outbox, keys, handled, cursor, snapshot, letters }]) => ({
      id,
      outbox: [...outbox].sort((a, b) => a.sequence - b.sequence),
      keys: [...keys].sort((a, b) => a.atMs - b.atMs),
      handled: [...handled].sort((a, b) => a.atMs - b.atMs).map((message) => message.id),
      cursor,
      snapshot,
      letters: [...letters].sort((a, b) => b.atMs - a.atMs).map((letter) => ({ ...letter, instanceId: id })),
    }));
  }

  #apply(change: StoreChange): void {
    const { instanceId } = change;
    const instance = this.#instances.get(instanceId);
    switch (change.type) {
      case 'outbox.put': {
        const { entry } = change;
        const at = this.#at(instanceId);
        at.outbox = [...at.outbox.filter(({ jobId }) => jobId !== entry.jobId), entry];
        break;
      }
      case 'outbox.remove':
        if (instance) instance.outbox = instance.outbox.filter(({ jobId }) => jobId !== change.jobId);
        break;
      case 'key.put': {
        const { key, receipt, atMs } = change;
        const at = this.#at(instanceId);
        at.keys = [...at.keys.filter((other) => other.key !== key), { key, receipt, atMs }];
        break;
      }
      case 'handled.put': {
        const { messageId: id, atMs } = change;
        const at = this.#at(instanceId);
        at.handled = [...at.handled.filter((other) => other.id !== id), { id, atMs }];
        break;
      }
      case 'cursor.put':
        this.#at(instanceId).cursor = change.cursor;
        break;
      case 'snapshot.put':
        this.#at(instanceId).snapshot = change.snapshot;
        break;
      case 'snapshot.remove':
        if (instance) instance.snapshot = null;
        break;
      case 'instance.forget':
        this.#instances.delete(instanceId);
        break;
      default:
        this.#applyToLetters(change);
    }
  }

  #applyToLetters(change: Extract<StoreChange, { type: `deadLetter.${string}` }>): void {
    const instance = this.#instances.get(change.instanceId);
    if (change.type === 'deadLetter.put') {
      const at = this.#at(change.instanceId);
      at.letters = [...at.letters.filter(({ id }) => id !== change.letter.id), change.letter];
    } else if (instance && change.type === 'deadLetter.remove') {
      instance.letters = instance.letters.filter(({ id }) => id !== change.id);
    } else if (instance && change.type === 'deadLetter.mark') {
      const { id, state } = change;
      instance.letters = instance.letters.map((letter) => (letter.id === id ? { ...letter, state } : letter));
    }
  }

  #at(instanceId: string): Instance {
    const instance = this.#instances.get(instanceId) ?? {
      outbox: [],
      keys: [],
      handled: [],
      cursor: null,
      snapshot: null,
      letters: [],
    };
    this.#instances.set(instanceId, instance);
    return instance;
  }
}

function newest<Item extends { readonly atMs: number }>(items: readonly Item[], count: number): Item[] {
  return [...items].sort((a, b) => b.atMs - a.atMs).slice(0, count);
}

/** All that a store shows, by every way of reading. */
export async function contentOf(store: Store): Promise<unknown> {
  const ids = await store.instances();
  return Promise.all(
    ids.map(async (id) => {
      const instance = await store.load(id, { keys: 1_000, handled: 1_000 });
      const { letters } = await store.deadLetters.list({ instanceId: id, limit: 1_000 });
      return { id, ...instance, letters };
    }),
  );
}
