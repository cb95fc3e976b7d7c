import { assign, fromPromise, setup } from 'xstate';

/** A request that is tried again after a while, three times. */
export const fetchMachine = setup({
  types: { context: {} as { readonly tries: number }, events: {} as { type: 'fetch' } },
  actors: { request: fromPromise(() => Promise.resolve('the answer')) },
  guards: { mayTryAgain: ({ context }, { limit }: { limit: number }) => context.tries < limit },
  delays: { backoff: ({ context }) => 100 * 2 ** context.tries },
}).createMachine({
  id: 'fetch',
  context: { tries: 0 },
  initial: 'idle',
  states: {
    idle: { on: { fetch: 'loading' } },
    loading: {
      entry: assign({ tries: ({ context }) => context.tries + 1 }),
      invoke: { id: 'request', src: 'request', onDone: 'success', onError: 'failed' },
    },
    failed: {
      always: { target: 'givenUp', guard: { type: 'mayTryAgain', params: { limit: 0 } } },
      after: { backoff: { target: 'loading', guard: { type: 'mayTryAgain', params: { limit: 3 } } } },
    },
    success: { type: 'final' },
    givenUp: { type: 'final' },
  },
});
