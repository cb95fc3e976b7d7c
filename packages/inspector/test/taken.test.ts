import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createInspector } from '../src/index.ts';
import { recordsOf } from './recordsOf.ts';

/** The ids of the transitions that the last event has taken. */
function takenBy(machine: ReturnType<typeof createMachine>, ...types: readonly string[]): readonly string[] {
  const inspector = createInspector();
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  for (const type of types) actor.send({ type });
  return (
    recordsOf(inspector, 'transition')
      .at(-1)
      ?.microsteps.flatMap(({ transitions }) => transitions) ?? []
  );
}

describe('of the transitions that an event enables', () => {
  it('those of regions that do not hinder each other are all taken', () => {
    const machine = createMachine({
      id: 'm',
      type: 'parallel',
      states: {
        a: { initial: 'x', states: { x: { on: { go: 'y' } }, y: {} } },
        b: { initial: 'x', states: { x: { on: { go: 'y' } }, y: {} } },
      },
    });
    expect(takenBy(machine, 'go')).toEqual(['m.a.x|go|0', 'm.b.x|go|0']);
  });

  it('the first is taken where two regions want to leave the same states', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'p',
      states: {
        p: {
          type: 'parallel',
          states: {
            a: { initial: 'x', states: { x: { on: { go: '#m.q' } } } },
            b: { initial: 'x', states: { x: { on: { go: '#m.r' } } } },
          },
        },
        q: {},
        r: {},
      },
    });
    expect(takenBy(machine, 'go')).toEqual(['m.p.a.x|go|0']);
  });

  it('the deeper one is taken where one lies within the source of the other', () => {
    const machine = createMachine({
      id: 'm',
      type: 'parallel',
      on: { go: '.a.z' },
      states: {
        a: { initial: 'x', states: { x: {}, z: {} } },
        b: { initial: 'x', states: { x: { on: { go: '#m.a.z' } } } },
      },
    });
    expect(takenBy(machine, 'go')).toEqual(['m.b.x|go|0']);
  });

  it('what a history state remembers decides about what is left', () => {
    const machine = createMachine({
      id: 'm',
      type: 'parallel',
      states: {
        a: {
          initial: 'in',
          states: {
            in: {
              initial: 'x',
              states: { x: { on: { on: 'y' } }, y: {}, past: { type: 'history' } },
              on: { out: 'out' },
            },
            out: { on: { back: 'in.past' } },
          },
        },
        b: { initial: 'x', states: { x: { on: { back: {} } } } },
      },
    });
    expect(takenBy(machine, 'on', 'out', 'back')).toEqual(['m.a.out|back|0', 'm.b.x|back|0']);
    expect(takenBy(machine, 'out', 'back')).toEqual(['m.a.out|back|0', 'm.b.x|back|0']);
  });
});
