import { expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createLightActor } from '../src/index.ts';
import { nameOf, sessionOf } from '../src/light/session.ts';

it('a session id is kept as a number where it is one of XState 5.33, and otherwise as it is', () => {
  expect(['x:0', 'x:17', 'x:017', 'y:17', 'x:', '17', 'x:1e3'].map(sessionOf)).toEqual([
    0,
    17,
    'x:017',
    'y:17',
    'x:',
    '17',
    'x:1e3',
  ]);
});

it('a light actor has the session id that XState would have given it', () => {
  const machine = createMachine({ id: 'one' });
  const [before, light, after] = [createActor(machine), createLightActor(machine), createActor(machine)];
  const numberOf = (id: string): number => Number(id.slice(2));
  // It is booked when somebody asks for it.
  expect(light.sessionId).toBe(`x:${numberOf(after.sessionId) + 1}`);
  expect(light.sessionId).toBe(light.sessionId);
  expect(nameOf(sessionOf(before.sessionId))).toBe(before.sessionId);
  expect(nameOf(sessionOf('of another kind'))).toBe('of another kind');
});
