import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type AnyStateMachine, createActor, createMachine } from 'xstate';
import { chartCoverage } from '../../src/chart/index.ts';

interface Wanted {
  readonly source: string;
  readonly event: string;
  readonly target: string | undefined;
  /** What its guard says, call by call, over and over. */
  readonly answers: readonly boolean[];
}

const states = ['p', 'p.one', 'p.one.a', 'p.one.b', 'p.two', 'p.two.a', 'p.two.b', 'q'];

const wantedTransition: fc.Arbitrary<Wanted> = fc.record({
  source: fc.constantFrom('', ...states),
  event: fc.constantFrom('go', 'go.far', 'go.*', 'go.far.*', '*'),
  target: fc.option(fc.constantFrom(...states), { nil: undefined, freq: 1 }),
  answers: fc.array(fc.boolean(), { minLength: 1, maxLength: 3 }),
});

interface Heard {
  readonly held: Set<string>;
  readonly failed: Set<string>;
}

/** Two regions and a state beside them, whose guards note under the transition's id what they said. */
function build(wanted: readonly Wanted[], heard: Heard): AnyStateMachine {
  const on = (source: string): Record<string, object[]> => {
    const byEvent: Record<string, object[]> = {};
    for (const { event, target, answers } of wanted.filter((one) => one.source === source)) {
      byEvent[event] ??= [];
      const definitions = byEvent[event];
      const id = `${source === '' ? 'm' : `m.${source}`}|${event}|${definitions.length}`;
      let calls = 0;
      const guard = (): boolean => {
        const answer = answers[calls % answers.length] ?? false;
        calls += 1;
        (answer ? heard.held : heard.failed).add(id);
        return answer;
      };
      definitions.push({ guard, ...(target === undefined ? {} : { target: `#m.${target}` }) });
    }
    return byEvent;
  };
  const region = (name: string) => ({
    initial: 'a',
    on: on(`p.${name}`),
    states: { a: { on: on(`p.${name}.a`) }, b: { on: on(`p.${name}.b`) } },
  });
  return createMachine({
    id: 'm',
    initial: 'p',
    on: on(''),
    states: {
      p: { type: 'parallel', on: on('p'), states: { one: region('one'), two: region('two') } },
      q: { on: on('q') },
    },
  });
}

it('says of a guard only what it has really said, whatever the regions, patterns and their order', () => {
  const events = fc.array(fc.constantFrom('go', 'go.far', 'other'), { minLength: 1, maxLength: 6 });
  let claims = 0;
  const check = (wanted: readonly Wanted[], sent: readonly string[]): void => {
    const heard: Heard = { held: new Set(), failed: new Set() };
    const machine = build(wanted, heard);
    const coverage = chartCoverage(machine);
    const actor = createActor(machine, { inspect: coverage.inspect }).start();
    for (const type of sent) actor.send({ type });
    const { failed, held } = coverage.toJSON().guards;
    expect([...heard.failed]).toEqual(expect.arrayContaining(Object.keys(failed)));
    expect([...heard.held]).toEqual(expect.arrayContaining(Object.keys(held)));
    claims += Object.keys(failed).length;
  };
  fc.assert(fc.property(fc.array(wantedTransition, { minLength: 2, maxLength: 12 }), events, check), { numRuns: 5000 });
  expect(claims).toBeGreaterThan(500);
}, 30_000);
