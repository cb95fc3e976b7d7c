import { VirtualClock } from '@holdfast/testing';
import { InstanceServer, instanceMachine, reconnectMachine, type TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import type { AnyStateNode } from 'xstate';

type Status = 'starting' | 'connecting' | 'connected' | 'disconnected' | 'error';

const toStatus: Readonly<Record<Status, (server: InstanceServer) => void>> = {
  starting: () => undefined,
  connecting: (server) => server.notifyConnecting(),
  connected: (server) => server.notifyConnected(),
  disconnected: (server) => server.notifyDisconnected('gone'),
  error: (server) => {
    for (let i = 0; i < 10; i += 1) server.notifyFailure('broken');
  },
};
const statuses = Object.keys(toStatus) as Status[];

function startIn(status: Status) {
  const clock = new VirtualClock({ startMs: 1_000 });
  const events: TelemetryEvent[] = [];
  const server = InstanceServer.start({
    instance: { id: 'bot', name: 'Bot', channelType: 'telegram' },
    module: 'Test',
    clock,
    observer: (event) => events.push(event),
  });
  toStatus[status](server);
  events.length = 0;
  /** What the original signals too. */
  const signals = () =>
    events.filter(({ name }) => name !== 'instance.failure_counted' && name !== 'instance.recovered');
  return { clock, events, server, signals };
}

const base = { instanceModule: 'Test', instanceId: 'bot', channelType: 'telegram', timestamp: 1_000 };

describe.each(statuses)('in %s', (status) => {
  it('notify.connecting leads to connecting, clears no counter, and is signalled every time', () => {
    const { server, signals } = startIn(status);
    const before = server.status();
    server.notifyConnecting();
    expect(server.status()).toEqual({ ...before, status: 'connecting', substate: null });
    expect(signals()).toEqual([{ name: 'instance.connecting', measurements: { timestamp: 1_000 }, metadata: base }]);
  });

  it('notify.connected leads to connected, and clears failures, the last error and the attempt', () => {
    const { clock, server, signals } = startIn(status);
    server.notifyReconnectAttempt(3, 'again');
    server.notifyFailure('once');
    clock.advanceSync(5);
    server.notifyConnected({ version: '2' });
    expect(server.status()).toMatchObject({
      status: 'connected',
      substate: 'healthy',
      consecutiveFailures: 0,
      lastError: null,
      reconnectAttempt: 0,
      connectedAt: 1_005,
    });
    expect(signals().at(-1)).toEqual({
      name: 'instance.connected',
      measurements: { timestamp: 1_005 },
      metadata: { ...base, timestamp: 1_005, version: '2' },
    });
  });

  it('notify.disconnected leads to disconnected, sets the last error, and clears no counter', () => {
    const { server, signals } = startIn(status);
    const before = server.status();
    server.notifyDisconnected(['network_error', 'dns']);
    const lastError = ['network_error', 'dns'];
    expect(server.status()).toEqual({ ...before, status: 'disconnected', substate: 'waiting', lastError });
    expect(signals().map(({ name, metadata }) => [name, metadata['reason']])).toEqual([
      ['instance.disconnected', lastError],
    ]);
  });

  it('notify.reconnectAttempt from 1 leads to connecting without a signal of its own', () => {
    const { server, signals } = startIn(status);
    server.notifyReconnectAttempt(2, 'why');
    expect(server.status()).toMatchObject({ status: 'connecting', reconnectAttempt: 2, lastError: 'why' });
    expect(signals()).toEqual([]);
  });

  it('notify.reconnectAttempt 0 keeps the status; a null reason keeps the last error', () => {
    const { server, signals } = startIn(status);
    const before = server.status();
    server.notifyReconnectAttempt(0);
    expect(server.status()).toEqual({ ...before, reconnectAttempt: 0 });
    server.notifyReconnectAttempt(0, 'why');
    expect(server.status()).toMatchObject({ status: before.status, lastError: 'why' });
    expect(signals()).toEqual([]);
  });

  it('notify.restartMarker counts and remembers, and keeps the status', () => {
    const { server, signals } = startIn(status);
    const before = server.status();
    server.notifyRestartMarker('fatal', { code: 7 });
    expect(server.status()).toEqual({
      ...before,
      restartCount: 1,
      lastRestartClass: 'fatal',
      lastRestartReason: { code: 7 },
    });
    expect(signals()).toEqual([]);
  });

  it('notify.success zeroes the counter and nothing else', () => {
    const { server, signals } = startIn(status);
    server.notifyFailure('once');
    const before = server.status();
    server.notifySuccess();
    expect(server.status()).toMatchObject({ status: before.status, lastError: 'once', consecutiveFailures: 0 });
    expect(signals()).toEqual([]);
  });

  it('stop is signalled once, with no reason, and last', async () => {
    const { events, server } = startIn(status);
    await server.stop();
    expect(events).toEqual([{ name: 'instance.stopped', measurements: { timestamp: 1_000 }, metadata: base }]);
    server.notifyConnected();
    expect(events).toHaveLength(1);
  });
});

describe.each(statuses.filter((status) => status !== 'error'))('the limit of failures, from %s', (status) => {
  it('is signalled by the failure that reaches it, once', () => {
    const { server, signals } = startIn(status);
    for (let i = 1; i < 10; i += 1) server.notifyFailure('e');
    expect(server.status()).toMatchObject({ status, consecutiveFailures: 9 });
    expect(signals()).toEqual([]);
    server.notifyFailure('last');
    expect(server.status()).toMatchObject({ status: 'error', substate: 'failing', consecutiveFailures: 10 });
    server.notifyFailure('more');
    expect(server.status()).toMatchObject({ consecutiveFailures: 11, lastError: 'more' });
    expect(signals()).toEqual([
      {
        name: 'instance.error',
        measurements: { timestamp: 1_000 },
        metadata: { ...base, error: 'last', consecutiveFailures: 10 },
      },
    ]);
  });
});

describe('what a signal carries', () => {
  it('starts with the name of the instance', () => {
    const events: TelemetryEvent[] = [];
    const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' };
    InstanceServer.start({
      instance,
      clock: new VirtualClock({ startMs: 1_000 }),
      observer: (event) => events.push(event),
    });
    expect(events).toEqual([
      {
        name: 'instance.started',
        measurements: { timestamp: 1_000 },
        metadata: { ...base, instanceModule: 'holdfast', name: 'Bot' },
      },
    ]);
  });

  it('lets meta win over all of it, the time stamp included, but not over the measurement', () => {
    const { server, signals } = startIn('starting');
    const meta = { instanceId: 'x', channelType: 'y', instanceModule: 'z', timestamp: 42 };
    server.notifyConnected(meta);
    expect(signals()).toEqual([{ name: 'instance.connected', measurements: { timestamp: 1_000 }, metadata: meta }]);
    expect(server.status().instanceId).toBe('bot');
  });
});

describe('substates', () => {
  it('connected is degraded from a failure to the next success', () => {
    const { server } = startIn('connected');
    expect(server.status().substate).toBe('healthy');
    server.notifyFailure('once');
    expect(server.status().substate).toBe('degraded');
    server.notifyFailure('twice');
    expect(server.status().substate).toBe('degraded');
    server.notifySuccess();
    expect(server.status().substate).toBe('healthy');
  });

  it('error is left by being connected, not by a success', () => {
    const { server } = startIn('error');
    server.notifySuccess();
    expect(server.status()).toMatchObject({ status: 'error', consecutiveFailures: 0 });
    server.notifyConnected();
    expect(server.status().status).toBe('connected');
  });
});

describe.each([instanceMachine, reconnectMachine])('R2: ways out of $id', (machine) => {
  it('every state but a final one is left by an event or a timer', () => {
    const nodes = nodesUnder(machine.root).filter(({ type }) => type === 'atomic');
    expect(nodes.length).toBeGreaterThan(8);
    expect(nodes.filter((node) => !hasWayOut(node)).map(({ id }) => id)).toEqual([]);
  });
});

type Node = AnyStateNode;

function nodesUnder(node: Node): Node[] {
  return [node, ...Object.values(node.states).flatMap(nodesUnder)];
}

function hasWayOut(node: Node): boolean {
  const lineage = [node, ...ancestorsOf(node)];
  const transitions = lineage.flatMap((each) => [...each.transitions.values(), each.always ?? []].flat());
  return transitions.some(({ target }) => target !== undefined && !target.includes(node));
}

function ancestorsOf(node: Node): Node[] {
  return node.parent ? [node.parent, ...ancestorsOf(node.parent)] : [];
}
