import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyStateMachine, assign, createActor, createMachine, fromPromise, sendTo, setup } from 'xstate';
import { VirtualClock } from '../../src/index.ts';
import {
  expectSameReplay,
  RecordingError,
  type RecordLine,
  type RecordOptions,
  ReplayDivergedError,
  type ReplayOptions,
  recordEvents,
  replayEvents,
} from '../../src/record/index.ts';

const login = setup({
  types: {
    context: {} as { readonly wrong: number },
    events: {} as { type: 'logIn'; password: string; isRight: boolean } | { type: 'logOut' },
  },
  guards: {
    isRight: ({ event }) => event.type === 'logIn' && event.isRight,
    isLast: ({ context }, { tries }: { tries: number }) => context.wrong + 1 >= tries,
  },
  actions: { count: assign({ wrong: ({ context }) => context.wrong + 1 }) },
}).createMachine({
  id: 'login',
  context: { wrong: 0 },
  initial: 'loggedOut',
  states: {
    loggedOut: {
      on: {
        logIn: [
          { guard: 'isRight', target: 'loggedIn' },
          { guard: { type: 'isLast', params: { tries: 3 } }, target: 'locked' },
          { actions: 'count' },
        ],
      },
    },
    loggedIn: { on: { logOut: 'loggedOut' } },
    locked: { after: { 30000: 'loggedOut' } },
  },
});
/** As it might be a release later. */
const stricter = login.provide({ guards: { isLast: ({ context }) => context.wrong + 1 >= 2 } });
type Happened =
  | number
  | { readonly type: 'logIn'; readonly password: string; readonly isRight: boolean }
  | { readonly type: 'logOut' };

const allow = { logIn: ['isRight'] };

function recorderOf(machine: AnyStateMachine, options: Partial<RecordOptions> = {}) {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const recorder = recordEvents({ machine, write: (line) => lines.push(line), now: () => clock.now(), ...options });
  return { clock, recorder, lines, text: () => lines.join('') };
}

async function recordLogins(options: Partial<RecordOptions> = {}) {
  const recording = recorderOf(login, { allow, ...options });
  const { clock, recorder } = recording;
  const actor = createActor(login, { clock, inspect: recorder.inspect }).start();
  for (let count = 0; count < 3; count += 1) {
    actor.send({ type: 'logIn', password: 's3cret', isRight: false });
    await clock.advance(1_000);
  }
  await clock.advance(30_000);
  actor.stop();
  return recording;
}

describe('a recording', () => {
  it('is a line of JSON for each event: when, what it took, where the actor rests', async () => {
    const { lines } = await recordLogins();
    const parsed = lines.map((line) => JSON.parse(line) as RecordLine);
    expect(parsed.map(({ atMs, event, value }) => [atMs, event.type, value])).toEqual([
      [0, 'xstate.init', 'loggedOut'],
      [0, 'logIn', 'loggedOut'],
      [1_000, 'logIn', 'loggedOut'],
      [2_000, 'logIn', 'locked'],
      [32_000, 'xstate.after.30000.login.locked', 'loggedOut'],
    ]);
    expect(parsed[3]).toMatchObject({
      v: 1,
      machine: 'login',
      event: { type: 'logIn', isRight: false },
      hidden: ['password'],
      takes: ['login.loggedOut|logIn|1'],
      status: 'active',
    });
    expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true);
  });

  it('shows nothing that is not allowed: no field, no context, no input, no output', async () => {
    const { text } = await recordLogins({ allow: {} });
    expect(text()).not.toMatch(/s3cret|wrong|false/);
    expect(text()).toContain('"hidden":["password","isRight"]');
  });

  it('shows no field that JSON would change, though it is allowed', () => {
    const machine = createMachine({ id: 'm', on: { go: { actions: () => undefined } } });
    const { lines, recorder } = recorderOf(machine, { allow: { go: ['map', 'nan', 'list'] } });
    const actor = createActor(machine, { inspect: recorder.inspect }).start();
    actor.send({ type: 'go', map: new Map(), nan: Number.NaN, list: [1, { a: null }] });
    expect(JSON.parse(lines[1] ?? '')).toMatchObject({
      event: { type: 'go', list: [1, { a: null }] },
      hidden: ['map', 'nan'],
    });
  });

  it('ends, and harms no actor, when it cannot be written', () => {
    const heard: unknown[] = [];
    const full = new Error('ENOSPC');
    const write = (): never => {
      throw full;
    };
    const onError = (error: unknown): never => {
      heard.push(error);
      throw new Error('and this');
    };
    const { recorder } = recorderOf(login, { write, onError });
    const actor = createActor(login, { inspect: recorder.inspect }).start();
    actor.send({ type: 'logIn', password: '', isRight: true });
    expect(actor.getSnapshot()).toMatchObject({ value: 'loggedIn', status: 'active' });
    expect(heard).toEqual([full]);
    expect(recorder.failure).toEqual({ error: full });
  });

  it('is of one machine; actors of others are passed over', () => {
    const { lines, recorder } = recorderOf(login);
    createActor(createMachine({ id: 'other' }), { inspect: recorder.inspect }).start();
    createActor(
      fromPromise(() => Promise.resolve(1)),
      { inspect: recorder.inspect },
    ).start();
    expect(lines).toEqual([]);
  });
});

describe('a replay', () => {
  it('finds nothing while the machine is the same', async () => {
    const { text } = await recordLogins();
    expect(expectSameReplay(text(), { machine: login })).toEqual({ events: 5, actors: 1, divergence: undefined });
  });

  it('names the first event that does something else, and what it does now', async () => {
    const { text } = await recordLogins();
    expect(replayEvents(text(), { machine: stricter })).toMatchObject({
      events: 2,
      divergence: { line: 3, atMs: 1_000 },
    });
    expect(() => expectSameReplay(text(), { machine: stricter })).toThrow(
      new ReplayDivergedError('login', replayEvents(text(), { machine: stricter }).divergence as never),
    );
    expect(() => expectSameReplay(text(), { machine: stricter })).toThrow(
      [
        '"login" does not do what was recorded: line 3, 1000 ms after the beginning.',
        '  event:    {"isRight":false,"type":"logIn"}, without password',
        '  recorded: loggedOut stays by logIn; rests in "loggedOut"',
        '  now:      loggedOut → locked by logIn [isLast(tries: 3)]; rests in "locked"',
      ].join('\n'),
    );
  });

  it('finds another transition to the same state', () => {
    const machine = setup({ guards: { isRare: () => false } }).createMachine({
      id: 'm',
      on: { go: [{ guard: 'isRare', actions: [] }, { actions: [] }] },
    });
    const { recorder, text } = recorderOf(machine);
    createActor(machine, { inspect: recorder.inspect }).start().send({ type: 'go' });
    const today = machine.provide({ guards: { isRare: () => true } });
    expect(replayEvents(text(), { machine: today }).divergence).toMatchObject({
      recorded: { takes: ['m stays by go'] },
      now: { takes: ['m stays by go [isRare]'] },
    });
  });

  it('goes the same way without a field that a guard asks for, when something is put in its place', async () => {
    const { text } = await recordLogins({ allow: {} });
    const askedFor = login.provide({
      guards: { isRight: ({ event }) => event.type === 'logIn' && event.password !== 'wrong' },
    });
    expect(replayEvents(text(), { machine: askedFor }).divergence).toMatchObject({
      line: 2,
      hidden: ['password', 'isRight'],
    });
    const complete: ReplayOptions['complete'] = (event, hidden) =>
      hidden.includes('password') ? { ...event, password: 'wrong' } : event;
    expectSameReplay(text(), { machine: askedFor, complete });
  });

  it('tells the machine how much time has passed', async () => {
    const { text } = await recordLogins();
    const passed: number[] = [];
    replayEvents(text(), { machine: login, advance: (ms) => passed.push(ms) });
    expect(passed).toEqual([0, 0, 1_000, 1_000, 30_000]);
  });

  it('keeps apart the actors of one machine, and takes what they send to themselves as it came', () => {
    const machine = createMachine({
      id: 'm',
      initial: 'z',
      states: {
        z: { entry: sendTo(({ self }) => self, { type: 'begin' }), on: { begin: 'a' } },
        a: { on: { go: { target: 'b', actions: sendTo(({ self }) => self, { type: 'own' }) } } },
        b: { on: { own: 'c' } },
        c: {},
      },
    });
    const { recorder, text } = recorderOf(machine);
    const [one, two] = [1, 2].map(() => createActor(machine, { inspect: recorder.inspect }).start());
    two?.send({ type: 'go' });
    one?.send({ type: 'go' });
    expect(replayEvents(text(), { machine })).toEqual({ events: 8, actors: 2, divergence: undefined });
  });

  it('leaves out a last line that was cut off', async () => {
    const { text } = await recordLogins();
    expect(replayEvents(text().slice(0, -5), { machine: login })).toMatchObject({ events: 4, divergence: undefined });
  });

  it.each([
    ['no JSON', 'x\n', 'Line 1 of the recording is no JSON object. Was it cut off?'],
    ['another version', '{"v":7}\n', 'Line 1 of the recording: expected version 1, got 7.'],
    [
      'half a line',
      '{"v":1,"event":{"type":"go"}}\n',
      'Line 1 of the recording lacks something: expected what recordEvents writes.',
    ],
  ])('refuses %s, and says which line', (_, text, message) => {
    expect(() => replayEvents(text, { machine: login })).toThrow(new RecordingError(message));
  });

  it('refuses what is of another machine, or does not begin with an actor', async () => {
    const { lines, text } = await recordLogins();
    expect(() => replayEvents(text(), { machine: createMachine({ id: 'other' }) })).toThrow(
      'Line 1 of the recording: expected an event of "other", got one of "login".',
    );
    expect(() => replayEvents(lines.slice(1).join(''), { machine: login })).toThrow(
      /^Line 1 .* was never begun\. Record it from its start\.$/,
    );
  });

  it('finds nothing in any recording of the same machine, whatever has happened in it', () => {
    const happening: fc.Arbitrary<Happened> = fc.oneof(
      fc.record({ type: fc.constant('logIn' as const), password: fc.string(), isRight: fc.boolean() }),
      fc.record({ type: fc.constant('logOut' as const) }),
      fc.nat({ max: 40_000 }),
    );
    const check = (happenings: readonly Happened[]): void => {
      const { clock, recorder, text } = recorderOf(login, { allow });
      const actor = createActor(login, { clock, inspect: recorder.inspect }).start();
      for (const one of happenings) {
        if (typeof one === 'number') clock.advanceSync(one);
        else actor.send(one);
      }
      expect(replayEvents(text(), { machine: login }).divergence).toBeUndefined();
    };
    fc.assert(fc.property(fc.array(happening, { maxLength: 30 }), check), { numRuns: 300 });
  });
});
