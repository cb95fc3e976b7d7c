/**
 * Processor time of an event: XState's interpreter against the compiled chart, in turns in one process, with the production build.
 *
 *   npx tsc -b packages/compile && node packages/compile/bench/events.mjs
 */
import { assign, createActor, setup } from 'xstate';
import { compileMachine } from '../dist/index.js';

const rounds = 15;
const eventsARound = 100_000;

const typed = setup({
  actions: { note: () => undefined, count: assign({ count: ({ context }) => context.count + 1 }) },
  guards: { isEven: ({ context }) => context.count % 2 === 0, never: () => false },
});
const context = { count: 0 };

const charts = {
  'an event that nobody handles': typed.createMachine({ context, initial: 'a', states: { a: { on: { other: 'a' } } } }),
  'a guard that does not hold': typed.createMachine({ context, on: { go: { guard: 'never', actions: 'note' } } }),
  'one action': typed.createMachine({ context, on: { go: { actions: 'note' } } }),
  'one assign': typed.createMachine({ context, on: { go: { actions: 'count' } } }),
  'to another state, one assign': typed.createMachine({
    context,
    initial: 'a',
    states: {
      a: { on: { go: { target: 'b', actions: 'count' } } },
      b: { on: { go: { target: 'a', actions: 'count' } } },
    },
  }),
  'three levels, guarded, with entries and exits': typed.createMachine({
    context,
    initial: 'in',
    states: {
      in: {
        initial: 'a',
        entry: 'note',
        states: { a: { initial: 'x', exit: 'note', states: { x: { entry: 'note', exit: 'count' } } } },
        on: { go: [{ guard: 'never', target: 'in' }, { target: 'out' }] },
      },
      out: { entry: 'note', on: { go: { target: 'in', actions: 'note' } } },
    },
  }),
  'two regions': typed.createMachine({
    context,
    type: 'parallel',
    states: {
      left: { initial: 'a', states: { a: { on: { go: 'b' } }, b: { on: { go: 'a' } } } },
      right: { initial: 'a', states: { a: { on: { go: { target: 'b', actions: 'count' } } }, b: { on: { go: 'a' } } } },
    },
  }),
};

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];

function nanosecondsOf(actor) {
  const before = process.cpuUsage();
  for (let index = 0; index < eventsARound; index += 1) actor.send({ type: 'go' });
  const { system, user } = process.cpuUsage(before);
  return ((system + user) * 1_000) / eventsARound;
}

console.log(`Node ${process.version}; medians of ${rounds} rounds of ${eventsARound} events\n`);
console.log('| an event with | interpreted | compiled | |\n|---|--:|--:|--:|');
for (const [name, machine] of Object.entries(charts)) {
  const actors = [createActor(machine).start(), createActor(compileMachine(machine, { strict: true })).start()];
  const times = [[], []];
  for (let round = -2; round < rounds; round += 1) {
    for (const [index, actor] of actors.entries()) {
      const time = nanosecondsOf(actor);
      if (round >= 0) times[index].push(time);
    }
  }
  const ratio = median(times[0].map((time, round) => time / times[1][round]));
  const [interpreted, compiled] = times.map((all) => `${median(all).toFixed(0)} ns`);
  console.log(`| ${name} | ${interpreted} | ${compiled} | ${ratio.toFixed(1)} × |`);
}
