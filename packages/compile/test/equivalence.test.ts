import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { type Input, Pair } from './Pair.ts';
import { chart, eventTypes, type Log, machineOf } from './randomChart.ts';

const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ send: fc.constantFrom(...eventTypes, 'unknown') }) },
  { weight: 1, arbitrary: fc.constant({ swap: true } as const) },
  { weight: 2, arbitrary: fc.record({ passMs: fc.constantFrom(3, 10, 25) }) },
  { weight: 2, arbitrary: fc.constant({ hibernate: true } as const) },
);

const runs = Number(process.env['EQUIVALENCE_RUNS'] ?? 300);

// XState warns of what these charts do with actors that have ended.
beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));

/** Ways that random charts seldom go. */
const rare: readonly (readonly [name: string, config: object, events: readonly string[]])[] = [
  [
    'of wildcards the longest is the first, however they are ordered',
    { on: { '*': { actions: 'first' }, 'x.*': { actions: 'second' }, 'x.y.*': { actions: 'third' } } },
    ['x', 'x.y', 'x.y.z', 'x.w', 'q'],
  ],
  [
    'of two that go on by themselves the inner one beats the one around it',
    {
      initial: 'rest',
      states: {
        rest: { on: { go: 'both' } },
        both: {
          type: 'parallel',
          always: { target: 'out', actions: 'outer' },
          states: {
            left: { initial: 'a', states: { a: {} } },
            right: { initial: 'b', states: { b: { always: { target: 'c', actions: 'inner' } }, c: {} } },
          },
        },
        out: {},
      },
    },
    ['go'],
  ],
  [
    'of two regions that leave both the first one does',
    {
      initial: 'both',
      states: {
        both: {
          type: 'parallel',
          states: {
            left: { on: { go: { target: '#one', actions: 'left' } } },
            right: { on: { go: { target: '#two', actions: 'right' } } },
          },
        },
        one: { id: 'one', on: { go: 'both' } },
        two: { id: 'two' },
      },
    },
    ['go', 'go', 'go'],
  ],
];

it.each(rare)('%s', (_, config, events) => {
  const note = (name: string, log: Log) => (): void => void log.push(name);
  const names = ['first', 'second', 'third', 'inner', 'outer', 'left', 'right'];
  const make = (log: Log): AnyStateMachine =>
    createMachine(config, { actions: Object.fromEntries(names.map((name) => [name, note(name, log)])) });
  const pair = new Pair(make, { isInspected: true, isLight: false });
  pair.compare();
  for (const send of events) {
    pair.feed({ send });
    pair.compare();
  }
});

it('a compiled chart shows nothing that the interpreted one does not, and nothing less', () => {
  let events = 0;
  let sleeps = 0;
  const inputs = fc.array(input, { minLength: 5, maxLength: 100, size: 'max' });
  const property = fc.property(
    chart,
    inputs,
    fc.record({ isInspected: fc.boolean(), isLight: fc.boolean(), hasWorkers: fc.boolean() }),
    (root, all, how) => {
      const pair = new Pair((log, hasWorkers) => machineOf(root, log, hasWorkers), how);
      pair.compare();
      for (const one of all) {
        if (!pair.isActive) pair.restart();
        pair.feed(one);
        events += 1;
        // All of what can be seen costs more to look at than it does to bring about.
        pair.compare(events % 8 === 0);
      }
      pair.restart();
      sleeps += pair.sleeps;
    },
  );
  fc.assert(property, { numRuns: runs, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) });
  expect(sleeps).toBeGreaterThan(0);
  console.log(`${runs} charts, ${events} events, ${sleeps} times children slept`);
}, 600_000);
