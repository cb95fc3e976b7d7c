import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, createActor, createMachine } from 'xstate';
import { Chart, chartCoverage, possiblePairs } from '../../src/chart/index.ts';
import { build, events, wantedTransitions } from './runnableMachine.ts';

const pairsOf = (machine: AnyStateMachine): readonly string[] =>
  possiblePairs(new Chart(machine)).map(([first, second]) => `${first.name}, then ${second.name}`);

describe('of any chart', () => {
  it('every pair that actors take is among those that the chart allows', () => {
    let [seen, total, all] = [0, 0, 0];
    const check = (wanted: Parameters<typeof build>[0], walk: readonly string[]): void => {
      const machine = build(wanted, () => undefined);
      const coverage = chartCoverage(machine);
      const actor = createActor(machine, { inspect: coverage.inspect }).start();
      for (const type of walk) if (actor.getSnapshot().status === 'active') actor.send({ type });
      const possible = possiblePairs(coverage.chart).map(([first, second]) => `${first.id}\n${second.id}`);
      const taken = Object.keys(coverage.toJSON().pairs);
      expect(taken.filter((pair) => !possible.includes(pair))).toEqual([]);
      seen += taken.length;
      total += possible.length;
      all += coverage.chart.transitions.length ** 2;
    };
    fc.assert(fc.property(wantedTransitions, events, check), { numRuns: 1_500 });
    expect(seen).toBeGreaterThan(1_500);
    expect(total, 'a bound that says something').toBeLessThan(all * 0.75);
  }, 60_000);

  it('what is counted as taken has run its actions, and nothing else has', () => {
    let yielding = 0;
    const check = (wanted: Parameters<typeof build>[0], walk: readonly string[]): void => {
      const ran: Record<string, number> = {};
      const machine = build(wanted, (id) => {
        ran[id] = (ran[id] ?? 0) + 1;
      });
      const coverage = chartCoverage(machine);
      let enabled = 0;
      const actor = createActor(machine, {
        inspect: (event) => {
          coverage.inspect(event);
          if (event.type === '@xstate.microstep')
            enabled += event._transitions.filter(({ eventType }) => eventType !== null).length;
        },
      }).start();
      for (const type of walk) if (actor.getSnapshot().status === 'active') actor.send({ type });
      const { transitions } = coverage.toJSON();
      expect(transitions).toEqual(ran);
      if (enabled > Object.values(ran).reduce((sum, count) => sum + count, 0)) yielding += 1;
    };
    fc.assert(fc.property(wantedTransitions, events, check), { numRuns: 1_500 });
    expect(yielding, 'runs in which a transition yielded to another').toBeGreaterThan(20);
  }, 60_000);
});

describe('possiblePairs', () => {
  it('has what can follow, and nothing from where a transition does not lead', () => {
    const machine = createMachine({
      id: 'door',
      initial: 'closed',
      states: {
        closed: { on: { open: 'opened' } },
        opened: { on: { close: 'closed' } },
        broken: { on: { mend: 'closed' } },
      },
    });
    expect(pairsOf(machine)).toEqual([
      'closed → opened by open, then opened → closed by close',
      'opened → closed by close, then closed → opened by open',
      'broken → closed by mend, then closed → opened by open',
    ]);
  });

  it('leaves out what an inner state takes first, unless a guard may let it pass', () => {
    const machine = (guard?: () => boolean) =>
      createMachine({
        id: 'm',
        initial: 'a',
        on: { go: {} },
        states: { a: { on: { go: { ...(guard && { guard }) }, next: 'b' } }, b: { on: { back: 'a' } } },
      } as never);
    expect(pairsOf(machine())).not.toContain('b → a by back, then m stays by go');
    expect(pairsOf(machine(() => true))).toContain('b → a by back, then m stays by go');
    expect(pairsOf(machine())).toContain('a → b by next, then m stays by go');
  });

  it('lets only what needs no event follow into a state that is passed through', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      on: { any: {} },
      states: { a: { on: { go: 'b' } }, b: { always: 'c' }, c: {} },
    });
    expect(pairsOf(machine)).toEqual([
      'm stays by any, then m stays by any',
      'm stays by any, then a → b by go',
      'm stays by any, then b → c by always',
      'a → b by go, then b → c by always',
      'b → c by always, then m stays by any',
    ]);
  });

  it('lets nothing follow on the end', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      on: { stop: '.end', any: {} },
      states: { a: {}, end: { type: 'final' } },
    });
    expect(pairsOf(machine).filter((pair) => pair.startsWith('m → end'))).toEqual([]);
  });

  it('knows that regions are moved by one event together', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'p',
      states: {
        p: {
          type: 'parallel',
          states: {
            one: { on: { go: {} } },
            two: { initial: 'a', states: { a: { on: { go: '#m.q' } } } },
          },
        },
        q: { on: { back: 'p' } },
      },
    });
    expect(pairsOf(machine)).toContain('p.one stays by go, then q → p by back');
  });

  it('takes what has the name of an event before what takes any', () => {
    const guard = (): boolean => false;
    const on = { go: [{ guard }, { target: 'b' }], '*': {} };
    const machine = createMachine({ id: 'm', initial: 'a', states: { a: { on }, b: { on: { back: 'a' } } } } as never);
    expect(pairsOf(machine)).toContain('b → a by back, then a → b by go');
  });

  it('knows that without an event a state may go along with one in it', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'p',
      always: { guard: () => true, target: '.q' },
      states: {
        p: { type: 'parallel', states: { one: { always: { guard: () => true } }, two: {} } },
        q: { on: { back: 'p' } },
      },
    } as never);
    expect(pairsOf(machine)).toContain('p.one stays by always [inline], then q → p by back');
  });

  it('lets an event follow on a step without one that changes nothing', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: { always: [{ guard: () => true, target: 'a', reenter: true }, { target: 'b' }], on: { go: 'b' } },
        b: {},
      },
    });
    expect(pairsOf(machine)).toContain('a → a by always [inline], then a → b by go');
  });
});
