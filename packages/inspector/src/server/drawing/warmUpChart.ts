import { createMachine } from 'xstate';
import { chartOf } from '../../chartOf.ts';

/** A chart with everything in it that the layout has code for: it is drawn to make the engine ready, and nobody sees it. */
export const warmUpChart = chartOf(
  createMachine({
    id: 'warm-up',
    initial: 'apart',
    on: { reset: '.apart' },
    states: {
      apart: {
        initial: 'one',
        on: { join: { target: 'together', guard: 'isReady' }, leave: 'over' },
        states: {
          one: { on: { next: 'two', skip: 'three', stay: {} } },
          two: { on: { next: 'three', back: 'one' } },
          three: { on: { next: 'four', back: 'two' } },
          four: { on: { next: 'other', back: 'one' } },
          other: { after: { 100: 'one' }, on: { back: 'three' } },
        },
      },
      together: {
        type: 'parallel',
        on: { part: 'apart.other' },
        states: {
          left: { initial: 'on', states: { on: { on: { turn: 'off' } }, off: { on: { turn: 'on' } } } },
          right: {},
        },
      },
      over: { type: 'final' },
    },
  }),
);
