import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, type TelemetryEvent } from 'holdfast';
import { expect } from 'vitest';

/** A generator of numbers that look random and are the same each time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
export interface FleetOptions {
  readonly instances: number;
  readonly reconnectBudget?: Parameters<typeof createMessaging>[0] extends infer Options
    ? NonNullable<Options extends { reconnectBudget?: infer Budget } ? Budget : never>
    : never;
}

/** Instances on one scripted channel, all of them connected. */
export async function startFleet({ instances, reconnectBudget }: FleetOptions) {
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
export async function dropAll(options: FleetOptions): Promise<number[]> {
  const { channel, clock, servers } = await startFleet(options);
  const droppedAtMs = clock.now();
  for (const link of channel.links) link.drop();
  await clock.advance(60_000);
  expect(new Set(servers.map((server) => server.status().status))).toEqual(new Set(['connected']));
  return channel.connects.map(({ atMs }) => atMs - droppedAtMs).filter((afterMs) => afterMs >= 0);
}

/** The most attempts that any window of this length holds. */
export function busiest(attempts: readonly number[], windowMs: number): number {
  const sorted = [...attempts].sort((a, b) => a - b);
  let most = 0;
  let first = 0;
  sorted.forEach((at, last) => {
    while (at - (sorted[first] ?? at) >= windowMs) first += 1;
    most = Math.max(most, last - first + 1);
  });
  return most;
}
