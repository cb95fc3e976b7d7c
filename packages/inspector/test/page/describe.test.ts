import { expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../src/chartOf.ts';
import type { InspectorRecord } from '../../src/index.ts';
import {
  activeStates,
  channelOf,
  eventName,
  nameOf,
  pathOf,
  statusOf,
  titleOf,
  wordsOf,
} from '../../src/page/model/describe.ts';
import type { ModelActor, Standing } from '../../src/page/model/Model.ts';

const standing = (given: Partial<Standing> = {}): Standing => ({ value: null, context: {}, ended: null, ...given });

it('the status is the top-level state; of what is over, how it ended', () => {
  expect(statusOf(standing({ value: { connected: 'healthy' } }))).toBe('connected');
  expect(statusOf(standing({ value: { a: 'x', b: 'y' } }))).toBe('parallel');
  expect(statusOf(standing())).toBe('running');
  expect(statusOf(standing({ value: 'stopped', ended: 'done' }))).toBe('stopped');
  expect(statusOf(standing({ value: 'b', ended: 'done' }))).toBe('done');
  expect(statusOf(standing({ value: 'b', ended: 'error' }))).toBe('failed');
});

it('the active states are those of the value, with all that hold them, whatever dots their keys have', () => {
  const machine = createMachine({
    id: 'm',
    type: 'parallel',
    states: { 'a.b': { initial: 'x', states: { x: {}, y: {} } }, c: {} },
  });
  expect([...activeStates(chartOf(machine), { 'a.b': 'y', c: {} })]).toEqual(['m', 'm.a.b', 'm.a.b.y', 'm.c']);
  expect(pathOf({ 'a.b': 'y', c: {} })).toBe('a.b.y + c');
});

it('an actor goes by the name of its instance, its id, or its machine', () => {
  const actor = (identity: object, context: Standing['context'] = {}): ModelActor => ({
    identity: {
      actor: 'x:1',
      sessionId: 'x:1',
      id: 'x:1',
      parent: null,
      system: 'x:1',
      src: null,
      chart: null,
      ...identity,
    },
    before: standing(),
    now: standing({ context }),
    entries: [],
  });
  expect(nameOf(actor({}, { 'instance.id': 'bot', 'instance.name': 'Bot' }))).toBe('Bot');
  expect(nameOf(actor({ src: 'door' }))).toBe('door x:1');
  expect(nameOf(actor({ id: 'poller', parent: 'x:0' }))).toBe('poller');
  expect(channelOf(actor({}, { 'instance.channelType': 'mqtt' }))).toBe('mqtt');
  expect(channelOf(actor({ chart: 'door' }))).toBe('door');
});

it('XState’s own events are named as charts name them, and those of apps as they are', () => {
  const names = {
    'xstate.after.1000.m.a': 'after 1000 ms',
    'xstate.after.probeInterval.reconnect.linked.idle': 'after probeInterval',
    'xstate.done.actor.prober': 'done(prober)',
    'xstate.error.actor.0.m.a': 'error(0.m.a)',
    'xstate.done.state.m.a': 'done(m.a)',
    'xstate.init': 'init',
    'notify.failure': 'notify.failure',
    'after.all': 'after.all',
  };
  for (const [type, name] of Object.entries(names)) expect(eventName(type)).toBe(name);
});

it('each kind of entry has words', () => {
  const common = { seq: 1, atMs: 1, actor: 'a' };
  const event = { type: 'go', hidden: 0 };
  const moved = {
    ...common,
    kind: 'transition' as const,
    sent: 1,
    event,
    source: null,
    microsteps: [],
    actions: [],
    context: null,
  };
  const records: readonly InspectorRecord[] = [
    { ...moved, from: 'a', to: { b: 'c' }, ignored: null },
    { ...moved, from: 'a', to: 'a', ignored: null },
    { ...moved, from: 'a', to: 'a', ignored: 'guarded' },
    { ...moved, from: 'a', to: 'a', ignored: 'unhandled' },
    { ...moved, from: null, to: null, ignored: null },
    { ...common, kind: 'ended', how: 'error', error: 'TypeError' },
    { ...common, kind: 'undelivered', sent: 1, event, source: null },
    {
      kind: 'signal',
      seq: 1,
      atMs: 1,
      name: 'n',
      instanceId: null,
      measurements: { timestamp: 1, attempt: 2 },
      metadata: { reason: 'x' },
    },
  ];
  expect(records.map((record) => `${titleOf(record)}: ${wordsOf(record)}`)).toEqual([
    'go: a → b.c',
    'go: stays a',
    'go: no guard held',
    'go: no state waits for it',
    'go: ',
    'ended: error, TypeError',
    'go: nobody was there to take it',
    'n: attempt 2, reason x',
  ]);
});
