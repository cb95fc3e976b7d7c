import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createMachine } from 'xstate';
import { type Cover, planTests } from '../../src/model/index.ts';
import { coverageOf } from './coverageOf.ts';

interface Wanted {
  readonly source: string;
  readonly event: string;
  readonly target: string | undefined;
  /** Taken when the counter is at most that; each transition raises it. */
  readonly upTo: number;
}

const states = ['p', 'p.one', 'p.one.a', 'p.one.b', 'p.two', 'p.two.a', 'p.two.b', 'q'];
const wantedTransition: fc.Arbitrary<Wanted> = fc.record({
  source: fc.constantFrom('', ...states),
  event: fc.constantFrom('go', 'go.far', 'go.*', '*', 'after 10', 'after 20'),
  target: fc.option(fc.constantFrom(...states), { nil: undefined, freq: 1 }),
  upTo: fc.constantFrom(0, 1, 2, 4),
});
const charts = fc.array(wantedTransition, { minLength: 1, maxLength: 10 });
const largest = 5;

/** Two regions and a state beside them, with a counter that ends at five. */
function build(wanted: readonly Wanted[]): AnyStateMachine {
  const at = (source: string): object => {
    const on: Record<string, object[]> = {};
    const after: Record<string, object[]> = {};
    for (const { event, target, upTo } of wanted.filter((one) => one.source === source)) {
      const [table, key] = event.startsWith('after ') ? [after, event.slice(6)] : [on, event];
      table[key] ??= [];
      table[key].push({
        guard: ({ context }: { readonly context: { readonly n: number } }) => context.n <= upTo,
        actions: assign({ n: ({ context }) => Math.min(context['n'] + 1, largest) }),
        ...(target === undefined ? {} : { target: `#m.${target}` }),
      });
    }
    return { on, after };
  };
  const region = (name: string): object => ({
    initial: 'a',
    ...at(`p.${name}`),
    states: { a: at(`p.${name}.a`), b: at(`p.${name}.b`) },
  });
  return createMachine({
    id: 'm',
    context: { n: 0 },
    initial: 'p',
    ...at(''),
    states: { p: { type: 'parallel', ...at('p'), states: { one: region('one'), two: region('two') } }, q: at('q') },
  } as never);
}

describe('of any chart', () => {
  it.each<Cover>(['transitions', 'guards', 'pairs'])(
    'a plan for %s says of itself what real actors then go through',
    (cover) => {
      const check = (wanted: readonly Wanted[]): void => {
        const machine = build(wanted);
        const plan = planTests(machine, { cover, bounds: { states: 400, steps: 12 } });
        const { guards, pairs, transitions } = coverageOf(machine, plan).toJSON();
        const missing = new Set(plan.missing);
        const report = coverageOf(machine, plan).report();
        expect(report.transitions.missing).toEqual(report.transitions.missing.filter((name) => missing.has(name)));
        const counts = {
          transitions: Object.keys(transitions).length,
          guards: Object.keys(transitions).length + Object.keys(guards.held).length + Object.keys(guards.failed).length,
          pairs: Object.keys(transitions).length + Object.keys(pairs).length,
        };
        expect(plan.covered).toBe(counts[cover]);
      };
      fc.assert(fc.property(charts, check), { numRuns: 150 });
    },
  );

  it('no walk takes a transition that an exhaustive plan calls missing', () => {
    const inputs = fc.array(fc.constantFrom('go', 'go.far', 'go.any', 'any.event', 'wait'), { maxLength: 15 });
    let missing = 0;
    const check = (wanted: readonly Wanted[], walk: readonly string[]): void => {
      const machine = build(wanted);
      const plan = planTests(machine, { events: { 'go.far': [{}], 'go.any': [{}], 'any.event': [{}] } });
      if (!plan.isExhaustive) return;
      const input = walk.map((type) => (type === 'wait' ? { waitMs: 10 } : { type }));
      const steps = input.map((one) => ({ name: '', input: one, takes: [], value: '' }));
      const walked = coverageOf(machine, { ...plan, paths: [{ name: 'walk', steps }] }).report().transitions;
      for (const name of plan.missing) expect(walked.missing).toContain(name);
      missing += plan.missing.length;
    };
    fc.assert(fc.property(charts, inputs, check), { numRuns: 300 });
    expect(missing).toBeGreaterThan(50);
  });
});
