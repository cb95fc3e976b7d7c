import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, defaultReconnectPolicy } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from './onScriptedChannel.ts';
import { busiest, dropAll } from './startFleet.ts';

// What fleet.test.ts pins for a few instances and a few minutes, with very many and very long: these take seconds each.

describe('R1: a day of silence', () => {
  it('restarts nothing', async () => {
    const { channel, clock, events, server } = await startOn();
    const before = server.status();
    const count = events.length;
    await clock.advance(24 * 3_600_000);
    expect(channel.callCount('connect')).toBe(1);
    expect(channel.callCount('probe')).toBe((24 * 3_600_000) / defaultReconnectPolicy.probeIntervalMs);
    expect(server.status()).toEqual(before);
    expect(events.length).toBe(count);
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
    await clock.settle();
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
