import { describe, expect, it, vi } from 'vitest';
import {
  assign,
  createActor,
  createMachine,
  fromCallback,
  fromPromise,
  fromTransition,
  raise,
  sendParent,
  sendTo,
  setup,
} from 'xstate';
import { createInspector } from '../src/index.ts';
import { linesOf, recordsOf } from './recordsOf.ts';

const worker = createMachine({
  id: 'worker',
  initial: 'idle',
  states: {
    idle: { on: { work: { target: 'busy', actions: sendParent({ type: 'begun' }) }, quit: 'over' } },
    busy: {
      on: {
        boom: {
          actions: () => {
            throw new RangeError('the text of it is nobody’s business');
          },
        },
      },
    },
    over: { type: 'final' },
  },
});
const boss = setup({ actors: { worker }, actions: { note: () => undefined } }).createMachine({
  id: 'boss',
  initial: 'on',
  context: { n: 0 },
  invoke: { id: 'kid', src: 'worker' },
  on: {
    order: { actions: sendTo('kid', { type: 'work' }) },
    dismiss: { actions: sendTo('kid', { type: 'quit' }) },
    provoke: { actions: sendTo('kid', { type: 'boom' }) },
    'xstate.done.actor.kid': '.alone',
    'xstate.error.actor.kid': '.alone',
  },
  states: {
    on: { on: { begun: { target: 'waiting', actions: ['note', assign({ n: 1 })] } } },
    waiting: {},
    alone: {},
  },
});

describe('records', () => {
  it('tell who started, what each event did, and who had sent it, in the order in which it was finished', () => {
    const inspector = createInspector();
    const actor = createActor(boss, { inspect: inspector.inspect }).start();
    actor.send({ type: 'order' });
    actor.stop();
    expect(linesOf(inspector)).toEqual([
      'root started',
      'kid started',
      'kid: null -xstate.init-> idle by root',
      'root: null -xstate.init-> on by outside',
      'kid: idle -work-> busy by root',
      'root: on -order-> on by outside',
      'root: on -begun-> waiting by kid',
      'kid ended: stopped',
      'root ended: stopped',
    ]);
  });

  it('give the order of sending, which is another one', () => {
    const inspector = createInspector();
    createActor(boss, { inspect: inspector.inspect }).start().send({ type: 'order' });
    const sent = recordsOf(inspector, 'transition').toSorted((a, b) => a.sent - b.sent);
    expect(sent.map(({ event }) => event.type)).toEqual(['xstate.init', 'xstate.init', 'order', 'work', 'begun']);
  });

  it('name the transitions and the executed actions exactly', () => {
    const inspector = createInspector();
    createActor(boss, { inspect: inspector.inspect }).start().send({ type: 'order' });
    const taken = recordsOf(inspector, 'transition').map(({ actions, microsteps }) => ({ actions, microsteps }));
    expect(taken.slice(2)).toEqual([
      {
        actions: ['xstate.sendTo'],
        microsteps: [{ event: 'work', transitions: ['worker.idle|work|0'], to: 'busy' }],
      },
      { actions: ['xstate.sendTo'], microsteps: [{ event: 'order', transitions: ['boss|order|0'], to: 'on' }] },
      { actions: ['note'], microsteps: [{ event: 'begun', transitions: ['boss.on|begun|0'], to: 'waiting' }] },
    ]);
  });

  it('hold the microsteps of one event together: raised events and `always`', () => {
    const inspector = createInspector();
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: { on: { go: { target: 'b', actions: raise({ type: 'on' }) } } },
        b: { on: { on: 'c' } },
        c: { always: 'd' },
        d: {},
      },
    });
    createActor(machine, { inspect: inspector.inspect }).start().send({ type: 'go' });
    const [, go] = recordsOf(inspector, 'transition');
    expect(go).toMatchObject({ from: 'a', to: 'd' });
    expect(go?.microsteps).toEqual([
      { event: 'go', transitions: ['m.a|go|0'], to: 'b' },
      { event: 'on', transitions: ['m.b|on|0'], to: 'c' },
      { event: 'on', transitions: ['m.c||0'], to: 'd' },
    ]);
  });

  it('say of an event that did nothing whether no state waits for it or every guard was false', () => {
    const inspector = createInspector();
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: {
          on: { go: { guard: () => false, target: 'b' }, 'some.*': { guard: () => false, target: 'b' }, forbidden: {} },
        },
        b: { on: { '*': 'a' } },
      },
    });
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    for (const type of ['go', 'some.thing', 'some', 'other', 'forbidden']) actor.send({ type });
    const ignored = recordsOf(inspector, 'transition').map((record) => [record.event.type, record.ignored]);
    expect(ignored).toEqual([
      ['xstate.init', null],
      ['go', 'guarded'],
      ['some.thing', 'guarded'],
      ['some', 'guarded'],
      ['other', 'unhandled'],
      ['forbidden', null],
    ]);
  });

  it('put a child that is done before what that makes its parent do', () => {
    const inspector = createInspector();
    createActor(boss, { inspect: inspector.inspect }).start().send({ type: 'dismiss' });
    expect(linesOf(inspector).slice(4)).toEqual([
      'kid: idle -quit-> over by root',
      'kid ended: done',
      'root: on -dismiss-> on by outside',
      'root: on -xstate.done.actor.kid-> alone by kid',
    ]);
  });

  it('tell of a child that broke which event broke it, and the name of the error alone', () => {
    const inspector = createInspector();
    const actor = createActor(boss, { inspect: inspector.inspect }).start();
    actor.send({ type: 'order' });
    actor.send({ type: 'provoke' });
    expect(linesOf(inspector).slice(7)).toEqual([
      'kid: busy -boom-> busy by root',
      'kid ended: error RangeError',
      'root: waiting -provoke-> waiting by outside',
      'root: waiting -xstate.error.actor.kid-> alone by kid',
    ]);
    expect(JSON.stringify(inspector)).not.toContain('nobody');
  });

  it('tell of a root that broke, though XState says nothing of it', async () => {
    const inspector = createInspector();
    const seen: string[] = [];
    inspector.subscribe(({ records }) => seen.push(...records.map(({ kind }) => kind)));
    const fragile = setup({
      actions: {
        break: () => {
          throw new RangeError('the text of it');
        },
      },
    }).createMachine({ initial: 'idle', states: { idle: { on: { boom: { actions: 'break' } } } } });
    const actor = createActor(fragile, { inspect: inspector.inspect });
    actor.subscribe({ error: () => undefined });
    actor.start();
    await Promise.resolve();
    seen.length = 0;
    actor.send({ type: 'boom' });
    await Promise.resolve();
    expect(seen).toEqual(['transition', 'ended']);
    expect(inspector.actors()).toEqual([]);
    const warn = vi.spyOn(console, 'warn').mockReturnValue(); // XState's development build tells of the dead letter.
    actor.send({ type: 'work' });
    warn.mockRestore();
    expect(linesOf(inspector).slice(-3)).toEqual([
      'root: idle -boom-> idle by outside',
      'root ended: error RangeError',
      'root never got work of outside',
    ]);
  });

  it('tell of events that waited in an actor when it ended', () => {
    const inspector = createInspector();
    const machine = createMachine({
      id: 'm',
      initial: 'a',
      states: {
        a: { on: { end: { target: 'b', actions: ({ self }) => self.send({ type: 'late' }) } } },
        b: { type: 'final' },
      },
    });
    createActor(machine, { inspect: inspector.inspect }).start().send({ type: 'end' });
    expect(linesOf(inspector).slice(2)).toEqual([
      'root: a -end-> b by outside',
      'root never got late of outside', // XState names no sender of what `send` sends.
      'root ended: done',
    ]);
  });

  it('tell of promises, callbacks and reducers too', async () => {
    const inspector = createInspector();
    const machine = setup({
      actors: {
        job: fromPromise(async () => 42),
        failing: fromPromise(async () => Promise.reject(new TypeError('no'))),
        bell: fromCallback(({ sendBack, receive }) => receive(() => sendBack({ type: 'rang' }))),
        sum: fromTransition((state: number) => state + 1, 0),
      },
    }).createMachine({
      id: 'm',
      invoke: [
        { id: 'job', src: 'job', onDone: {} },
        { id: 'failing', src: 'failing', onError: {} },
        { id: 'bell', src: 'bell' },
        { id: 'sum', src: 'sum' },
      ],
      on: { ring: { actions: [sendTo('bell', { type: 'ring' }), sendTo('sum', { type: 'add' })] }, rang: {} },
    });
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    actor.send({ type: 'ring' });
    await new Promise<void>((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
    actor.stop();
    const lines = linesOf(inspector);
    expect(lines).toContain('bell: null -ring-> null by root');
    expect(lines).toContain('root: {} -rang-> {} by bell');
    expect(lines.filter((line) => / ended/.test(line))).toEqual([
      'job ended: done',
      'failing ended: error TypeError',
      'bell ended: stopped',
      'sum ended: stopped',
      'root ended: stopped',
    ]);
    const started = recordsOf(inspector, 'started').map(({ src, chart }) => [src, chart]);
    expect(started).toEqual([
      ['m', 'm'],
      ['job', null],
      ['failing', null],
      ['bell', null],
      ['sum', null],
    ]);
  });

  it('keep systems apart, and name actors once though two copies of XState give out the same session id', () => {
    const inspector = createInspector();
    const one = createActor(worker, { inspect: inspector.inspect }).start();
    const two = createActor(worker, { inspect: inspector.inspect });
    Object.defineProperty(two, 'sessionId', { value: one.sessionId });
    two.start();
    const { actors } = inspector.toJSON();
    expect(actors.map(({ actor, system }) => [actor, system])).toEqual([
      [one.sessionId, one.sessionId],
      [`${one.sessionId}~2`, `${one.sessionId}~2`],
    ]);
  });

  it('begin anew when a stopped actor is started once more', () => {
    const inspector = createInspector();
    const sum = fromTransition((state: number) => state + 1, 0);
    const actor = createActor(sum, { inspect: inspector.inspect }).start();
    actor.stop();
    actor.start();
    expect(recordsOf(inspector, 'started')).toHaveLength(2);
    expect(inspector.actors()).toHaveLength(1);
  });

  it('bound what one event may list, and count the rest', () => {
    const inspector = createInspector();
    const machine = createMachine({
      id: 'm',
      context: { n: 0 },
      on: { go: { actions: assign({ n: 2_000 }) } },
      always: {
        guard: ({ context }) => context['n'] > 0,
        actions: [assign({ n: ({ context }) => context['n'] - 1 }), 'note'],
      },
    });
    createActor(machine, { inspect: inspector.inspect }).start().send({ type: 'go' });
    const [, go] = recordsOf(inspector, 'transition');
    expect(go?.microsteps).toHaveLength(1_000);
    expect(go?.actions).toHaveLength(1_000);
    expect(go?.omitted).toBe(1_001 + 1_000);
  });

  it('stamp what they tell with the clock that they are given', () => {
    let now = 1_000;
    const inspector = createInspector({ now: () => now });
    const actor = createActor(worker, { inspect: inspector.inspect }).start();
    now = 2_500;
    actor.send({ type: 'quit' });
    expect(recordsOf(inspector, 'transition').map(({ atMs }) => atMs)).toEqual([1_000, 2_500]);
    expect(inspector.toJSON().exportedAtMs).toBe(2_500);
  });
});
