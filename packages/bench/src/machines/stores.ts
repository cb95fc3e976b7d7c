import { createStore } from '@xstate/store';
import type { Observer } from 'holdfast';
import type { MachineKind, Machines, Setting, Stretch } from './Machines.ts';
import {
  afterConnected,
  afterDisconnected,
  afterFailure,
  afterSuccess,
  createPlainContext,
  hasFailures,
  isLastFailure,
  type PlainContext,
  publishConnected,
  publishConnecting,
  publishDisconnected,
  publishError,
  publishFailureCounted,
  publishRecovered,
  publishStarted,
} from './plainModel.ts';
import type { Traffic } from './traffic.ts';

export const xstateStore: MachineKind = {
  name: 'store',
  label: '@xstate/store',
  open: (setting) => new Stores(setting),
};

type StoreContext = PlainContext & { readonly status: string };

/** It has no states: the status is a field. What it publishes are effects, which run after the update. */
function storeOf(id: string, observer: Observer) {
  const context: StoreContext = { ...createPlainContext(id, observer), status: 'starting' };
  publishStarted(context);
  return createStore({
    context,
    on: {
      connecting: (before, _event, enqueue) => {
        const after = { ...before, status: 'connecting' };
        enqueue.effect(() => publishConnecting(after));
        return after;
      },
      connected: (before, _event, enqueue) => {
        const after = { ...before, ...afterConnected(before), status: 'connected' };
        enqueue.effect(() => publishConnected(after));
        return after;
      },
      disconnected: (before, _event, enqueue) => {
        const after = { ...before, ...afterDisconnected(before), status: 'disconnected' };
        enqueue.effect(() => publishDisconnected(after));
        return after;
      },
      failure: (before, _event, enqueue) => {
        const isLast = before.status !== 'error' && isLastFailure(before);
        const after = { ...before, ...afterFailure(before), status: isLast ? 'error' : before.status };
        enqueue.effect(() => publishFailureCounted(after));
        if (isLast) enqueue.effect(() => publishError(after));
        return after;
      },
      success: (before, _event, enqueue) => {
        if (!hasFailures(before)) return before;
        const after = { ...before, ...afterSuccess(before) };
        enqueue.effect(() => publishRecovered(after));
        return after;
      },
    },
  });
}

type Store = ReturnType<typeof storeOf>;

class Stores implements Machines {
  readonly #stores: ReadonlyMap<string, Store>;
  readonly #first: Store;

  constructor({ ids, observer }: Setting) {
    this.#stores = new Map(ids.map((id) => [id, storeOf(id, observer)]));
    this.#first = this.#storeOf(ids[0] ?? '');
    this.#first.send({ type: 'connected' });
  }

  success(times: number): void {
    for (let count = 0; count < times; count += 1) this.#first.send({ type: 'success' });
  }

  failureSuccess(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.send({ type: 'failure' });
      this.#first.send({ type: 'success' });
    }
  }

  connection(times: number): void {
    for (let count = 0; count < times; count += 2) {
      this.#first.send({ type: 'connected' });
      this.#first.send({ type: 'disconnected' });
    }
  }

  mixed({ ids, kinds, mask }: Traffic, { from, times }: Stretch): void {
    for (let place = from; place < from + times; place += 1) {
      const store = this.#stores.get(ids[place & mask] ?? '');
      switch (kinds[place & mask]) {
        case 'connecting':
          store?.send({ type: 'connecting' });
          break;
        case 'connected':
          store?.send({ type: 'connected' });
          break;
        case 'disconnected':
          store?.send({ type: 'disconnected' });
          break;
        case 'failure':
          store?.send({ type: 'failure' });
          break;
        case 'success':
          store?.send({ type: 'success' });
      }
    }
  }

  stateOf(id: string) {
    const { consecutiveFailures, lastError, status } = this.#storeOf(id).getSnapshot().context;
    return { status, consecutiveFailures, lastError };
  }

  close(): void {
    // It holds nothing but memory.
  }

  #storeOf(id: string): Store {
    const store = this.#stores.get(id);
    if (!store) throw new RangeError(`There is no instance "${id}".`);
    return store;
  }
}
