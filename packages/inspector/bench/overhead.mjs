/**
 * What the inspector costs an event: each way of watching beside none, in one process, in turns, so that all meet the same noise.
 *
 *   npx tsc -b packages && node packages/inspector/bench/overhead.mjs
 *
 * Time is the processor's, so that what else runs on the machine counts less. `ratio` is the median, over all rounds, of the time of
 * a way divided by that of no inspector in the same round.
 */
import { instanceMachine } from 'holdfast';
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

/** Of each, what is sent in turns. */
const subjects = {
  'a counter (one assign)': { make: (options) => createActor(counter, options), sends: [{ type: 'up' }] },
  'a door (a state change)': { make: (options) => createActor(door, options), sends: [{ type: 'push' }] },
  'an instance (failure, success)': {
    make: (options) => createActor(instanceMachine, { ...options, input: { instance, observer: () => undefined } }),
    sends: [{ type: 'notify.failure', reason: 'timeout' }, { type: 'notify.success' }],
    first: { type: 'notify.connected' },
  },
};

/** Each returns an actor that runs, watched in one way. */
const ways = {
  'no inspector': (make) => make({}).start(),
  'no inspector, again': (make) => make({}).start(),
  'watch, nobody looks': (make) => {
    const actor = make({}).start();
    createInspector({ record: 'viewed' }).watch(actor);
    return actor;
  },
  'an inspect that does nothing': (make) => make({ inspect: () => undefined }).start(),
  'inspect, viewed, nobody looks': (make) => make({ inspect: createInspector({ record: 'viewed' }).inspect }).start(),
  'inspect, always, nobody looks': (make) => make({ inspect: createInspector().inspect }).start(),
  'watch, a viewer': (make) => {
    const actor = make({}).start();
    const inspector = createInspector({ record: 'viewed' });
    inspector.watch(actor);
    inspector.subscribe(() => undefined);
    return actor;
  },
};

const shuffled = (list) =>
  list
    .map((item) => ({ item, place: Math.random() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ item }) => item);
const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const [subject, { make, sends, first }] of Object.entries(subjects)) {
  const actors = Object.entries(ways).map(([name, watch]) => ({ name, actor: watch(make), times: [] }));
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
