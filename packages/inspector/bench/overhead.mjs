/**
 * What the inspector costs an event: each way of watching beside none, in one process, in turns, so that all meet the same noise.
 *
 *   npx tsc -b packages && node packages/inspector/bench/overhead.mjs
 *
 * Time is the processor's, so that what else runs on the machine counts less. `ratio` is the median, over all rounds, of the time of
 * a way divided by that of no inspector in the same round.
 */
import { createMessaging } from 'holdfast';
import { assign, createActor, createMachine } from 'xstate';
import { createInspector } from '../dist/index.js';

const rounds = Number(process.env['ROUNDS'] ?? 60);
const events = Number(process.env['EVENTS'] ?? 4_000);

const counter = createMachine({
  id: 'counter',
  context: { n: 0 },
  on: { up: { actions: assign({ n: ({ context }) => context.n + 1 }) } },
});
const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: { closed: { on: { push: 'open' } }, open: { on: { push: 'closed' } } },
});
const instance = { id: 'bot', name: 'Bot', channelType: 'none' };

/** An actor that runs, with what `createMessaging({ inspect })` takes: nothing, a function, or who watches. */
function start(machine, inspect) {
  const actor = createActor(machine, typeof inspect === 'function' ? { inspect } : {});
  if (typeof inspect === 'object') inspect.watch(actor);
  return actor.start();
}

/** Of each, what is sent in turns. */
const subjects = {
  'a counter (one assign)': { make: (inspect) => start(counter, inspect), sends: [{ type: 'up' }] },
  'a door (a state change)': { make: (inspect) => start(door, inspect), sends: [{ type: 'push' }] },
  'an instance (failure, success)': {
    make: (inspect) => createMessaging({ inspect, observer: () => undefined }).startServer({ instance }).actor,
    sends: [{ type: 'notify.failure', reason: 'timeout' }, { type: 'notify.success' }],
    first: { type: 'notify.connected' },
  },
};

/** Who looks on: each returns what is given as `inspect`. */
const ways = {
  'no inspector': () => undefined,
  'no inspector, again': () => undefined,
  'watch, nobody looks': () => createInspector({ record: 'viewed' }),
  'an inspect that does nothing': () => () => undefined,
  'inspect, viewed, nobody looks': () => createInspector({ record: 'viewed' }).inspect,
  'inspect, always, nobody looks': () => createInspector().inspect,
  'watch, a viewer': () => {
    const inspector = createInspector({ record: 'viewed' });
    inspector.subscribe(() => undefined);
    return inspector;
  },
};

const shuffled = (list) =>
  list
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const [subject, { make, sends, first }] of Object.entries(subjects)) {
  const actors = Object.entries(ways).map(([name, way]) => ({ name, actor: make(way()), times: [] }));
  for (const { actor } of actors) if (first) actor.send(first);
  for (let round = -5; round < rounds; round += 1) {
    // In another order each time: whoever comes next pays for the garbage of the one before.
    for (const { actor, times } of shuffled(actors)) {
      const began = process.cpuUsage();
      for (let index = 0; index < events; index += 1) actor.send(sends[index % sends.length]);
      const { user, system } = process.cpuUsage(began);
      if (round >= 0) times.push((user + system) / events);
      await new Promise((resolve) => setImmediate(resolve)); // Viewers get their batch outside of the measurement.
    }
  }
  const [{ times: bare }] = actors;
  console.log(`\n${subject}, ${rounds} rounds of ${events} events`);
  for (const { name, times } of actors) {
    const ratio = median(times.map((time, round) => time / bare[round]));
    console.log(`  ${name.padEnd(32)} ${median(times).toFixed(2).padStart(6)} µs  ratio ${ratio.toFixed(2)}`);
  }
}
