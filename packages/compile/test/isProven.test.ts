import { afterEach, expect, it, vi } from 'vitest';
import { createMachine, type Snapshot } from 'xstate';
import { agreesWithXState } from '../src/isProven.ts';

const machine = createMachine({ id: 'probe', initial: 'idle', states: { idle: {} } });

afterEach(() => {
  vi.doUnmock('../src/isProven.ts');
  vi.resetModules();
});

it('an XState that does the same is trusted', () => {
  expect(agreesWithXState((probe) => probe as never)).toBe(true);
});

it.each([
  ['does nothing', () => machine],
  ['cannot be made', () => expect.unreachable()],
  [
    'throws',
    (probe: typeof machine) =>
      Object.create(probe, {
        transition: {
          value: (): Snapshot<unknown> => {
            throw new Error('no such internal');
          },
        },
      }),
  ],
])('one with which a compiled chart %s is not', (_, compile) => {
  expect(agreesWithXState(compile as never)).toBe(false);
});

it('where it is not trusted, machines are given back as they are, or refused', async () => {
  vi.doMock('../src/isProven.ts', () => ({ isProven: () => false }));
  const { compileMachine, UnprovenXStateError } = await import('../src/index.ts');
  const reasons: Error[] = [];
  expect(compileMachine(machine, { onInterpreted: (reason) => reasons.push(reason) })).toBe(machine);
  expect(reasons).toEqual([expect.any(UnprovenXStateError)]);
  expect(() => compileMachine(machine, { strict: true })).toThrow(/Expected XState 5\.33, got one/);
});
