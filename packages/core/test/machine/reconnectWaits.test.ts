import { type Outcome, outcome } from '@holdfast/testing';
import { defaultReconnectPolicy, type Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { type Running, startOn } from './onScriptedChannel.ts';

const failure = (changes: Partial<Failure>): Failure => ({
  severity: 'recoverable',
  scope: 'link',
  code: 'scripted.test',
  message: 'as scripted',
  ...changes,
});
const fail = (changes: Partial<Failure>): Outcome => outcome.fail(failure(changes));
const down = outcome.fail('down');
const revoked = fail({ severity: 'fatal', scope: 'auth' });
const conflict = fail({ scope: 'conflict' });
const degraded = fail({ severity: 'degraded' });
const { conflictRetryMs, minConnectedMs, probeIntervalMs, suspendedRetryMs } = defaultReconnectPolicy;

function connectionOf({ server }: Running) {
  const { connection } = server.actor.getSnapshot().children;
  if (!connection) throw new Error('The instance has no connection.');
  return connection;
}

/** The state of the connection, with those inside it. */
const stateOf = (running: Running): unknown => connectionOf(running).getSnapshot().value;

describe('a wait that is over', () => {
  const waits = [
    { why: 'a conflict', connect: [conflict], reconnect: {}, afterMs: conflictRetryMs, attempt: 1 },
    {
      why: 'an exhausted outage',
      connect: [down, down],
      reconnect: { maxAttempts: 1, maxRestarts: 0 },
      afterMs: 250 + suspendedRetryMs,
      attempt: 1,
    },
    {
      why: 'a long outage',
      connect: [down, down],
      reconnect: { suspendAfterMs: 250 },
      afterMs: 250 + suspendedRetryMs,
      attempt: 2,
    },
  ];

  it.each(waits)(
    'after $why is followed by an attempt, and by a link',
    async ({ connect, reconnect, afterMs, attempt }) => {
      const running = await startOn({ script: { connect } }, { reconnect });
      await running.clock.advance(afterMs - 1);
      const from = running.names().length;
      await running.clock.advance(1);
      expect(running.names(from)).toEqual(['connecting', 'reconnect_attempt', 'connected']);
      expect(running.events[from + 1]?.measurements).toEqual({ attempt });
      expect(running.channel.links).toHaveLength(1);
    },
  );

  it.each(waits)('after $why asks for its turn first, as another attempt', async ({ connect, reconnect, afterMs }) => {
    const running = await startOn({ script: { connect } }, { reconnect });
    await running.clock.advance(afterMs - 1);
    const notBeforeMs = running.clock.now() + 5_001;
    Object.assign(running.channel, { reconnectNotBefore: () => notBeforeMs });
    await running.clock.advance(1);
    expect(stateOf(running)).toEqual({ unlinked: 'queued' });
    expect(connectionOf(running).getSnapshot().context).toMatchObject({ epoch: connect.length + 1, turnMs: 5_000 });
    await running.clock.advance(5_000);
    expect(running.server.status().status).toBe('connected');
  });

  it('after a refusal is followed by another look, which is no attempt', async () => {
    const running = await startOn({ script: { connect: [degraded] } });
    const from = running.names().length;
    await running.clock.advance(probeIntervalMs);
    expect(running.names(from)).toEqual(['connected']);
    expect(connectionOf(running).getSnapshot().context).toMatchObject({ epoch: 2, attempt: 0 });
  });

  it('for a turn is signalled, and followed by the attempt', async () => {
    const running = await startOn({ script: { connect: [down] } });
    const { channel, clock } = running;
    const notBeforeMs = clock.now() + 5_000;
    Object.assign(channel, { reconnectNotBefore: () => notBeforeMs });
    await clock.advance(250);
    expect([stateOf(running), running.names(4)]).toEqual([{ unlinked: 'queued' }, ['reconnect_queued']]);
    expect(running.events.at(-1)?.measurements).toEqual({ attempt: 1, delayMs: 4_750 });
    await clock.advance(4_749);
    expect(stateOf(running)).toEqual({ unlinked: 'queued' });
    channel.append({ connect: [outcome.hang()] });
    await clock.advance(1);
    expect(running.names(5)).toEqual(['connecting', 'reconnect_attempt']);
    expect(running.server.status()).toMatchObject({ status: 'connecting', reconnectAttempt: 1 });
  });

  it('for a turn is given up with the instance, and leaves no timer', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [down] } });
    Object.assign(channel, { reconnectNotBefore: () => clock.now() + 5_000 });
    await clock.advance(250);
    await server.stop();
    expect(clock.pending()).toEqual([]);
  });
});

describe('what cuts a wait short', () => {
  const waits = { waiting: [down], parked: [revoked], conflicted: [conflict], degraded: [degraded] };
  const words = ['retry', 'credentials.updated'] as const;
  const rows = Object.entries(waits).flatMap(([state, connect]) =>
    words.map((word) => [word, state, connect] as const),
  );

  it.each(rows)('%s while it is %s makes an attempt at once, as the first', async (type, state, connect) => {
    const running = await startOn({ script: { connect } });
    expect(stateOf(running)).toEqual({ unlinked: state });
    const from = running.names().length;
    running.channel.append({ connect: [outcome.hang()] });
    connectionOf(running).send({ type });
    await running.clock.settle();
    expect(running.names(from)).toEqual(['connecting', 'reconnect_attempt']);
    expect(running.events[from + 1]?.measurements).toEqual({ attempt: 1 });
    expect(running.server.status()).toMatchObject({ status: 'connecting', reconnectAttempt: 1 });
    expect(connectionOf(running).getSnapshot().context.epoch).toBe(2);
  });
});

describe('a link', () => {
  it.each([
    ['fails a probe', (running: Running) => connectionOf(running).send({ type: 'probe.now' })],
    [
      'is said to fail',
      (running: Running) => connectionOf(running).send({ type: 'link.failed', failure: failure({}), epoch: 1 }),
    ],
    ['has died', ({ channel }: Running) => channel.links[0]?.drop(failure({}))],
    ['is given up', (running: Running) => connectionOf(running).send({ type: 'link.renew', reason: 'scripted.test' })],
  ])('that %s is left, closed, and announced', async (_, end) => {
    const running = await startOn({ script: { probe: [fail({})] } });
    const from = running.names().length;
    end(running);
    await running.clock.settle();
    expect(running.names(from)).toEqual(['health_probe', 'disconnected', 'reconnect_scheduled']);
    expect(running.server.status().lastError).toBe('scripted.test');
    expect([running.channel.openLinks, running.server.actor.getSnapshot().children.poller]).toEqual([0, undefined]);
  });

  it('whose prober breaks is left as one that failed', async () => {
    const running = await startOn({ script: { probe: [outcome.hang()] } });
    await running.clock.advance(probeIntervalMs);
    const event = { type: 'xstate.error.actor.prober', error: new Error('a defect'), actorId: 'prober' } as const;
    connectionOf(running).send(event);
    expect(running.server.status()).toMatchObject({ status: 'disconnected', lastError: 'holdfast.worker_crash' });
  });

  it('that does not last exhausts the outage in the end, and says what it was', async () => {
    const running = await startOn({ script: { connect: [down] } }, { reconnect: { maxAttempts: 1 } });
    await running.clock.advance(250);
    const from = running.names().length;
    running.channel.links[0]?.drop();
    await running.clock.settle();
    expect(running.names(from)).toEqual([
      'health_probe',
      'disconnected',
      'reconnect_exhausted',
      'failure_counted',
      'child_restarted',
      'reconnect_scheduled',
    ]);
    expect(running.server.status()).toMatchObject({ restartCount: 1, lastRestartClass: 'recoverable' });
    expect(connectionOf(running).getSnapshot().context).toMatchObject({ attempt: 1, unstableAttempts: 0 });
    expect(connectionOf(running).getSnapshot().context.restarts).toHaveLength(1);
  });

  it('is trusted after its time, and not before', async () => {
    const running = await startOn({ script: { connect: [down] } });
    await running.clock.advance(250 + minConnectedMs - 1);
    expect(connectionOf(running).getSnapshot().context.unstableAttempts).toBe(1);
    await running.clock.advance(1);
    expect(connectionOf(running).getSnapshot().context.unstableAttempts).toBe(0);
  });

  it('that gets new credentials is announced as gone, and the attempt with them as the first', async () => {
    const running = await startOn({ script: { connect: [outcome.ok(), outcome.hang()] } });
    const from = running.names().length;
    connectionOf(running).send({ type: 'credentials.updated' });
    await running.clock.settle();
    expect(running.names(from)).toEqual(['disconnected', 'connecting', 'reconnect_attempt']);
    expect(running.events[from + 2]?.measurements).toEqual({ attempt: 1 });
    expect(running.server.status()).toMatchObject({ status: 'connecting', reconnectAttempt: 1 });
    expect(running.channel.openLinks).toBe(0);
  });

  it.each(['link.closed', 'link.failed'] as const)('is not ended by a %s about another one', async (type) => {
    const running = await startOn();
    connectionOf(running).send({ type, failure: failure({}), epoch: 99 });
    await running.clock.settle();
    expect([stateOf(running), running.channel.openLinks]).toEqual([{ linked: 'idle' }, 1]);
  });

  it('whose peer says in the end that it works, and not for this, has left no unstable attempt behind', async () => {
    const running = await startOn({ script: { connect: [down], probe: [degraded] } });
    await running.clock.advance(250);
    connectionOf(running).send({ type: 'probe.now' });
    await running.clock.settle();
    expect(stateOf(running)).toEqual({ unlinked: 'degraded' });
    expect(connectionOf(running).getSnapshot().context).toMatchObject({ attempt: 0, unstableAttempts: 0 });
  });
});

describe('new credentials', () => {
  it('give up the attempt that is under way with the old ones, for another one', async () => {
    const running = await startOn({ script: { connect: [outcome.hang(), outcome.hang()] } });
    connectionOf(running).send({ type: 'credentials.updated' });
    await running.clock.settle();
    const { connects } = running.channel;
    expect(connects.map(({ attempt }) => attempt.signal.aborted)).toEqual([true, false]);
    expect(connectionOf(running).getSnapshot().context.epoch).toBe(2);
  });
});

describe('a connection whose instance is broken', () => {
  it.each([
    ['has a link', {}],
    ['is making an attempt', { connect: [outcome.hang()] }],
    ['waits', { connect: [down] }],
    ['is parked', { connect: [revoked] }],
  ])('and that %s gives up what it has, and is over', async (_, script) => {
    const running = await startOn({ script });
    const connection = connectionOf(running);
    connection.send({ type: 'shutdown' });
    await running.clock.advance(3_600_000);
    expect(connection.getSnapshot()).toMatchObject({ status: 'done', value: 'closed' });
    expect([running.channel.callCount('connect'), running.channel.openLinks]).toEqual([1, 0]);
  });
});
