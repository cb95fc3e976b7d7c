import type { Figure } from '../figures/Figures.ts';
import { liveHeap, pause } from '../fleet/heap.ts';
import { openFleet } from '../fleet/populations.ts';

export interface TimersPlan {
  readonly instances: number;
  /** How often each link is probed. Milliseconds. */
  readonly probeIntervalMs: number;
  /** Periods of probes that are watched. */
  readonly periods: number;
  /** Looks, of so long each, at what is armed while none of it falls due. */
  readonly looks: number;
  readonly lookMs: number;
}

/** By then a link counts as stable, and nobody has anything to do but to probe; core's default, and a second. Milliseconds. */
export const calmMs = 6_000;

/** An hour: no probe falls due, and no read ends, while anybody looks. Milliseconds. */
const neverMs = 3_600_000;

/**
 * Processor time a second of instances to which nothing happens: in all, where each is probed in its turn, and while no probe is due.
 * And of a process that has none. For a process that does nothing else.
 */
export async function measureTimers({
  instances,
  lookMs,
  looks,
  periods,
  probeIntervalMs,
}: TimersPlan): Promise<Figure[]> {
  const none = await atRest(looks, lookMs);
  const armed = await withFleet(instances, neverMs, () => atRest(looks, lookMs));
  // Over whole periods, each instance is probed as often as all others, whenever it was started.
  const probed = await withFleet(instances, probeIntervalMs, () => atRest(periods, probeIntervalMs));
  const figure = { section: 'timers', who: 'server', instances, unit: 'CPU s/s' } as const;
  return [
    { ...figure, what: 'none', rounds: none },
    { ...figure, what: 'armed', rounds: armed },
    { ...figure, what: 'probed', rounds: probed },
  ];
}

async function withFleet<T>(instances: number, probeIntervalMs: number, work: () => Promise<T>): Promise<T> {
  const { messaging, peer } = await openFleet('awake', instances, {
    defaults: {
      reconnect: { probeIntervalMs },
      ...(probeIntervalMs === neverMs ? { poller: { waitMs: neverMs } } : {}),
    },
  });
  await pause(calmMs);
  const probesBefore = peer.probes;
  const result = await work();
  const probes = peer.probes - probesBefore;
  const expected = probeIntervalMs === neverMs ? 0 : instances;
  if (probes < 0.9 * expected) throw new Error(`${instances} instances were probed ${probes} times.`);
  await messaging.stop({ deadlineMs: 1_000 });
  return result;
}

async function atRest(looks: number, lookMs: number): Promise<number[]> {
  liveHeap();
  await pause(500);
  const shares: number[] = [];
  for (let look = 0; look < looks; look += 1) {
    const startedAtMs = performance.now();
    const before = process.cpuUsage();
    await pause(lookMs);
    const { system, user } = process.cpuUsage(before);
    shares.push((system + user) / 1e3 / (performance.now() - startedAtMs));
  }
  return shares;
}
