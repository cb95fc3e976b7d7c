import { assign, setup } from 'xstate';
import { limits } from './LoginSession.ts';

/** What a login should do, and nothing of how. */
export const loginMachine = setup({
  types: {
    context: {} as { readonly wrong: number },
    events: {} as { readonly type: 'logIn'; readonly password: string } | { readonly type: 'logOut' },
  },
  guards: {
    isRight: ({ event }) => event.type === 'logIn' && event.password === 'right',
    isLastTry: ({ context }) => context.wrong + 1 >= limits.tries,
  },
  actions: {
    forget: assign({ wrong: 0 }),
    count: assign({ wrong: ({ context }) => context.wrong + 1 }),
  },
  delays: { lock: limits.lockMs },
}).createMachine({
  id: 'login',
  context: { wrong: 0 },
  initial: 'loggedOut',
  states: {
    loggedOut: {
      on: {
        logIn: [
          { guard: 'isRight', target: 'loggedIn', actions: 'forget' },
          { guard: 'isLastTry', target: 'locked' },
          { actions: 'count' },
        ],
      },
    },
    loggedIn: { on: { logOut: 'loggedOut' } },
    locked: { after: { lock: { target: 'loggedOut', actions: 'forget' } } },
  },
});
