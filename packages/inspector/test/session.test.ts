import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import { createActor, createMachine, sendTo, setup } from 'xstate';
import { createInspector, readSession, type Session, SessionError } from '../src/index.ts';

/** With a record of each kind. */
function exportSession(): Session {
  const kid = createMachine({
    id: 'kid',
    initial: 'a',
    states: { a: { on: { end: 'b' } }, b: { type: 'final' } },
    output: { n: 1 },
  });
  const machine = setup({ actors: { kid } }).createMachine({
    id: 'm',
    context: { n: 1 },
    invoke: { id: 'kid', src: 'kid', input: { size: 1 } },
    on: { end: { actions: [sendTo('kid', { type: 'end' }), sendTo('kid', { type: 'end' })] } },
  });
  const inspector = createInspector({
    allow: { context: ['n'], input: true, output: true, events: { end: true } },
    now: () => 5,
  });
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  actor.send({ type: 'end', why: { list: [1, null, 'x'] } } as never);
  actor.send({ type: 'nothing' });
  inspector.signal({
    name: 'instance.started',
    measurements: { timestamp: 1 },
    metadata: { instanceId: 'bot', attempt: 2 },
  });
  return inspector.toJSON();
}

const warn = vi.spyOn(console, 'warn').mockReturnValue(); // XState's development build tells of the dead letter.
const text = JSON.stringify(exportSession());
warn.mockRestore();

/** The session with one part of it put another way. */
function changed(path: string, value: unknown): string {
  const session: unknown = JSON.parse(text);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const owner = keys.reduce<unknown>((part, key) => Reflect.get(part as object, key), session);
  Reflect.set(owner as object, last, value);
  return JSON.stringify(session);
}

describe('an exported session', () => {
  it('is the same when it is read again, with records of each kind', () => {
    const session = readSession(text);
    expect(session).toEqual(JSON.parse(text));
    expect(new Set(session.records.map(({ kind }) => kind))).toEqual(
      new Set(['started', 'transition', 'ended', 'undelivered', 'signal']),
    );
  });

  it('loses what no session has', () => {
    const extended = JSON.parse(text);
    extended.extra = 1;
    extended.records[0].extra = 1;
    expect(readSession(JSON.stringify(extended))).toEqual(JSON.parse(text));
  });

  it('cannot reach a prototype', () => {
    const hostile = text.replace('"context":{"n":1}', '"context":{"__proto__":{"polluted":true},"n":1}');
    expect(hostile).not.toBe(text);
    const session = readSession(hostile);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Reflect.get(session.actors[0]?.context ?? {}, 'polluted')).toBeUndefined();
  });

  it.each([
    ['', 'The session is no JSON. Was the file cut off?'],
    [text.slice(0, -10), 'The session is no JSON. Was the file cut off?'],
    ['[]', 'session: expected an object, got a list.'],
    ['{}', 'Expected format "holdfast.inspector.session" and version 1, got undefined and undefined.'],
    [changed('version', 2), 'got "holdfast.inspector.session" and 2'],
    [changed('exportedAtMs', null), 'session.exportedAtMs: expected a number, got null.'],
    [changed('dropped', {}), 'session.dropped: expected a count, got object.'],
    [changed('records', {}), 'session.records: expected a list, got object.'],
    [changed('records.0.kind', 'new'), 'session.records[0].kind: expected one of started, transition, ended'],
    [
      changed('records.1.seq', 0),
      'session.records[1].seq: expected a number above that of the record before, got number.',
    ],
    [changed('records.2.microsteps', [1]), 'session.records[2].microsteps[0].event: expected a text, got undefined.'],
    [changed('records.2.from', 5), 'session.records[2].from: expected a state value, got number.'],
    [
      changed('records.2.ignored', 'maybe'),
      'session.records[2].ignored: expected one of unhandled, guarded, got string.',
    ],
    [changed('actors.0.isAlive', 1), 'session.actors[0].isAlive: expected true or false, got number.'],
    [changed('charts', []), 'session.charts: expected an object, got a list.'],
    [changed('charts.m.states.0.type', 'odd'), 'session.charts.m.states[0].type: expected one of atomic'],
  ])('is refused with the place where it is wrong: %#', (json, message) => {
    expect(() => readSession(json)).toThrow(SessionError);
    expect(() => readSession(json)).toThrow(message);
  });

  it('is refused when it is too long, no text, or nested without end', () => {
    expect(() => readSession(text, { maxLength: 100 })).toThrow(
      `The session has ${text.length} characters, more than 100`,
    );
    expect(() => readSession(5 as never)).toThrow('Expected the session as JSON text, got number.');
    const nested = `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`;
    const deep = text.replace('"context":{"n":1}', `"context":{"n":${nested}}`);
    expect(() => readSession(deep)).toThrow(SessionError);
    expect(() => readSession(deep)).toThrow('is nested too deep');
  });

  it('is either read whole or refused with a SessionError, whatever is done to its text', () => {
    const damage = fc.record({ at: fc.nat(text.length), cut: fc.nat(30), put: fc.string({ maxLength: 10 }) });
    const check = ({ at, cut, put }: { readonly at: number; readonly cut: number; readonly put: string }): void => {
      const damaged = `${text.slice(0, at)}${put}${text.slice(at + cut)}`;
      try {
        const session = readSession(damaged);
        expect(readSession(JSON.stringify(session))).toEqual(session);
      } catch (error) {
        expect(error).toBeInstanceOf(SessionError);
      }
    };
    fc.assert(fc.property(damage, check), { numRuns: 1_000 });
  });
});
