import fc from 'fast-check';
import { beforeEach, expect, it, vi } from 'vitest';
import { type AnyStateMachine, createMachine } from 'xstate';
import { compileMachine } from '../src/compileMachine.ts';
import { Observed } from './Observed.ts';
import { chart, eventTypes, type Log, machineOf } from './randomChart.ts';

type Input = { readonly send: string } | { readonly passMs: number } | { readonly swap: true };

const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ send: fc.constantFrom(...eventTypes, 'unknown') }) },
  { weight: 1, arbitrary: fc.constant({ swap: true } as const) },
  { weight: 2, arbitrary: fc.record({ passMs: fc.constantFrom(3, 10, 25) }) },
);

const runs = Number(process.env['EQUIVALENCE_RUNS'] ?? 300);

interface How {
  readonly isInspected: boolean;
  /** Whether the second is a light actor. */
  readonly isLight: boolean;
}

/** Two actors of one chart, of which the second is compiled. */
class Pair {
  readonly #logs: readonly [Log, Log] = [[], []];
  readonly #logics: readonly [AnyStateMachine, AnyStateMachine];
  readonly #how: How;
  #actors: readonly [Observed, Observed];

  constructor(make: (log: Log) => AnyStateMachine, how: How) {
    this.#logics = [make(this.#logs[0]), compileMachine(make(this.#logs[1]))];
    this.#how = how;
    this.#actors = this.#begin();
  }

  get isActive(): boolean {
    return this.#actors[0].actor.getSnapshot().status === 'active';
  }

  feed(one: Input): void {
    if ('swap' in one) this.#swap();
    for (const actor of this.#actors) {
      if ('send' in one) actor.send({ type: one.send });
      else if ('passMs' in one) actor.pass(one.passMs);
    }
  }

  compare(isThorough = true): void {
    const [interpreted, compiled] = this.#actors.map((actor) => (isThorough ? actor.view() : actor.glance()));
    // The assertion shows where they differ; it takes ten times as long to find out that they do not.
    if (JSON.stringify(compiled) !== JSON.stringify(interpreted)) expect(compiled).toEqual(interpreted);
  }

  restart(): void {
    this.#end();
    this.#actors = this.#begin();
  }

  #begin(): readonly [Observed, Observed] {
    return [this.#observe(0, 0), this.#observe(1, 1)];
  }

  /** Each goes on from what the other has written down. */
  #swap(): void {
    const written = this.#actors.map((actor) => actor.persist());
    if (written.some((text) => !text.startsWith('{'))) return;
    this.#end();
    const [first, second] = written.map((text): unknown => JSON.parse(text));
    this.#actors = [this.#observe(0, 0, second), this.#observe(1, 1, first)];
  }

  #end(): void {
    for (const actor of this.#actors) actor.stop();
    this.compare();
  }

  #observe(log: 0 | 1, logic: 0 | 1, snapshot?: unknown): Observed {
    const { isInspected, isLight } = this.#how;
    return new Observed(this.#logics[logic], this.#logs[log], {
      isInspected,
      isLight: isLight && logic === 1,
      snapshot,
    });
  }
}

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
  const inputs = fc.array(input, { minLength: 5, maxLength: 100, size: 'max' });
  const property = fc.property(
    chart,
    inputs,
    fc.record({ isInspected: fc.boolean(), isLight: fc.boolean() }),
    (root, all, how) => {
      const pair = new Pair((log) => machineOf(root, log), how);
      pair.compare();
      for (const one of all) {
        if (!pair.isActive) pair.restart();
        pair.feed(one);
        events += 1;
        // All of what can be seen costs more to look at than it does to bring about.
        pair.compare(events % 8 === 0);
      }
      pair.restart();
    },
  );
  fc.assert(property, { numRuns: runs, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) });
  console.log(`${runs} charts, ${events} events`);
}, 600_000);
