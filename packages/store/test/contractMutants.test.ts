import { ContractBrokenError, storeContract } from '@holdfast/testing/contracts';
import type { Store } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { memoryStore } from '../src/memory.ts';

type Mutate = (good: Store) => Partial<Store>;

const mutants: readonly (readonly [defect: string, caughtBy: string, mutate: Mutate])[] = [
  [
    'forgets the last change of a commit',
    'changes of one commit are applied in their order',
    (good) => ({
      commit: (changes) => good.commit(changes.length > 2 ? changes.slice(0, -1) : changes),
    }),
  ],
  [
    'applies what comes before a change that it refuses',
    'a commit with one change that cannot be stored applies none',
    (good) => ({
      commit: async (changes) => {
        for (const change of changes) await good.commit([change]);
      },
    }),
  ],
  [
    'shows half of a commit',
    'a read never shows half of a commit',
    (good) => ({
      commit: async (changes) => {
        await Promise.all(changes.map((change) => good.commit([change])));
      },
      load: async (instanceId, limits) => {
        const loaded = await good.load(instanceId, limits);
        return { ...loaded, handled: loaded.handled.slice(1) };
      },
    }),
  ],
  [
    'shows one instance what is another’s',
    'a key is answered with its receipt, and only for its instance',
    (good) => ({
      receipt: (_instanceId, key) => good.receipt('a', key),
    }),
  ],
  [
    'loads the oldest keys',
    'of keys and handled messages the newest are loaded, the oldest of them first',
    (good) => ({
      load: async (instanceId, limits) => {
        const all = await good.load(instanceId, { keys: 1_000, handled: limits.handled });
        return { ...all, keys: all.keys.slice(0, limits.keys) };
      },
    }),
  ],
  [
    'prunes letters that are being replayed',
    'a letter that is being replayed is never pruned, and takes no place of another',
    (good) => ({
      prune: async (request) => {
        const { letters } = await good.deadLetters.list();
        await good.commit(letters.map(({ instanceId, id }) => ({ type: 'deadLetter.remove', instanceId, id })));
        return good.prune(request);
      },
    }),
  ],
  ['answers after close', 'what is asked after close is refused, all of it', () => ({ instances: async () => [] })],
  [
    'closes once',
    'close may be called twice, at once and later',
    (good) => {
      let isClosed = false;
      return {
        close: async () => {
          if (isClosed) throw new Error('closed');
          isClosed = true;
          await good.close();
        },
      };
    },
  ],
  [
    'keeps handled messages for ever',
    'whatever is committed, pruned and reopened, it holds what a plain list of it would hold',
    (good) => ({
      prune: ({ handledBeforeMs: _, ...request }) => good.prune(request),
    }),
  ],
  [
    'takes any limit',
    'limits that are no whole numbers from 0 are refused',
    (good) => ({
      load: (instanceId) => good.load(instanceId, { keys: 1, handled: 1 }),
    }),
  ],
  [
    'says nothing about a bad page',
    'a limit of 0 is refused',
    (good) => ({
      deadLetters: {
        list: async () => ({ letters: [], next: null }),
        get: (...args) => good.deadLetters.get(...args),
        count: (...args) => good.deadLetters.count(...args),
      },
    }),
  ],
];

function facts(mutate: Mutate) {
  return storeContract({
    isDurable: false,
    place: async () => ({
      open: async () => {
        const good = memoryStore();
        return Object.assign(boundTo(good), mutate(good));
      },
      remove: async () => undefined,
    }),
  });
}

/** Private fields are found on the store itself and on nothing that is made from it. */
function boundTo(good: Store): Store {
  return {
    commit: (changes) => good.commit(changes),
    instances: () => good.instances(),
    load: (...args) => good.load(...args),
    receipt: (...args) => good.receipt(...args),
    deadLetters: good.deadLetters,
    prune: (request) => good.prune(request),
    close: () => good.close(),
    [Symbol.asyncDispose]: () => good[Symbol.asyncDispose](),
  };
}

describe('a store', () => {
  it.each(mutants)('that %s is caught by the fact "%s"', async (_defect, caughtBy, mutate) => {
    const fact = facts(mutate).find(({ title }) => title === caughtBy);
    const outcome = await fact?.run().then(
      () => 'held',
      (error: unknown) => error,
    );
    expect(String(outcome)).not.toBe('held');
    expect(outcome).toBeInstanceOf(Error);
  });

  it('without a defect is caught by none of these facts', async () => {
    const known = facts(() => ({}));
    for (const [, caughtBy] of mutants) await known.find(({ title }) => title === caughtBy)?.run();
  });

  it('is found broken by name, and not by accident', async () => {
    const fact = facts(() => ({ instances: async () => ['nobody'] })).find(({ title }) => title.startsWith('an empty'));
    await expect(fact?.run()).rejects.toThrow(ContractBrokenError);
  });

  it('has facts whose titles tell them apart', () => {
    const titles = facts(() => ({})).map(({ title }) => title);
    expect(titles).toHaveLength(84);
    expect(new Set(titles).size).toBe(84);
  });
});
