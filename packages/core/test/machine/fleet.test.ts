import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, defaultReconnectPolicy, type Failure, InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from './onScriptedChannel.ts';
import { busiest, dropAll, startFleet } from './startFleet.ts';

const { probeIntervalMs, probeTimeoutMs } = defaultReconnectPolicy;

describe('R1: gaps in time', () => {
  it('a wall-clock gap of over two periods runs one probe at once, and is no restart', async () => {
    const { channel, clock, events, server } = await startOn();
    const count = events.length;
    clock.jump(15_000);
    await clock.advance(0);
    expect(channel.callCount('probe')).toBe(1);
    await clock.advance(5_000);
    expect(channel.callCount('probe')).toBe(1);
    expect(server.status().status).toBe('connected');
    expect(events.length).toBe(count);
  });

  it('a gap while a probe is under way gives the probe its time once more', async () => {
    const { channel, clock, server } = await startOn({ script: { probe: [outcome.hang()] } });
    await clock.advance(probeIntervalMs);
    clock.jump(3_600_000);
    await clock.advance(0);
    expect(server.status().status).toBe('connected');
    expect(channel.callCount('probe')).toBe(2);
    await clock.advance(2 * probeIntervalMs);
    expect(channel.callCount('connect')).toBe(1);
  });

  it('a gap while a read is under way is no reason to give the link up', async () => {
    const { channel, clock, server } = await startOn({ fallback: { poll: outcome.hang() } });
    await clock.advance(20_000);
    clock.jump(3_600_000);
    await clock.advance(1_000);
    expect(server.status().status).toBe('connected');
    expect(channel.callCount('connect')).toBe(1);
  });

  it('a half-open peer is noticed within two probe periods', async () => {
    const { clock, events, server } = await startOn({ fallback: { probe: outcome.hang(), connect: outcome.ok() } });
    await clock.advance(probeIntervalMs + probeTimeoutMs);
    expect(probeIntervalMs + probeTimeoutMs).toBeLessThanOrEqual(2 * probeIntervalMs);
    expect(events.some(({ name }) => name === 'instance.disconnected')).toBe(true);
    expect(server.status().lastError).toBe('timeout');
  });
});

describe('R3: storms', () => {
  it('a kind of channel is held to its own rate beside that', async () => {
    const reconnectBudget = { fleetRatioPerSecond: 1, kinds: { scripted: { perSecond: 2, burst: 1 } } };
    const attempts = await dropAll({ instances: 20, reconnectBudget });
    expect(busiest(attempts, 1_000)).toBeLessThanOrEqual(3);
  });

  it('an attempt that waits for its turn says so, and can be cut short by an operator', async () => {
    const reconnectBudget = { fleetRatioPerSecond: 0, minPerSecond: 0.01, burst: 1 };
    const { channel, clock, events, servers } = await startFleet({ instances: 2, reconnectBudget });
    for (const link of channel.links) link.drop();
    await clock.advance(1_000);
    const queued = servers.filter((server) => server.status().status === 'disconnected');
    expect(queued).toHaveLength(1);
    const [said, ...more] = events.filter(({ name }) => name === 'instance.reconnect_queued');
    expect([said?.measurements['attempt'], more]).toEqual([1, []]);
    expect(said?.measurements['delayMs']).toBeGreaterThan(99_000);
    expect(said?.measurements['delayMs']).toBeLessThanOrEqual(100_000);
    queued[0]?.retry();
    await clock.settle();
    expect(servers.map((server) => server.status().status)).toEqual(['connected', 'connected']);
  });

  it("a channel's `not now` is asked before each attempt, and waited for", async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.fail('down')] } });
    const notBeforeMs = clock.now() + 90_000;
    Object.assign(channel, { reconnectNotBefore: () => notBeforeMs });
    await clock.advance(89_999);
    expect(channel.callCount('connect')).toBe(1);
    await clock.advance(1);
    expect(channel.callCount('connect')).toBe(2);
    expect(server.status().status).toBe('connected');
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('bad hook');
      },
    ],
    ['answers with garbage', () => 'soon'],
    ['answers with infinity', () => Number.POSITIVE_INFINITY],
  ])('a `not now` that %s holds nobody back', async (_, reconnectNotBefore) => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.fail('down')] } });
    Object.assign(channel, { reconnectNotBefore });
    await clock.advance(1_000);
    expect(server.status().status).toBe('connected');
  });

  it('a rate limit on connecting waits Retry-After and uses up no attempt', async () => {
    const limited: Failure = {
      severity: 'recoverable',
      scope: 'rate',
      code: 'x.429',
      message: 'slow',
      retryAfterMs: 9_000,
    };
    const script = { connect: [outcome.fail('down'), outcome.fail(limited), outcome.fail(limited)] };
    const { clock, events, server } = await startOn({ script }, { reconnect: { maxAttempts: 1 } });
    await clock.advance(250 + 2 * 9_000);
    expect(server.status()).toMatchObject({ status: 'connected', restartCount: 0 });
    const attempts = events.filter(({ name }) => name === 'instance.reconnect_attempt');
    expect(attempts.map(({ measurements }) => measurements['attempt'])).toEqual([1, 1, 1]);
  });

  it('a budget that makes no sense is refused with its path', () => {
    expect(() => createMessaging({ reconnectBudget: { minPerSecond: 0 } })).toThrow(InvalidInputError);
    expect(() => createMessaging({ reconnectBudget: { minPerSecond: 0 } })).toThrow('reconnectBudget.minPerSecond');
  });

  it('a clock that is set back holds nobody back', async () => {
    let offsetMs = 0;
    const clock = new VirtualClock();
    const skewed = {
      now: () => clock.now() + offsetMs,
      setTimeout: clock.setTimeout.bind(clock),
      clearTimeout: clock.clearTimeout.bind(clock),
    };
    const channel = scriptedChannel({ clock: skewed });
    const messaging = createMessaging({
      channels: [channel],
      clock: skewed,
      reconnectBudget: { burst: 1, minPerSecond: 1 },
    });
    const server = await messaging.startInstance('scripted', { name: 'Bot' });
    await clock.settle();
    for (let round = 0; round < 3; round += 1) {
      channel.links.at(-1)?.drop();
      await clock.advance(10_000);
      expect(server.status().status).toBe('connected');
      offsetMs -= 3_600_000;
    }
  });
});
