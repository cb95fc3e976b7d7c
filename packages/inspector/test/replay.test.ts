import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyMachineSnapshot, type AnyStateMachine, assign, createActor, createMachine, raise } from 'xstate';
import { createInspector, readSession, type Session, type TransitionRecord } from '../src/index.ts';
import { ChartWalk } from './chartWalk.ts';

interface Wanted {
  readonly source: string;
  readonly event: string;
  readonly target: string | undefined;
  readonly reenter: boolean;
  readonly raises: boolean;
  /** Taken when the counter is at most that; each transition raises it. */
  readonly upTo: number;
}

const states = ['p', 'p.one', 'p.one.a', 'p.one.b', 'p.two', 'p.two.a', 'p.two.b', 'q', 'q.x', 'q.y'];
const wantedTransition: fc.Arbitrary<Wanted> = fc.record({
  source: fc.constantFrom('', ...states),
  event: fc.constantFrom('go', 'go.far', 'go.*', '*', 'raised', 'always'),
  target: fc.option(fc.constantFrom(...states), { nil: undefined, freq: 2 }),
  reenter: fc.boolean(),
  raises: fc.boolean(),
  upTo: fc.constantFrom(0, 1, 2, 4, 8, 16),
});
const charts = fc.array(wantedTransition, { minLength: 1, maxLength: 12 });
const walks = fc.array(fc.constantFrom('go', 'go.far', 'go.any', 'raised', 'other'), { maxLength: 15 });

/** Two regions and a compound state beside them. */
function build(wanted: readonly Wanted[]): AnyStateMachine {
  const at = (source: string): object => {
    const on: Record<string, object[]> = {};
    const always: object[] = [];
    for (const { event, target, reenter, raises, upTo } of wanted.filter((one) => one.source === source)) {
      const transition = {
        guard: ({ context }: { readonly context: { readonly n: number } }) => context.n <= upTo,
        actions: [
          assign({ n: ({ context }) => context['n'] + 1 }),
          'note',
          ...(raises ? [raise({ type: 'raised' })] : []),
        ],
        reenter,
        ...(target === undefined ? {} : { target: `#m.${target}` }),
      };
      if (event === 'always') always.push(transition);
      else on[event] = [...(on[event] ?? []), transition];
    }
    return { on, always };
  };
  const inner = (name: string, keys: readonly string[]): object => ({
    initial: keys[0],
    ...at(name),
    states: Object.fromEntries(keys.map((key) => [key, at(`${name}.${key}`)])),
  });
  return createMachine({
    id: 'm',
    context: { n: 0 },
    initial: 'p',
    ...at(''),
    states: {
      p: { type: 'parallel', ...at('p'), states: { one: inner('p.one', ['a', 'b']), two: inner('p.two', ['a', 'b']) } },
      q: inner('q', ['x', 'y']),
    },
  } as never);
}

interface Run {
  readonly session: Session;
  /** Where the actor stood after it was started, and after each event. */
  readonly values: readonly unknown[];
  readonly counters: readonly number[];
}

function run(machine: AnyStateMachine, walk: readonly string[]): Run {
  const inspector = createInspector({ allow: { context: ['n'] }, now: () => 0 });
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  const values: unknown[] = [];
  const counters: number[] = [];
  const look = (): void => {
    const { value, context } = actor.getSnapshot() as AnyMachineSnapshot;
    values.push(value);
    counters.push(context.n);
  };
  look();
  for (const type of walk) {
    actor.send({ type });
    look();
  }
  expect(inspector.counts.failures).toBe(0);
  return { session: inspector.toJSON(), values, counters };
}

const transitionsOf = ({ records }: Session): readonly TransitionRecord[] =>
  records.filter((record) => record.kind === 'transition');

describe('of any chart', () => {
  it('the records tell exactly what real actors did, and the chart leads the same way by their transitions', () => {
    let taken = 0;
    let several = 0;
    const check = (wanted: readonly Wanted[], walk: readonly string[]): void => {
      const { session, values, counters } = run(build(wanted), walk);
      const chartWalk = new ChartWalk(session.charts['m'] ?? { id: '', states: [], transitions: [] });
      chartWalk.begin();
      const records = transitionsOf(session);
      expect(records.map(({ to }) => to)).toEqual(values);
      expect(records.map(({ from }) => from)).toEqual([null, ...values.slice(0, -1)]);
      let steps = 0;
      for (const [index, { microsteps, ignored }] of records.entries()) {
        for (const microstep of microsteps) {
          chartWalk.take(microstep);
          expect(chartWalk.value).toEqual(microstep.to);
          steps += microstep.transitions.length;
        }
        expect(chartWalk.value).toEqual(values[index]);
        expect(steps).toBe(counters[index]);
        const before = index === 0 ? -1 : counters[index - 1];
        expect(ignored !== null).toBe(index > 0 && before === counters[index]);
        several += microsteps.length > 1 ? 1 : 0;
      }
      taken += steps;
    };
    fc.assert(fc.property(charts, walks, check), { numRuns: 400 });
    expect(taken).toBeGreaterThan(500);
    expect(several).toBeGreaterThan(100);
  });

  it('a session that was exported and read again is the same', () => {
    const check = (wanted: readonly Wanted[], walk: readonly string[]): void => {
      const { session } = run(build(wanted), walk);
      expect(readSession(JSON.stringify(session))).toEqual(session);
    };
    fc.assert(fc.property(charts, walks, check), { numRuns: 50 });
  });
});
