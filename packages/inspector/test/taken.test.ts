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

  it('of two `always`, the deeper one is taken where one lies within the source of the other', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'idle',
      states: {
        idle: { on: { go: 'p' } },
        p: {
          type: 'parallel',
          always: { target: '#m.q' },
          states: { a: { initial: 'x', states: { x: {} } }, b: { initial: 'x', states: { x: { always: '#m.r' } } } },
        },
        q: {},
        r: {},
      },
    });
    expect(takenBy(machine, 'go')).toEqual(['m.idle|go|0', 'm.p.b.x||0']);
  });

  it('one that enters itself again leaves itself', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'p',
      states: {
        p: {
          type: 'parallel',
          states: {
            a: { initial: 'x', states: { x: { on: { go: { target: 'x', reenter: true } } } } },
            b: { initial: 'x', states: { x: { on: { go: '#m.q' } } } },
          },
        },
        q: {},
      },
    });
    expect(takenBy(machine, 'go')).toEqual(['m.p.a.x|go|0']);
  });

  it('one that goes to a history state hinders no other region', () => {
    const states = {
      x: { on: { go: 'past', on: 'y' } },
      y: { on: { go: 'past' } },
      past: { type: 'history' },
    } as const;
    const machine = createMachine({
      id: 'm',
      type: 'parallel',
      states: {
        a: { initial: 'x', states },
        b: { initial: 'x', states: { x: { on: { go: 'y' } }, y: {} } },
      },
    });
    expect(takenBy(machine, 'go')).toEqual(['m.a.x|go|0', 'm.b.x|go|0']);
    expect(takenBy(machine, 'on', 'go')).toEqual(['m.a.y|go|0', 'm.b.x|go|0']);
  });
});
