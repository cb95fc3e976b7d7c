import { VirtualClock } from '@holdfast/testing';
import {
  type InstanceEvent,
  type InstanceInput,
  instanceMachine,
  type JsonObject,
  selectHealthSnapshot,
  selectStatus,
  selectStatusSnapshot,
  selectSubstate,
  type TelemetryEvent,
} from 'holdfast';
import { describe, expect, it, vi } from 'vitest';
import { createActor, type EventObject } from 'xstate';

const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' } as const;

/** The chart alone, as an embedder runs it: no server, no channel. */
function startBare(input: Partial<InstanceInput> = {}) {
  const clock = new VirtualClock({ startMs: 1_000 });
  const events: TelemetryEvent[] = [];
  const errors: unknown[] = [];
  const observer = (event: TelemetryEvent): void => void events.push(event);
  const actor = createActor(instanceMachine, { input: { instance, observer, clock, ...input }, clock });
  actor.subscribe({ error: (error) => errors.push(error) });
  actor.start();
  /** Events as they come from JavaScript, or over a wire: nothing has checked them. */
  const sendRaw = (event: EventObject): void => actor.send(event as InstanceEvent);
  return { actor, clock, errors, events, sendRaw, status: () => selectStatus(actor.getSnapshot()) };
}

describe('a chart without a server', () => {
  it('is driven by events, and signals to the observer that it was given', () => {
    const { actor, clock, events } = startBare();
    clock.advanceSync(10);
    actor.send({ type: 'notify.connected', meta: { version: '1.0' } });
    expect(selectStatusSnapshot(actor.getSnapshot())).toMatchObject({
      status: 'connected',
      substate: 'healthy',
      startedAt: 1_000,
      connectedAt: 1_010,
    });
    expect(events.map(({ name }) => name)).toEqual(['instance.started', 'instance.connected']);
    expect(events.at(-1)?.metadata).toEqual({
      instanceModule: 'holdfast',
      instanceId: 'bot',
      channelType: 'telegram',
      timestamp: 1_010,
      version: '1.0',
    });
  });

  it('needs nothing but an instance', () => {
    const actor = createActor(instanceMachine, { input: { instance } }).start();
    actor.send({ type: 'notify.connecting' });
    expect(selectStatus(actor.getSnapshot())).toBe('connecting');
    actor.send({ type: 'stop' });
    expect(actor.getSnapshot().status).toBe('done');
  });

  it('has a life from start to stop', () => {
    const { actor, events, status } = startBare({ failureLimit: 2, instanceModule: 'App' });
    actor.send({ type: 'notify.connecting' });
    actor.send({ type: 'notify.connected' });
    actor.send({ type: 'notify.failure', reason: 'one' });
    expect(selectSubstate(actor.getSnapshot())).toBe('degraded');
    actor.send({ type: 'notify.failure', reason: 'two' });
    expect([status(), selectSubstate(actor.getSnapshot())]).toEqual(['error', 'failing']);
    actor.send({ type: 'notify.disconnected', reason: 'gone' });
    actor.send({ type: 'notify.reconnectAttempt', attempt: 1 });
    expect(status()).toBe('connecting');
    actor.send({ type: 'stop', reason: 'over' });
    expect(status()).toBe('stopped');
    expect(events.at(-1)).toMatchObject({
      name: 'instance.stopped',
      metadata: { instanceModule: 'App', reason: 'over' },
    });
  });

  it('has the health that its owner completes', () => {
    const { actor } = startBare();
    const health = selectHealthSnapshot(actor.getSnapshot(), { nowMs: 1_250, senderQueueDepth: 4 });
    expect(health).toMatchObject({ status: 'starting', uptimeMs: 250, senderQueueDepth: 4, ready: false });
  });

  it('takes its own implementations from provide', () => {
    const told: string[] = [];
    const own = instanceMachine.provide({
      actions: {
        publishConnected: ({ context }) => told.push(`connected ${context.instance.id}`),
      },
      guards: { isLastFailure: () => true },
    });
    const { clock, events } = startBare();
    const actor = createActor(own, {
      input: { instance, observer: (event) => events.push(event), clock },
      clock,
    }).start();
    events.length = 0;
    actor.send({ type: 'notify.connected' });
    expect(told).toEqual(['connected bot']);
    expect(events).toEqual([]);
    actor.send({ type: 'notify.failure', reason: 'the first is the last' });
    expect(selectStatus(actor.getSnapshot())).toBe('error');
  });
});

const statuses: Readonly<Record<string, readonly InstanceEvent[]>> = {
  starting: [],
  connecting: [{ type: 'notify.connecting' }],
  connected: [{ type: 'notify.connected' }],
  degraded: [{ type: 'notify.connected' }, { type: 'notify.failure', reason: 'x' }],
  disconnected: [{ type: 'notify.disconnected' }],
  suspended: [{ type: 'connection.suspended' }],
  failing: Array.from({ length: 10 }, () => ({ type: 'notify.failure', reason: 'x' })),
  unauthorized: [{ type: 'connection.unauthorized', reason: 'x' }],
  misconfigured: [{ type: 'connection.misconfigured', reason: 'x' }],
  conflict: [{ type: 'connection.conflicted', reason: 'x' }],
  exhausted: [{ type: 'connection.exhausted', reason: 'x' }],
};

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

/** What no type allows, and what comes all the same. */
const garbage: readonly unknown[] = [
  undefined,
  null,
  '',
  'abc',
  -1,
  1.5,
  Number.NaN,
  true,
  [],
  {},
  () => 1,
  Symbol('x'),
  10n,
  cyclic,
];

const eventTypes = Object.keys(instanceMachine.config.on ?? {});

/** A payload that each of these takes; the tests spoil one part of it at a time. */
const payloads: Readonly<Record<string, object>> = {
  'notify.connected': { meta: { version: '1' } },
  'notify.disconnected': { reason: 'gone' },
  'notify.failure': { reason: 'broken' },
  'notify.reconnectAttempt': { attempt: 1, reason: 'again' },
  'notify.restartMarker': { class: 'fatal', reason: 'over' },
  'connection.signal': { name: 'instance.health_probe', measurements: {}, metadata: {} },
  'connection.up': { link: {} },
  'connection.unauthorized': { reason: 'revoked' },
  stop: { reason: 'told', drainMs: 100 },
};

describe('the events of the chart', () => {
  it('are those that its commands name, and those of its children', () => {
    expect(eventTypes).toEqual(expect.arrayContaining(Object.keys(payloads)));
    expect(eventTypes.filter((type) => type.startsWith('xstate.error.actor.'))).toHaveLength(3);
    expect(eventTypes.length).toBeGreaterThan(20);
  });
});

describe.each(Object.keys(statuses))('in %s', (name) => {
  const startIn = () => {
    const bare = startBare();
    for (const event of statuses[name] ?? []) bare.actor.send(event);
    return bare;
  };

  it.each([...eventTypes, 'poller.drained', 'sender.drained', 'unknown.event', ''])(
    '%o with no payload throws nothing',
    (type) => {
      const { actor, errors, sendRaw, events } = startIn();
      sendRaw({ type });
      expect(errors).toEqual([]);
      expect(actor.getSnapshot().status).toBe(type === 'stop' ? 'done' : 'active');
      expect(events.filter((event) => event.name === 'instance.stopped')).toHaveLength(type === 'stop' ? 1 : 0);
    },
  );

  it.each(Object.entries(payloads))('%s with one part of its payload spoilt throws nothing', (type, payload) => {
    for (const key of Object.keys(payload)) {
      for (const value of garbage) {
        const { actor, errors, sendRaw } = startIn();
        sendRaw({ type, ...payload, [key]: value } as EventObject);
        expect(errors).toEqual([]);
        expect(actor.getSnapshot().status).toBe(type === 'stop' ? 'done' : 'active');
      }
    }
  });

  it('an attempt that is no whole number from 0, and a class that restarts do not have, change nothing', () => {
    const { actor, sendRaw } = startIn();
    const before = selectStatusSnapshot(actor.getSnapshot());
    for (const attempt of ['abc', -1, 1.5, Number.NaN, null, undefined]) {
      sendRaw({ type: 'notify.reconnectAttempt', attempt, reason: 'garbage' } as EventObject);
    }
    for (const restartClass of ['degraded', 7, null, undefined]) {
      sendRaw({ type: 'notify.restartMarker', class: restartClass, reason: 'garbage' } as EventObject);
    }
    expect(selectStatusSnapshot(actor.getSnapshot())).toEqual(before);
  });

  it('after any event it still answers to the next ones', () => {
    for (const type of eventTypes.filter((event) => event !== 'stop')) {
      const { actor, sendRaw, status } = startIn();
      sendRaw({ type });
      actor.send({ type: 'notify.connected', meta: { after: type } satisfies JsonObject });
      expect([type, status()]).toEqual([type, 'connected']);
      actor.send({ type: 'stop' });
      expect([type, status()]).toEqual([type, 'stopped']);
    }
  });
});

describe('a chart that has stopped', () => {
  it('hears nothing any more, and signals nothing', () => {
    const { actor, errors, events, sendRaw, status } = startBare();
    actor.send({ type: 'stop' });
    const before = events.length;
    // The development build of XState warns of each.
    const warned = vi.spyOn(console, 'warn').mockReturnValue();
    for (const type of eventTypes) sendRaw({ type });
    warned.mockRestore();
    expect([status(), events.length, errors]).toEqual(['stopped', before, []]);
  });
});
