import { setup } from 'xstate';

/** Nested states: a light that lets pedestrians cross while it is red, and blinks when the power has failed. */
export const trafficLight = setup({
  types: { events: {} as { type: 'tick' | 'blink' | 'powerOutage' | 'powerRestored' } },
}).createMachine({
  id: 'light',
  initial: 'green',
  on: { powerOutage: '.dark' },
  states: {
    green: { on: { tick: 'yellow' } },
    yellow: { after: { 1000: 'red' } },
    red: {
      initial: 'walk',
      states: {
        walk: { on: { tick: 'wait' } },
        wait: { on: { tick: { target: 'stop', guard: ({ event }) => event.type === 'tick' } } },
        stop: { type: 'final' },
      },
      onDone: 'green',
    },
    dark: { on: { powerRestored: 'red' } },
  },
});
