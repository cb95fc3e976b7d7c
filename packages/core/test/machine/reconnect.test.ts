import { outcome } from '@holdfast/testing';
import { defaultReconnectPolicy, type Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from './onScriptedChannel.ts';

const failure = (changes: Partial<Failure>): Failure => ({
  severity: 'recoverable',
  scope: 'link',
  code: 'scripted.test',
  message: 'as scripted',
  ...changes,
});
const unauthorized = failure({ severity: 'fatal', scope: 'auth', code: 'scripted.401' });
const conflict = failure({ scope: 'conflict', code: 'scripted.409' });
const fail = outcome.fail('down');

describe('the first attempt', () => {
  it('is made at once, and tells only when it is over', async () => {
    const { channel, names, server } = await startOn({ fallback: { connect: outcome.hang() } });
    expect(channel.callCount('connect')).toBe(1);
    expect(names()).toEqual(['started']);
    expect(server.status().status).toBe('starting');
  });

  it('tells of a success with attempts 0, as the probe of the original does', async () => {
    const { events, server } = await startOn();
    expect(server.status()).toMatchObject({ status: 'connected', substate: 'healthy', reconnectAttempt: 0 });
    expect(events.at(-1)).toMatchObject({ name: 'instance.connected', metadata: { attempts: 0, reason: 'probe' } });
  });

  it('that fails is announced as a failed probe, a disconnect and a scheduled attempt, in this order', async () => {
    const { names, server, events } = await startOn({ script: { connect: [fail] } });
    expect(names(1)).toEqual(['health_probe', 'disconnected', 'reconnect_scheduled']);
    expect(events.at(-1)?.measurements).toEqual({ attempt: 1, delayMs: 250 });
    expect(server.status()).toMatchObject({ status: 'disconnected', substate: 'waiting', lastError: 'down' });
  });
});

describe('an outage', () => {
  it('announces each attempt as connecting, the attempt, its end and the next one', async () => {
    const { clock, names, server } = await startOn({ script: { connect: [fail, fail] } });
    const before = names().length;
    await clock.advance(250);
    expect(names(before)).toEqual(['connecting', 'reconnect_attempt', 'reconnect_failed', 'reconnect_scheduled']);
    expect(server.status()).toMatchObject({ status: 'connecting', reconnectAttempt: 1 });
  });

  it('doubles the wait up to the cap', async () => {
    const reconnect = { maxAttempts: 9, maxBackoffMs: 1_500 };
    const { clock, events } = await startOn({ fallback: { connect: fail } }, { reconnect });
    await clock.advance(6_000);
    const delays = events
      .filter(({ name }) => name === 'instance.reconnect_scheduled')
      .map((e) => e.measurements['delayMs']);
    expect(delays.slice(0, 6)).toEqual([250, 500, 1_000, 1_500, 1_500, 1_500]);
  });

  it('ends with the number of attempts, the time it took and what began it', async () => {
    const { clock, events, server } = await startOn({
      script: { connect: [fail, outcome.fail('other'), outcome.ok()] },
    });
    await clock.advance(750);
    expect(events.findLast(({ name }) => name === 'instance.connected')?.metadata).toMatchObject({
      attempts: 2,
      elapsedMs: 750,
      reason: 'down',
    });
    expect(server.status()).toMatchObject({ status: 'connected', reconnectAttempt: 0, lastError: null });
  });

  it('waits Retry-After where that is longer than the backoff, and never less than the backoff', async () => {
    const long = await startOn({ script: { connect: [outcome.fail(failure({ retryAfterMs: 60_000 }))] } });
    expect(long.events.at(-1)?.measurements['delayMs']).toBe(60_000);
    const short = await startOn({ script: { connect: [outcome.fail(failure({ retryAfterMs: 1 }))] } });
    expect(short.events.at(-1)?.measurements['delayMs']).toBe(250);
  });

  it('counts on after a link that did not last, and starts over after one that did', async () => {
    const { channel, clock, events, server } = await startOn({ script: { connect: [fail] } });
    const lastSchedule = () =>
      events.findLast(({ name }) => name === 'instance.reconnect_scheduled')?.measurements['attempt'];
    await clock.advance(250);
    expect(server.status().status).toBe('connected');
    channel.links.at(-1)?.drop();
    await clock.settle();
    expect(lastSchedule()).toBe(2);
    await clock.advance(500);
    await clock.advance(defaultReconnectPolicy.minConnectedMs);
    channel.links.at(-1)?.drop();
    await clock.settle();
    expect(lastSchedule()).toBe(1);
  });

  it('can be cut short by retry', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [fail] } });
    server.retry();
    await clock.settle();
    expect(channel.callCount('connect')).toBe(2);
    expect(server.status().status).toBe('connected');
  });
});

describe('R2: deadlines and epochs', () => {
  it('an attempt that hangs is given up at its deadline, its signal aborts, and the next one follows', async () => {
    const { channel, clock, server, events } = await startOn({ script: { connect: [outcome.hang()] } });
    await clock.advance(defaultReconnectPolicy.connectTimeoutMs);
    expect(channel.connects[0]?.attempt.signal.aborted).toBe(true);
    expect(events.at(-1)).toMatchObject({ name: 'instance.reconnect_scheduled', metadata: { reason: 'timeout' } });
    await clock.advance(250);
    expect(server.status().status).toBe('connected');
  });

  it('a link that arrives after its attempt was given up is closed, and changes nothing', async () => {
    const late = outcome.hang({ ignoreAbort: true });
    const { channel, clock, server } = await startOn({ script: { connect: [late] } });
    await clock.advance(defaultReconnectPolicy.connectTimeoutMs + 250);
    expect(server.status().status).toBe('connected');
    channel.connects[0]?.answer(outcome.ok());
    await clock.settle();
    expect(channel.openLinks).toBe(1);
    expect(server.status().status).toBe('connected');
    expect(channel.callCount('connect')).toBe(2);
  });

  it('a report about a link of before changes nothing', async () => {
    const { clock, server } = await startOn();
    const connection = server.actor.getSnapshot().children.connection;
    connection?.send({ type: 'link.failed', failure: failure({}), epoch: 99 });
    await clock.settle();
    expect(server.status().status).toBe('connected');
  });

  it.each([
    ['throws at once', outcome.throwAtOnce(new Error('bang'))],
    ['resolves with undefined', outcome.garbage(undefined)],
    ['resolves with half a link', outcome.garbage({ identity: {}, closed: Promise.resolve() })],
    ['rejects with undefined', outcome.fail(undefined)],
  ])('a connect that %s is a recoverable failure', async (_, bad) => {
    const { clock, server } = await startOn({ script: { connect: [bad] } });
    expect(server.status().status).toBe('disconnected');
    await clock.advance(250);
    expect(server.status().status).toBe('connected');
  });
});

describe('R1: probes', () => {
  it('a healthy probe announces nothing and moves nothing', async () => {
    const { channel, clock, events, server } = await startOn();
    const before = server.status();
    const count = events.length;
    await clock.advance(10 * defaultReconnectPolicy.probeIntervalMs);
    expect(channel.callCount('probe')).toBe(10);
    expect(events.length).toBe(count);
    expect(server.status()).toEqual(before);
  });

  it('a probe that hangs kills the link at its deadline', async () => {
    const { channel, clock, server } = await startOn({ script: { probe: [outcome.hang()] } });
    const { probeIntervalMs, probeTimeoutMs } = defaultReconnectPolicy;
    await clock.advance(probeIntervalMs + probeTimeoutMs);
    expect(channel.openLinks).toBe(0);
    expect(server.status()).toMatchObject({ status: 'disconnected', lastError: 'timeout' });
  });

  it('a rate limit is an answer: the link lives on', async () => {
    const limited = outcome.fail(failure({ scope: 'rate', retryAfterMs: 1_000 }));
    const { channel, clock, server } = await startOn({ script: { probe: [limited] } });
    await clock.advance(2 * defaultReconnectPolicy.probeIntervalMs);
    expect(server.status().status).toBe('connected');
    expect(channel.callCount('connect')).toBe(1);
  });

  it('a link that dies by itself is noticed at once', async () => {
    const { channel, clock, names, server } = await startOn();
    const before = names().length;
    channel.links[0]?.drop(failure({ code: 'scripted.reset' }));
    await clock.settle();
    expect(server.status()).toMatchObject({ status: 'disconnected', lastError: 'scripted.reset' });
    expect(names(before)).toEqual(['health_probe', 'disconnected', 'reconnect_scheduled']);
  });

  it('a failed poll takes the link down; the next link reads on', async () => {
    const { channel, clock, server } = await startOn();
    channel.failPoll('reset');
    await clock.settle();
    expect(server.status()).toMatchObject({ status: 'disconnected', lastError: 'reset' });
    expect(channel.openLinks).toBe(0);
    await clock.advance(250);
    expect(channel.waitingPolls).toBe(1);
  });
});

describe('R3: decorrelated jitter', () => {
  it('draws each wait from the one before it', async () => {
    const { clock, events } = await startOn(
      { fallback: { connect: outcome.fail('down') } },
      { reconnect: { jitter: 'decorrelated', maxAttempts: 5 } },
    );
    await clock.advance(10_000);
    const waits = events.filter(({ name }) => name === 'instance.reconnect_scheduled').slice(0, 4);
    // The middle of [250, 3 · previous], with the random source at its middle.
    expect(waits.map(({ measurements }) => measurements['delayMs'])).toEqual([500, 875, 1_438, 2_282]);
  });
});

describe('R4: what waiting does not mend', () => {
  it('a refused token parks the instance: no call until the credentials are updated', async () => {
    const { channel, clock, events, server } = await startOn({ script: { probe: [outcome.fail(unauthorized)] } });
    await clock.advance(defaultReconnectPolicy.probeIntervalMs);
    expect(server.status()).toMatchObject({
      status: 'error',
      substate: 'unauthorized',
      lastError: 'scripted.401',
      consecutiveFailures: 1,
      restartCount: 1,
      lastRestartClass: 'fatal',
    });
    expect(events.at(-1)?.name).toBe('instance.error');
    const calls = () =>
      (['connect', 'probe', 'poll', 'send'] as const).map((operation) => channel.callCount(operation));
    const before = calls();
    await clock.advance(24 * 3_600_000);
    expect(calls()).toEqual(before);
    server.updateCredentials({ token: 'new' });
    await clock.settle();
    expect(server.status().status).toBe('connected');
    expect(channel.connects.at(-1)?.attempt.credentials).toEqual({ token: 'new' });
  });

  it('new credentials make the link anew: a token that was replaced is used no more', async () => {
    const { channel, clock, names, server } = await startOn({});
    const since = names().length;
    server.updateCredentials({ token: 'new' });
    await clock.settle();
    expect(names(since)).toEqual(['disconnected', 'connecting', 'reconnect_attempt', 'connected']);
    expect(server.status()).toMatchObject({ status: 'connected', restartCount: 0 });
    expect(channel.links[0]?.closeCalls).toHaveLength(1);
    expect(channel.openLinks).toBe(1);
    expect(channel.connects.at(-1)?.attempt.credentials).toEqual({ token: 'new' });
  });

  it('credentials that are refused park an instance that was connected, and right ones bring it back', async () => {
    const { channel, clock, server } = await startOn({
      script: { connect: [outcome.ok(), outcome.fail(unauthorized)] },
    });
    server.updateCredentials({ token: 'wrong' });
    await clock.settle();
    expect(server.status()).toMatchObject({ status: 'error', substate: 'unauthorized' });
    expect(channel.openLinks).toBe(0);
    server.updateCredentials({ token: 'right' });
    await clock.settle();
    expect(server.status().status).toBe('connected');
  });

  it('credentials that come while an attempt is under way are tried at once, and the old attempt parks nobody', async () => {
    const script = { connect: [outcome.delayed(200, outcome.fail(unauthorized)), outcome.ok()] };
    const { channel, clock, server } = await startOn({ script });
    await clock.advance(100);
    server.updateCredentials({ token: 'new' });
    await clock.advance(1_000);
    expect(server.status().status).toBe('connected');
    expect(channel.connects.map(({ attempt }) => attempt.credentials)).toEqual([undefined, { token: 'new' }]);
    expect(channel.openLinks).toBe(1);
  });

  it('another fatal failure parks it as misconfigured, and retry tries again', async () => {
    const broken = failure({ severity: 'fatal', scope: 'config', code: 'scripted.webhook' });
    const { clock, server } = await startOn({ script: { connect: [fail, outcome.fail(broken)] } });
    await clock.advance(250);
    expect(server.status()).toMatchObject({ status: 'error', substate: 'misconfigured' });
    server.retry();
    await clock.settle();
    expect(server.status().status).toBe('connected');
  });

  it('a degraded answer disconnects, counts no attempt, and is looked at again at the pace of the probes', async () => {
    const degraded = outcome.fail(failure({ severity: 'degraded', scope: 'server', code: 'scripted.denied' }));
    const { channel, clock, names, server } = await startOn({ script: { connect: [degraded, degraded] } });
    expect(names(1)).toEqual(['health_probe', 'disconnected']);
    expect(server.status()).toMatchObject({ status: 'disconnected', reconnectAttempt: 0 });
    await clock.advance(2 * defaultReconnectPolicy.probeIntervalMs);
    expect(channel.callCount('connect')).toBe(3);
    expect(server.status().status).toBe('connected');
  });
});

describe('R6: another consumer', () => {
  it('a conflict is an error that is not ready, and is tried again after a jittered wait', async () => {
    const { channel, clock, server } = await startOn({ script: { poll: [outcome.fail(conflict)] } });
    expect(server.status()).toMatchObject({ status: 'error', substate: 'conflict', lastError: 'scripted.409' });
    expect(server.healthSnapshot().ready).toBe(false);
    expect(channel.openLinks).toBe(0);
    await clock.advance(defaultReconnectPolicy.conflictRetryMs);
    expect(server.status().status).toBe('connected');
  });
});

describe('exhaustion', () => {
  const spent = { maxAttempts: 2, baseBackoffMs: 10, maxBackoffMs: 10, maxRestarts: 1, restartWindowMs: 30_000 };

  it('counts as a failure and a recoverable restart, and the outage begins again', async () => {
    const { clock, names, server } = await startOn({ fallback: { connect: fail } }, { reconnect: spent });
    await clock.advance(20);
    expect(names().slice(-5)).toEqual([
      'reconnect_failed',
      'reconnect_exhausted',
      'failure_counted',
      'child_restarted',
      'reconnect_scheduled',
    ]);
    expect(server.status()).toMatchObject({
      status: 'disconnected',
      substate: 'waiting',
      lastError: ['reconnect_exhausted', 'down'],
      consecutiveFailures: 1,
      restartCount: 1,
      lastRestartClass: 'recoverable',
      lastRestartReason: 'down',
    });
  });

  it('past the restart intensity the instance is exhausted, tries again slowly, and comes back', async () => {
    const { channel, clock, server } = await startOn({ fallback: { connect: fail } }, { reconnect: spent });
    await clock.advance(1_000);
    expect(server.status()).toMatchObject({ status: 'error', substate: 'exhausted' });
    const calls = channel.callCount('connect');
    await clock.advance(defaultReconnectPolicy.suspendedRetryMs - 1_000);
    expect(channel.callCount('connect')).toBe(calls);
    channel.append({ connect: [outcome.ok()] });
    await clock.advance(2_000);
    expect(server.status().status).toBe('connected');
  });

  it('a long outage goes down to the slow pace', async () => {
    const { channel, clock, server } = await startOn({ fallback: { connect: fail } });
    await clock.advance(defaultReconnectPolicy.suspendAfterMs + 10_000);
    expect(server.status()).toMatchObject({ status: 'disconnected', substate: 'suspended' });
    const before = channel.callCount('connect');
    await clock.advance(10 * defaultReconnectPolicy.suspendedRetryMs);
    expect(channel.callCount('connect') - before).toBe(10);
    expect(server.status().reconnectAttempt).toBeLessThanOrEqual(defaultReconnectPolicy.maxAttempts);
  });
});

describe('the end', () => {
  it('closes the link, and leaves no timer behind', async () => {
    const { channel, clock, server } = await startOn();
    const stopped = server.stop();
    await clock.settle();
    await stopped;
    expect(channel.openLinks).toBe(0);
    expect(clock.pending()).toEqual([]);
  });

  it('in the middle of an attempt gives the attempt up; its late link is closed', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.hang({ ignoreAbort: true })] } });
    await server.stop();
    channel.connects[0]?.answer(outcome.ok());
    await clock.settle();
    expect(channel.openLinks).toBe(0);
    expect(clock.pending()).toEqual([]);
  });

  it('comes at the deadline, though the channel never closes', async () => {
    const { clock, server } = await startOn({ fallback: { close: outcome.hang({ ignoreAbort: true }) } });
    let isStopped = false;
    const stopped = server.stop({ deadlineMs: 3_000 }).then(() => {
      isStopped = true;
    });
    await clock.advance(3_000);
    expect(isStopped).toBe(true);
    await stopped;
    await clock.settle();
    expect(clock.pending()).toEqual([]);
  });
});

describe('R2, R11: what an embedder tells an instance that has a channel', () => {
  it('does not make it connected: only a link does', async () => {
    const { server, names } = await startOn({ fallback: { connect: outcome.hang() } });
    const since = names().length;
    server.notifyConnected({ version: '1' });
    expect(server.status().status).not.toBe('connected');
    expect(server.healthSnapshot().ready).toBe(false);
    expect(names(since)).toEqual([]);
  });

  it('does not leave it connecting or counting attempts while its link lives', async () => {
    const { server } = await startOn({});
    server.notifyConnecting();
    server.notifyReconnectAttempt(3, 'app');
    expect(server.status()).toMatchObject({ status: 'connected', reconnectAttempt: 0 });
    server.notifyReconnectAttempt(0);
    expect(server.status()).toMatchObject({ status: 'connected', lastError: null });
  });

  it('makes the link anew when it says that it is disconnected', async () => {
    const { channel, clock, names, server } = await startOn({});
    const since = names().length;
    server.notifyDisconnected('the app saw it die');
    expect(server.status()).toMatchObject({ status: 'disconnected', lastError: 'the app saw it die' });
    await clock.advance(250);
    expect(server.status().status).toBe('connected');
    expect(channel.callCount('connect')).toBe(2);
    expect(channel.openLinks).toBe(1);
    expect(names(since)).toContain('disconnected');
  });

  it('changes nothing for a parked instance: it stays parked', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.fail(unauthorized)] } });
    server.notifyConnected();
    server.notifyConnecting();
    server.notifyDisconnected('app');
    await clock.advance(3_600_000);
    expect(server.status()).toMatchObject({ status: 'error', substate: 'unauthorized' });
    expect(channel.callCount('connect')).toBe(1);
  });
});
