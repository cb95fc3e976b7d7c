import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import {
  createMessaging,
  defaultReconnectPolicy,
  type Failure,
  InvalidInputError,
  type TelemetryEvent,
} from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from './onScriptedChannel.ts';

const { probeIntervalMs, probeTimeoutMs } = defaultReconnectPolicy;

/** A generator of numbers that look random and are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

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

  it('a day of silence restarts nothing', async () => {
    const { channel, clock, events, server } = await startOn();
    const before = server.status();
    const count = events.length;
    await clock.advance(24 * 3_600_000);
    expect(channel.callCount('connect')).toBe(1);
    expect(channel.callCount('probe')).toBe((24 * 3_600_000) / probeIntervalMs);
    expect(server.status()).toEqual(before);
    expect(events.length).toBe(count);
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
  it('a thousand instances that drop at once spread out: no second holds over a twentieth of the attempts', async () => {
    const attempts = await dropAll({ instances: 1_000 });
    expect(attempts).toHaveLength(1_000);
    expect(busiest(attempts, 1_000)).toBeLessThanOrEqual(50);
  }, 60_000);

  it('the budget of the fleet is never exceeded, in any window', async () => {
    const reconnectBudget = { fleetRatioPerSecond: 0, minPerSecond: 20, burst: 5 };
    const attempts = await dropAll({ instances: 200, reconnectBudget });
    for (const windowMs of [100, 1_000, 5_000]) {
      expect(busiest(attempts, windowMs)).toBeLessThanOrEqual(5 + (20 * windowMs) / 1_000);
    }
  }, 60_000);

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
    expect(events.filter(({ name }) => name === 'instance.reconnect_queued')).toHaveLength(1);
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

describe('R9: ten thousand reconnects', () => {
  it('leave timers, listeners and links as they were', async () => {
    const { channel, clock, server } = await startOn({ keep: 10 }, { reconnect: { minConnectedMs: 0 } });
    await clock.advance(1_000);
    const timers = clock.pending().length;
    for (let round = 0; round < 10_000; round += 1) {
      channel.links.at(-1)?.drop();
      await clock.advance(1_000);
    }
    expect(channel.callCount('connect')).toBe(10_001);
    expect(server.status()).toMatchObject({ status: 'connected', restartCount: 0 });
    expect(channel.openLinks).toBe(1);
    expect(channel.waitingPolls).toBe(1);
    expect(clock.pending()).toHaveLength(timers);
    expect(Object.keys(server.actor.getSnapshot().children)).toHaveLength(3);
  }, 120_000);

  it('leave the heap as it was', async () => {
    const clock = new VirtualClock();
    const channel = scriptedChannel({ clock, keep: 10 });
    const messaging = createMessaging({ channels: [channel], clock, random: () => 0.5 });
    const server = await messaging.startInstance('scripted', { name: 'Bot', reconnect: { minConnectedMs: 0 } });
    const heapAfter = async (reconnects: number): Promise<number> => {
      for (let round = 0; round < reconnects; round += 1) {
        channel.links.at(-1)?.drop();
        await clock.advance(1_000);
      }
      collectGarbage();
      return process.memoryUsage().heapUsed;
    };
    const before = await heapAfter(6_000); // What V8 compiles and caches is there by then.
    const after = await heapAfter(10_000);
    expect(server.status().status).toBe('connected');
    expect(channel.callCount('connect')).toBe(16_001);
    expect((after - before) / 10_000).toBeLessThan(24); // Bytes: less than one object with a field costs.
  }, 120_000);

  it('a week of a peer that is down: bounded attempts, and recovery within one period of its return', async () => {
    const { channel, clock, server } = await startOn({ fallback: { connect: outcome.fail('down') }, keep: 10 });
    const weekMs = 7 * 24 * 3_600_000;
    await clock.advance(weekMs);
    const { suspendAfterMs, suspendedRetryMs } = defaultReconnectPolicy;
    expect(channel.callCount('connect')).toBeLessThanOrEqual(weekMs / suspendedRetryMs + suspendAfterMs / 250);
    channel.append({ connect: [outcome.ok()] });
    await clock.advance(1.2 * suspendedRetryMs);
    expect(server.status().status).toBe('connected');
  }, 60_000);
});

/** The collector can be had without a flag of the process. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('This Node has no garbage collector to call.');
  collect();
}

interface FleetOptions {
  readonly instances: number;
  readonly reconnectBudget?: Parameters<typeof createMessaging>[0] extends infer Options
    ? NonNullable<Options extends { reconnectBudget?: infer Budget } ? Budget : never>
    : never;
}

async function startFleet({ instances, reconnectBudget }: FleetOptions) {
  const clock = new VirtualClock();
  const channel = scriptedChannel({ clock });
  const events: TelemetryEvent[] = [];
  const messaging = createMessaging({
    channels: [channel],
    clock,
    random: seeded(7),
    observer: (event) => events.push(event),
    reconnectBudget,
  });
  const servers = [];
  for (let n = 0; n < instances; n += 1) servers.push(await messaging.startInstance('scripted', { name: `Bot ${n}` }));
  await clock.advance(10_000);
  return { channel, clock, events, servers };
}

/** When the attempts were made after all links had dropped at one moment. */
async function dropAll(options: FleetOptions): Promise<number[]> {
  const { channel, clock, servers } = await startFleet(options);
  const droppedAtMs = clock.now();
  for (const link of channel.links) link.drop();
  await clock.advance(60_000);
  expect(new Set(servers.map((server) => server.status().status))).toEqual(new Set(['connected']));
  return channel.connects.map(({ atMs }) => atMs - droppedAtMs).filter((afterMs) => afterMs >= 0);
}

/** The most attempts that any window of this length holds. */
function busiest(attempts: readonly number[], windowMs: number): number {
  const sorted = [...attempts].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  sorted.forEach((at, last) => {
    while (at - (sorted[first] ?? at) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
