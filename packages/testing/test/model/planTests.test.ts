import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine, fromPromise, raise, sendTo, setup } from 'xstate';
import { getShortestPaths, getSimplePaths } from 'xstate/graph';
import { ModelError, type PlanOptions, planTests, type TestPlan } from '../../src/model/index.ts';
import { fetchMachine } from '../chart/fetchMachine.ts';
import { mediaPlayer } from '../chart/mediaPlayer.ts';
import { trafficLight } from '../chart/trafficLight.ts';
import { coverageOf } from './coverageOf.ts';

const namesOf = ({ paths }: TestPlan): readonly string[][] => paths.map(({ steps }) => steps.map(({ name }) => name));

const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: {
    closed: { on: { open: 'opened', lock: { target: 'locked', guard: ({ event }) => event['key'] === 'right' } } },
    opened: { on: { close: 'closed' }, after: { 5000: 'closed' } },
    locked: { on: { unlock: 'closed', demolish: 'gone' } },
    gone: { type: 'final' },
  },
});
const region = (event: string): object => ({
  initial: 'a',
  states: { a: { on: { [event]: 'b' } }, b: { on: { [event]: 'a' } } },
});
const fourRegions = createMachine({
  id: 'four',
  type: 'parallel',
  states: { one: region('1'), two: region('2'), three: region('3'), four: region('4') },
});
const keys = { lock: [{ key: 'wrong' }, { key: 'right' }] };

describe('a plan', () => {
  it('covers every transition in few paths, with names that say what happens and why', () => {
    const plan = planTests(door, { events: keys });
    expect(namesOf(plan)).toEqual([
      [
        'closed → opened by open',
        'opened → closed by waiting 5000 ms',
        'closed → locked by lock [key: right]',
        'locked → closed by unlock',
        'closed → opened by open',
        'opened → closed by close',
        'closed → locked by lock [key: right]',
        'locked → gone by demolish',
      ],
    ]);
    expect(plan).toMatchObject({ covered: 6, total: 6, missing: [], isExhaustive: true, steps: 8 });
    expect(plan.paths[0]?.name).toBe('locked → gone by demolish, after 7 steps');
  });

  it('is the same when it is made again', () => {
    expect(planTests(mediaPlayer, { cover: 'pairs' })).toEqual(planTests(mediaPlayer, { cover: 'pairs' }));
  });

  it('covers on request that each guard holds and does not', () => {
    const plan = planTests(door, { events: keys, cover: 'guards' });
    expect(plan).toMatchObject({ covered: 8, total: 8 });
    expect(namesOf(plan).flat()).toContain('closed stays by lock [key: wrong]');
  });

  it('covers on request every transition after every other', () => {
    const plan = planTests(door, { events: keys, cover: 'pairs' });
    const { pairs } = coverageOf(door, plan).toJSON();
    // After each of the three ways into `closed` both ways out; from `opened` and `locked` two each.
    expect(Object.keys(pairs)).toHaveLength(10);
    expect(plan).toMatchObject({ covered: 16, total: 16, missing: [] });
  });

  it('names what no path leads to, and no payload makes true', () => {
    const plan = planTests(door, { events: { lock: [{ key: 'wrong' }] } });
    expect(plan.missing).toEqual([
      'closed → locked by lock [inline]',
      'locked → closed by unlock',
      'locked → gone by demolish',
    ]);
    expect(plan.isExhaustive).toBe(true);
  });

  it('makes a path per end of the machine, and none that others make needless', () => {
    const forks = createMachine({
      id: 'forks',
      initial: 'a',
      states: { a: { on: { one: 'b', two: 'c', go: 'a' } }, b: { type: 'final' }, c: { type: 'final' } },
    });
    expect(namesOf(planTests(forks))).toEqual([['a stays by go', 'a → b by one'], ['a → c by two']]);
  });

  it('ends a path at the bound, and goes beyond it for what is further away', () => {
    const line = createMachine({
      id: 'line',
      initial: 'a',
      states: { a: { on: { go: 'b', back: 'a' } }, b: { on: { go: 'c' } }, c: { on: { go: 'a' } } },
    });
    const lengths = planTests(line, { bounds: { steps: 2 } }).paths.map(({ steps }) => steps.length);
    expect(Math.max(...lengths)).toBe(3);
    expect(planTests(line, { bounds: { steps: 2 } }).missing).toEqual([]);
    expect(planTests(line).paths).toHaveLength(1);
  });

  it.each(['states', 'steps'])('refuses a bound on %s that is no number from 1, and says so', (name) => {
    expect(() => planTests(door, { bounds: { [name]: 0 } })).toThrow(
      new ModelError(`Expected bounds.${name} to be a whole number from 1, got 0.`),
    );
  });
});

describe('a counter in the context', () => {
  const counter = setup({ types: { context: {} as { n: number } } }).createMachine({
    id: 'counter',
    context: { n: 0 },
    initial: 'on',
    states: {
      on: {
        on: {
          add: { actions: assign({ n: ({ context }) => context.n + 1 }) },
          end: { target: 'off', guard: ({ context }) => context.n >= 3 },
          never: { target: 'off', guard: () => false },
        },
      },
      off: {},
    },
  });

  it('does not keep the search from ending, and the plan says that it was cut off', () => {
    const plan = planTests(counter, { bounds: { states: 50 } });
    expect(plan).toMatchObject({ isExhaustive: false, missing: ['on → off by never [inline]'] });
  });

  it('is told by a projection when it matters no more', () => {
    const plan = planTests(counter, { project: ({ context }) => Math.min(context.n, 3) });
    expect(plan).toMatchObject({ isExhaustive: true, states: 5, missing: ['on → off by never [inline]'] });
  });

  it('is counted as it is, though a projection leaves it out: each path really leads where it says', () => {
    const plan = planTests(counter, { project: ({ context }) => context.n >= 3 });
    expect(plan.covered).toBe(1);
    expect(coverageOf(counter, plan).report().transitions.covered).toBe(1);
  });
});

it('a projection that leaves out what matters costs another path, and makes none wrong', () => {
  const machine = setup({ types: { context: {} as { n: number } } }).createMachine({
    id: 'm',
    context: { n: 0 },
    initial: 'a',
    states: {
      a: { on: { go: 'b' } },
      b: {
        on: {
          back: { target: 'a', actions: assign({ n: ({ context }) => context.n + 1 }) },
          first: { target: 'c', guard: ({ context }) => context.n === 0 },
        },
      },
      c: {},
    },
  });
  const plan = planTests(machine, { project: () => null });
  expect(namesOf(plan)).toEqual([
    ['a → b by go', 'b → a by back', 'a → b by go', 'b stays by first'],
    ['a → b by go', 'b → c by first'],
  ]);
  expect(plan).toMatchObject({ covered: 3, total: 3, missing: [] });
  expect(coverageOf(machine, plan).report().transitions.missing).toEqual([]);
});

it('a way that turns out otherwise is left where it does, and gone from the beginning', () => {
  const machine = setup({ types: { context: {} as { n: number } } }).createMachine({
    id: 'm',
    context: { n: 0 },
    initial: 's',
    states: {
      s: {
        on: {
          go: { target: 't', guard: ({ context }) => context.n === 0 },
          add: { actions: assign({ n: ({ context }) => context.n + 1 }) },
        },
      },
      t: { on: { back: 's', deep: 'v' } },
      v: {},
    },
  });
  expect(namesOf(planTests(machine, { project: () => null }))).toEqual([
    ['s → t by go', 't → s by back', 's stays by add', 's stays by go'],
    ['s → t by go', 't → v by deep'],
  ]);
});

it('what a history state remembers makes another state', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'a',
    states: {
      a: {
        initial: 'one',
        on: { pause: 'off' },
        states: { one: { on: { next: 'two' } }, two: { on: { back: 'one' } }, before: { type: 'history' } },
      },
      off: { on: { resume: 'a.before' } },
    },
  });
  const { pairs } = coverageOf(machine, planTests(machine, { cover: 'pairs' })).toJSON();
  const after = Object.keys(pairs).filter((pair) => pair.startsWith('m.off|resume|0\n'));
  expect(after.map((pair) => pair.split('\n')[1]).sort()).toEqual(['m.a.one|next|0', 'm.a.two|back|0', 'm.a|pause|0']);
});

describe('time', () => {
  it('passes until the next timer, which comes first', () => {
    const race = createMachine({
      id: 'race',
      initial: 'on',
      states: { on: { after: { 100: 'early', 200: 'late' } }, early: {}, late: {} },
    });
    expect(planTests(race).missing).toEqual(['on → late by after 200 ms']);
  });

  it('is one for all regions, and for what is raised or sent with a delay', () => {
    const machine = createMachine({
      id: 'm',
      type: 'parallel',
      states: {
        a: {
          initial: 'one',
          entry: raise({ type: 'ring' }, { delay: 30 }),
          states: { one: { after: { 10: 'two' } }, two: { on: { ring: 'three' } }, three: {} },
        },
        b: {
          initial: 'one',
          entry: sendTo(({ self }) => self, { type: 'knock' }, { delay: 20 }),
          states: { one: { on: { knock: { target: 'two' } } }, two: {} },
        },
      },
    });
    const timed = planTests(machine, { events: { ring: [], knock: [] } });
    expect(namesOf(timed)).toEqual([
      ['a.one → a.two by waiting 10 ms', 'b.one → b.two by waiting 10 ms', 'a.two → a.three by waiting 10 ms'],
    ]);
  });

  it('that has passed for one of several timers leaves the others as they are', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      entry: [raise({ type: 'ring' }, { delay: 10 }), raise({ type: 'ring' }, { delay: 30 })],
      states: {
        a: { on: { ring: { target: 'b', actions: raise({ type: 'ring' }, { delay: 5 }) } } },
        b: { on: { ring: 'c' } },
        c: { on: { ring: 'd' } },
        d: {},
      },
    });
    expect(namesOf(planTests(machine, { events: { ring: [] } }))).toEqual([
      ['a → b by waiting 10 ms', 'b → c by waiting 5 ms', 'c → d by waiting 15 ms'],
    ]);
  });

  it('that never ends within one wait is an error', () => {
    const endless = createMachine({
      id: 'endless',
      initial: 'a',
      states: { a: { after: { 0: 'b' } }, b: { after: { 0: 'a' } } },
    });
    expect(() => planTests(endless)).toThrow('1000 timers of "endless" run in 0 ms: one arms the next without end.');
  });
});

describe('actors', () => {
  it('are done and fail when a path says so, with the output that was named', () => {
    const ask = fromPromise(() => Promise.reject(new Error('nothing is run')));
    const machine = setup({ actors: { ask } }).createMachine({
      id: 'm',
      initial: 'asking',
      states: {
        asking: {
          invoke: {
            id: 'ask',
            src: 'ask',
            onDone: [{ guard: ({ event }) => event.output === 42, target: 'right' }, { target: 'wrong' }],
            onError: 'wrong',
          },
        },
        right: {},
        wrong: {},
      },
    });
    const plan = planTests(machine, { events: { 'xstate.done.actor.ask': [{ output: 42 }, { output: 7 }] } });
    expect(namesOf(plan).flat()).toEqual([
      'asking → right by done(ask) [output: 42]',
      'asking → wrong by done(ask) [output: 7]',
      'asking → wrong by error(ask) [error: planned]',
    ]);
  });

  it('report nothing before they are there, and nothing of theirs is run', () => {
    let started = 0;
    const run = (): void => {
      started += 1;
    };
    const machine = setup({ actions: { run } }).createMachine({
      entry: 'run',
      id: 'm',
      initial: 'a',
      on: { 'xstate.error.actor.worker': { actions: 'run' } },
      states: { a: {} },
    });
    expect(planTests(machine as AnyStateMachine).missing).toEqual(['m stays by error(worker)']);
    expect(started).toBe(0);
  });
});

it('tells what a machine has thrown, and which', () => {
  const broken = createMachine({
    id: 'broken',
    initial: 'a',
    states: {
      a: {
        on: {
          go: {
            actions: assign(() => {
              throw new Error('no such field');
            }),
          },
        },
      },
    },
  });
  expect(() => planTests(broken)).toThrow('The machine "broken" throws while it is stepped: no such field');
});

describe('of machines after well-known examples', () => {
  const options: PlanOptions = { events: { 'volume.up': [{}] } };
  it.each<[AnyStateMachine, readonly string[]]>([
    [trafficLight, []],
    [fetchMachine, ['failed → givenUp by always [mayTryAgain(limit: 0)]']],
    [mediaPlayer, ['sound.loud → sound.muted by any event [inline]']],
  ])(
    '%# covers all but what no event can bring about, in fewer paths than there are to all states',
    (machine, never) => {
      const plan = planTests(machine, options);
      expect(plan.missing).toEqual(never);
      const coverage = coverageOf(machine, plan);
      expect(coverage.report().transitions.missing).toEqual(never);
      const types = new Set(coverage.chart.transitions.map(({ event }) => event).filter((type) => !/^$|\*/.test(type)));
      const events = [...types, 'volume.up'].map((type) => ({ type }));
      expect(plan.paths.length).toBeLessThan(getShortestPaths(machine, { events, limit: 1_000 }).length);
    },
  );
});

it('goes through four regions in one path, where there are 90,677 simple ones', () => {
  const plan = planTests(fourRegions);
  expect(plan).toMatchObject({ missing: [], steps: 8 });
  expect(plan.paths).toHaveLength(1);
  expect(getSimplePaths(fourRegions)).toHaveLength(90_677);
});
