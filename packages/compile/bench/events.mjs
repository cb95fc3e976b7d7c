/**
 * Processor time of an event: XState's interpreter against the compiled chart, in XState's actors and in light ones, in turns in one process,
 * with the production build; then what an actor takes.
 *
 *   npx tsc -b packages/compile && node --expose-gc packages/compile/bench/events.mjs
 */
import { assign, createActor, fromCallback, setup, spawnChild } from 'xstate';
import { compileMachine, createLightActor } from '../dist/index.js';

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
console.log('| an event with | interpreted | compiled | | compiled, light | |\n|---|--:|--:|--:|--:|--:|');
for (const [name, machine] of Object.entries(charts)) {
  const compiled = compileMachine(machine, { strict: true });
  const actors = [createActor(machine).start(), createActor(compiled).start(), createLightActor(compiled).start()];
  const times = [[], [], []];
  for (let round = -2; round < rounds; round += 1) {
    for (const [index, actor] of actors.entries()) {
      const time = nanosecondsOf(actor);
      if (round >= 0) times[index].push(time);
    }
  }
  const ratioOf = (index) => `${median(times[0].map((time, round) => time / times[index][round])).toFixed(1)} ×`;
  const [interpreted, inActors, inLight] = times.map((all) => `${median(all).toFixed(0)} ns`);
  console.log(`| ${name} | ${interpreted} | ${inActors} | ${ratioOf(1)} | ${inLight} | ${ratioOf(2)} |`);
}

function bytesOf(create, machine) {
  const actors = [create(machine).start()];
  globalThis.gc();
  const before = process.memoryUsage().heapUsed;
  for (let made = 0; made < 20_000; made += 1) actors.push(create(machine).start());
  globalThis.gc();
  return Math.round((process.memoryUsage().heapUsed - before) / (actors.length - 1));
}

if (globalThis.gc) {
  const alone = compileMachine(setup({}).createMachine({ initial: 'a', states: { a: { on: { go: 'b' } }, b: {} } }));
  const child = fromCallback(() => undefined);
  const entry = Array.from({ length: 4 }, (_, index) => spawnChild(child, { id: `child ${index}` }));
  const family = compileMachine(setup({}).createMachine({ entry }));
  console.log('\n| bytes, at rest | in XState’s actor | in a light one |\n|---|--:|--:|');
  for (const [name, machine] of Object.entries({ 'an actor': alone, 'an actor with four children': family })) {
    console.log(`| ${name} | ${bytesOf(createActor, machine)} | ${bytesOf(createLightActor, machine)} |`);
  }
}
