import { VirtualClock } from '@holdfast/testing';
import {
  type InstanceEvent,
  type InstanceInput,
  instanceMachine,
  selectStatusSnapshot,
  type TelemetryEvent,
} from 'holdfast';
import { describe, expect, it } from 'vitest';
import { createActor, type EventObject } from 'xstate';
import { eventOf, type InstanceContext } from '../../src/machine/instanceModel.ts';
import { publishConnected, publishStopped, publishWorkerSignal } from '../../src/machine/instanceSignals.ts';
import { createInstanceContext } from '../../src/machine/instanceUpdates.ts';

const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' };
const retry: InstanceEvent = { type: 'retry' };

/** The chart alone, and what it has signalled since the start: the names without `instance.`, and the facts of each. */
function start(more: Partial<InstanceInput> = {}) {
  const clock = new VirtualClock({ startMs: 1_000 });
  const events: TelemetryEvent[] = [];
  const observer = (event: TelemetryEvent): void => void events.push(event);
  const actor = createActor(instanceMachine, { input: { instance, observer, clock, ...more }, clock }).start();
  events.length = 0;
  return {
    actor,
    send: (event: InstanceEvent) => actor.send(event),
    sendRaw: (event: EventObject) => actor.send(event as InstanceEvent),
    status: () => selectStatusSnapshot(actor.getSnapshot()),
    signals: () =>
      events.map(({ name, metadata }) => {
        const { instanceModule: _, instanceId: __, channelType: ___, timestamp: ____, ...facts } = metadata;
        return [name.replace('instance.', ''), facts];
      }),
  };
}

describe('an instance that is parked', () => {
  it.each([
    ['connection.unauthorized', 'unauthorized'],
    ['connection.misconfigured', 'misconfigured'],
    ['connection.conflicted', 'conflict'],
    ['connection.exhausted', 'exhausted'],
  ] as const)('by %s tells why, first as parked and then as an error, and remembers it', (type, substate) => {
    const { send, signals, status } = start();
    send({ type, reason: 'revoked' });
    expect(status()).toMatchObject({ status: 'error', substate, lastError: 'revoked' });
    expect(signals()).toEqual([
      ['parked', { cause: type, reason: 'revoked' }],
      ['error', { error: 'revoked', consecutiveFailures: 0 }],
    ]);
  });

  it.each([{}, { reason: undefined }])('with no reason (%o) keeps the last error', (payload) => {
    const { send, sendRaw, status } = start();
    send({ type: 'notify.failure', reason: 'before' });
    sendRaw({ type: 'connection.unauthorized', ...payload });
    expect(status().lastError).toBe('before');
  });

  it('with null for a reason has null for the last error', () => {
    const { send, status } = start();
    send({ type: 'notify.failure', reason: 'before' });
    send({ type: 'connection.unauthorized', reason: null });
    expect(status().lastError).toBeNull();
  });
});

describe('an instance', () => {
  it('signals a failure with its number, and the success after it', () => {
    const { send, signals } = start();
    send({ type: 'notify.failure', reason: 'one' });
    send({ type: 'notify.failure', reason: 'two' });
    send({ type: 'notify.success' });
    send({ type: 'notify.success' });
    expect(signals()).toEqual([
      ['failure_counted', { reason: 'one', consecutiveFailures: 1 }],
      ['failure_counted', { reason: 'two', consecutiveFailures: 2 }],
      ['recovered', {}],
    ]);
  });

  it.each([
    ['that works', [{ type: 'notify.connected' }]],
    ['that has not connected yet', []],
  ] as const)('%s signals the failure that is the last as a failure too, and then the error', (_, before) => {
    const { send, signals } = start({ failureLimit: 1 });
    for (const event of before) send(event);
    send({ type: 'notify.failure', reason: 'broken' });
    send({ type: 'notify.failure', reason: 'still' });
    expect(signals().slice(before.length)).toEqual([
      ['failure_counted', { reason: 'broken', consecutiveFailures: 1 }],
      ['error', { error: 'broken', consecutiveFailures: 1 }],
      ['failure_counted', { reason: 'still', consecutiveFailures: 2 }],
    ]);
  });

  it('that works signals each failure and the success after them', () => {
    const { send, signals } = start();
    send({ type: 'notify.connected' });
    send({ type: 'notify.failure', reason: 'one' });
    send({ type: 'notify.success' });
    expect(signals().slice(1)).toEqual([
      ['failure_counted', { reason: 'one', consecutiveFailures: 1 }],
      ['recovered', {}],
    ]);
  });

  it.each(['connection', 'sender', 'poller'])('whose %s breaks too often is exhausted, and says so', (name) => {
    const { send, sendRaw, signals, status } = start();
    const type = `xstate.error.actor.${name}`;
    send({ type: 'notify.failure', reason: 'before' });
    for (let n = 1; n <= 5; n += 1) {
      send({ type: 'notify.connecting' });
      sendRaw({ type });
      expect(status()).toMatchObject({ status: 'disconnected', substate: 'waiting' });
      expect(signals().at(-1)).toEqual(['child_restarted', { cause: type }]);
    }
    sendRaw({ type });
    expect(status()).toMatchObject({ status: 'error', substate: 'exhausted' });
    expect(signals().slice(-2)).toEqual([
      ['parked', { cause: type, reason: 'before' }],
      ['error', { error: 'before', consecutiveFailures: 1 }],
    ]);
  });

  it('signals that its outage is a long one, and that it began again', () => {
    const { send, signals } = start();
    send({ type: 'connection.suspended' });
    send({ type: 'connection.restarting' });
    expect(signals()).toEqual([
      ['suspended', {}],
      ['child_restarted', { cause: 'connection.restarting' }],
    ]);
  });

  it('that is told to stop says why if it was told, and has no reason otherwise', () => {
    const told = start();
    told.send({ type: 'stop', reason: 'over' });
    const untold = start();
    untold.send({ type: 'stop' });
    expect([told.signals(), untold.signals()]).toStrictEqual([[['stopped', { reason: 'over' }]], [['stopped', {}]]]);
  });

  it('that is disconnected for no reason that is known has the last error `unknown`, and null for null', () => {
    const { send, status } = start();
    send({ type: 'notify.disconnected' });
    expect(status().lastError).toBe('unknown');
    send({ type: 'notify.disconnected', reason: null });
    expect(status().lastError).toBeNull();
  });

  it('that says nothing of its status or settings has the first one, and none', () => {
    expect(createInstanceContext({ input: { instance } }).instance).toEqual({
      ...instance,
      status: 'starting',
      settings: {},
    });
  });
});

describe('what the process before has counted', () => {
  const past = {
    restartCount: 3,
    consecutiveFailures: 2,
    lastError: 'old',
    lastRestartReason: 'old restart',
    lastRestartClass: 'recoverable',
  } as const;

  it('is taken over by an instance to which nothing has happened', () => {
    const { send, status } = start();
    send({ type: 'store.restored', past });
    expect(status()).toMatchObject(past);
  });

  it('is added to what has been counted since, and what has happened since is the last', () => {
    const { send, status } = start();
    send({ type: 'notify.failure', reason: 'new' });
    send({ type: 'notify.restartMarker', class: 'fatal', reason: 'new restart' });
    send({ type: 'store.restored', past });
    expect(status()).toMatchObject({
      restartCount: 4,
      consecutiveFailures: 3,
      lastError: 'new',
      lastRestartReason: 'new restart',
      lastRestartClass: 'fatal',
    });
  });
});

describe('an action on an event that is about something else', () => {
  function args() {
    const events: TelemetryEvent[] = [];
    const observer = (event: TelemetryEvent): void => void events.push(event);
    const clock = new VirtualClock({ startMs: 1_000 });
    const context: InstanceContext = createInstanceContext({ input: { instance, observer, clock } });
    return { args: { context, event: retry }, events };
  }

  it('finds nothing in it', () => {
    expect(eventOf(retry, 'stop')).toBeUndefined();
    expect(eventOf(retry, 'retry')).toBe(retry);
  });

  it('signals what it knows by itself', () => {
    const { args: own, events } = args();
    publishConnected(own);
    publishStopped(own);
    publishWorkerSignal(own);
    const base = { instanceModule: 'holdfast', instanceId: 'bot', channelType: 'telegram', timestamp: 1_000 };
    expect(events).toStrictEqual([
      { name: 'instance.connected', measurements: { timestamp: 1_000 }, metadata: base },
      { name: 'instance.stopped', measurements: { timestamp: 1_000 }, metadata: base },
    ]);
  });
});
