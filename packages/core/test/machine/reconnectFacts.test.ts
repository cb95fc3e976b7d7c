import { outcome } from '@holdfast/testing';
import { defaultReconnectPolicy, type Failure, type TelemetryEvent } from 'holdfast';
import { describe, expect, it } from 'vitest';
import type { ReconnectContext } from '../../src/machine/reconnectModel.ts';
import { type Running, startOn } from './onScriptedChannel.ts';

const failure = (changes: Partial<Failure>): Failure => ({
  severity: 'recoverable',
  scope: 'link',
  code: 'scripted.test',
  message: 'as scripted',
  ...changes,
});
const conflict = failure({ scope: 'conflict', code: 'scripted.409' });
const degraded = failure({ severity: 'degraded', scope: 'config', code: 'scripted.501' });
const limited = failure({ scope: 'rate', code: 'scripted.429', retryAfterMs: 9_000 });
const down = outcome.fail('down');

/** What the connection of an instance knows. */
function contextOf({ server }: Running): ReconnectContext {
  const { connection } = server.actor.getSnapshot().children;
  if (!connection) throw new Error('The instance has no connection.');
  return connection.getSnapshot().context;
}

/** What is signalled of a connection: the name, what was measured, and the rest without whose it is and when. */
function facts(events: readonly TelemetryEvent[]) {
  return events.map(({ name, measurements, metadata }) => {
    const { instanceModule: _, instanceId: __, channelType: ___, timestamp: ____, ...rest } = metadata;
    const { timestamp: _____, ...measured } = measurements;
    return [name.replace('instance.', ''), measured, rest];
  });
}

describe('what is signalled of an outage', () => {
  it('is each step of it, with its number, its class and its reason', async () => {
    const script = { connect: [down, outcome.fail('other')] };
    const { clock, events } = await startOn({ script });
    await clock.advance(250);
    await clock.advance(500);
    expect(facts(events.slice(1))).toEqual([
      ['health_probe', {}, { outcome: 'error', failureClass: 'recoverable', reason: 'down' }],
      ['disconnected', {}, { reason: 'down' }],
      ['reconnect_scheduled', { attempt: 1, delayMs: 250 }, { failureClass: 'recoverable', reason: 'down' }],
      ['connecting', {}, {}],
      ['reconnect_attempt', { attempt: 1 }, { reason: 'down' }],
      ['reconnect_failed', { attempt: 1 }, { failureClass: 'recoverable', reason: 'other' }],
      ['reconnect_scheduled', { attempt: 2, delayMs: 500 }, { failureClass: 'recoverable', reason: 'other' }],
      ['connecting', {}, {}],
      ['reconnect_attempt', { attempt: 2 }, { reason: 'down' }],
      ['connected', {}, { attempts: 2, elapsedMs: 750, reason: 'down' }],
    ]);
  });

  it('is how bad the failure is', async () => {
    const { events } = await startOn({ script: { connect: [outcome.fail(degraded)] } });
    expect(facts(events.slice(1, 2))).toEqual([
      ['health_probe', {}, { outcome: 'error', failureClass: 'degraded', reason: 'scripted.501' }],
    ]);
  });

  it.each([
    ['that has failed', [down, outcome.fail('other')], 'other'],
    ['whose link did not last', [down, outcome.ok()], 'scripted.dropped'],
  ] as const)('is its exhaustion, with the number of the last attempt: one %s', async (_, connect, reason) => {
    const { channel, clock, events } = await startOn({ script: { connect } }, { reconnect: { maxAttempts: 1 } });
    await clock.advance(250);
    channel.links.at(-1)?.drop();
    await clock.settle();
    expect(facts(events).filter(([name]) => name === 'reconnect_exhausted')).toEqual([
      ['reconnect_exhausted', { attempt: 1 }, { failureClass: 'recoverable', reason }],
    ]);
  });

  it('whose first failure exhausts it, for its link did not last, is what it was and how long it took', async () => {
    const script = { connect: [down] };
    const { channel, clock, events } = await startOn({ script }, { reconnect: { maxAttempts: 1, maxBackoffMs: 400 } });
    await clock.advance(250);
    channel.links.at(-1)?.drop();
    await clock.settle();
    const since = events.length;
    await clock.advance(400);
    expect(facts(events.slice(since))).toEqual([
      ['connecting', {}, {}],
      ['reconnect_attempt', { attempt: 1 }, { reason: 'scripted.dropped' }],
      ['connected', {}, { attempts: 1, elapsedMs: 400, reason: 'scripted.dropped' }],
    ]);
  });
});

describe('what a connection knows', () => {
  it('is at first nothing but its channel', async () => {
    const { channel: _, ...rest } = contextOf(await startOn({ fallback: { connect: outcome.hang() } }));
    expect(rest).toEqual({
      epoch: 1,
      attempt: 0,
      unstableAttempts: 0,
      delayMs: 0,
      turnMs: 0,
      probedAtMs: 0,
      failure: null,
      outage: null,
      link: null,
      restarts: [],
    });
  });

  it('is the one link that there is, with the epoch of its attempt', async () => {
    const running = await startOn({ script: { connect: [down, down, outcome.ok(), outcome.hang()] } });
    expect([contextOf(running).epoch, contextOf(running).link]).toEqual([1, null]);
    await running.clock.advance(750);
    expect([contextOf(running).epoch, contextOf(running).link?.epoch]).toEqual([3, 3]);
    running.channel.links.at(-1)?.drop();
    await running.clock.settle();
    expect(contextOf(running).link).toBeNull();
    running.server.retry();
    expect(contextOf(running).epoch).toBe(4);
  });

  it('is what has timed out, and after how long', async () => {
    const running = await startOn({ script: { connect: [outcome.hang()], probe: [outcome.hang()] } });
    await running.clock.advance(defaultReconnectPolicy.connectTimeoutMs);
    expect(contextOf(running).failure?.message).toBe('No answer to connect within 15000 ms.');
    await running.clock.advance(250);
    await running.clock.advance(defaultReconnectPolicy.probeIntervalMs + defaultReconnectPolicy.probeTimeoutMs);
    expect(contextOf(running).failure?.message).toBe('No answer to probe within 10000 ms.');
  });

  it('is nothing of the outage any more once the peer has said that it works, and not for this', async () => {
    const running = await startOn({ script: { connect: [down, outcome.fail(degraded)] } });
    await running.clock.advance(250);
    expect(contextOf(running)).toMatchObject({ attempt: 0, unstableAttempts: 0, outage: null, failure: degraded });
  });

  it.each([
    ['for its pace', conflict, 15_000],
    ['no less than it is asked to', { ...conflict, retryAfterMs: 60_000 }, 60_000],
    ['no less than its pace', { ...conflict, retryAfterMs: 10 }, 15_000],
  ])('of another consumer is since when, and that it waits %s', async (_, own, delayMs) => {
    const running = await startOn({ script: { connect: [outcome.fail(own)] } });
    const outage = { sinceMs: running.clock.now(), reason: 'scripted.409' };
    expect(contextOf(running)).toMatchObject({ attempt: 0, delayMs, outage });
    const counted = await startOn({ script: { connect: [down, outcome.fail(own)] } });
    await counted.clock.advance(250);
    expect(contextOf(counted)).toMatchObject({ attempt: 0, delayMs });
  });
});

describe('why a link is made anew', () => {
  it('is in the words of whoever gave it up', async () => {
    const running = await startOn({ script: { connect: [outcome.ok(), outcome.hang()] } });
    running.server.notifyDisconnected('restarting');
    expect(contextOf(running).failure).toEqual({
      severity: 'recoverable',
      scope: 'link',
      code: 'holdfast.given_up',
      message: 'Link 1 was given up from outside, by the limit of consecutive failures or an embedder.',
      reason: 'restarting',
    });
  });

  it('is that there are new credentials', async () => {
    const running = await startOn(
      { script: { connect: [outcome.ok(), outcome.hang()] } },
      { credentials: { token: 'one secret' } },
    );
    running.server.updateCredentials({ token: 'another secret' });
    await running.clock.settle();
    expect(contextOf(running).failure).toEqual({
      severity: 'recoverable',
      scope: 'link',
      code: 'holdfast.renewed',
      message: 'There are new credentials; the link is made anew with them.',
      reason: 'credentials.updated',
    });
    expect(running.events.findLast(({ name }) => name === 'instance.disconnected')?.metadata['reason']).toBe(
      'credentials.updated',
    );
  });

  it('is that a worker broke, where one did: it counts as a failed attempt', async () => {
    const running = await startOn({ script: { connect: [outcome.hang()] } });
    const event = { type: 'xstate.error.actor.connector', error: new Error('a defect'), actorId: 'connector' } as const;
    running.server.actor.getSnapshot().children.connection?.send(event);
    expect(contextOf(running).failure).toEqual({
      severity: 'recoverable',
      scope: 'link',
      code: 'holdfast.worker_crash',
      message: 'A worker of the connection ended unexpectedly (xstate.error.actor.connector).',
    });
    await running.clock.advance(250);
    expect(running.server.status().status).toBe('connected');
  });
});

describe('a wait', () => {
  it('that a rate limit asks for is no shorter than the backoff, and is none of the attempts', async () => {
    const later = { ...limited, retryAfterMs: 10 };
    const script = { connect: [down, outcome.fail(limited), outcome.fail(later), outcome.fail(later)] };
    const { channel, clock, events } = await startOn({ script });
    await clock.advance(20_000);
    const atMs = channel.connects.map((call) => call.atMs - (channel.connects[0]?.atMs ?? 0));
    expect(atMs).toEqual([0, 250, 9_250, 9_500, 9_750]);
    const scheduled = events.filter(({ name }) => name === 'instance.reconnect_scheduled');
    expect(scheduled.map(({ measurements }) => measurements)).toEqual([
      { attempt: 1, delayMs: 250 },
      { attempt: 1, delayMs: 9_000 },
      { attempt: 1, delayMs: 250 },
      { attempt: 1, delayMs: 250 },
    ]);
  });

  it('with decorrelated jitter follows from the one before, and from the base in a new outage', async () => {
    const script = { connect: [down, down, down, outcome.ok(), down] };
    const { channel, clock, events } = await startOn({ script }, { reconnect: { jitter: 'decorrelated' } });
    await clock.advance(10_000);
    channel.links.at(-1)?.drop();
    await clock.settle();
    const delays = events.map(({ measurements }) => measurements['delayMs']).filter((ms) => ms !== undefined);
    expect(delays).toEqual([500, 875, 1_438, 500]);
  });

  it('with decorrelated jitter follows from the base where there was none before', async () => {
    const { clock, events, server } = await startOn(
      { script: { connect: [outcome.ok(), down] } },
      { reconnect: { jitter: 'decorrelated' }, credentials: { token: 'one secret' } },
    );
    server.updateCredentials({ token: 'another secret' });
    await clock.settle();
    expect(events.at(-1)).toMatchObject({
      name: 'instance.reconnect_scheduled',
      measurements: { attempt: 2, delayMs: 500 },
    });
  });
});
