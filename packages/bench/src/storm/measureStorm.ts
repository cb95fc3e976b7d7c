import { monitorEventLoopDelay } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { defaultReconnectBudget, type TelemetryEvent } from 'holdfast';
import type { Figure, Unit } from '../figures/Figures.ts';
import { liveHeap, pause } from '../fleet/heap.ts';
import { type Fleet, openFleet } from '../fleet/populations.ts';
import { quantile } from '../report/statistics.ts';
import { mostWithin } from './mostWithin.ts';

export interface StormPlan {
  readonly instances: number;
  readonly rounds: number;
  /** How long the peer is away. Milliseconds. */
  readonly outageMs: number;
  /** Attempts a second for each instance that runs; core's default when it is left out. */
  readonly fleetRatioPerSecond?: number;
}

/** So long a link has to live for the next outage to begin like the first; core's default, and a second. Milliseconds. */
export const calmMs = 6_000;
const lookEveryMs = 50;
const delayResolutionMs = 10;
/** An outage is over after the budget's 25 seconds; past this something is wrong. Milliseconds. */
const limitMs = 180_000;

/** All instances lose their peer at once, and get it back. For a process that does nothing else. */
export async function measureStorm(plan: StormPlan): Promise<Figure[]> {
  const { instances, rounds } = plan;
  const outages = new Outages();
  const ratio = plan.fleetRatioPerSecond;
  const fleet = await openFleet('awake', instances, {
    observer: (event) => outages.note(event),
    ...(ratio === undefined ? {} : { reconnectBudget: { fleetRatioPerSecond: ratio } }),
  });
  const played: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) {
    await pause(calmMs);
    played.push(await playStorm(fleet, outages, plan));
  }
  await fleet.messaging.stop({ deadlineMs: 1_000 });
  return Object.entries(stormUnits).map(([what, unit]) => {
    const figures = played.map((storm) => storm[what] ?? Number.NaN);
    return { section: 'storm', what, who: 'server', instances, unit, rounds: figures };
  });
}

/** What is measured of a storm. */
export const stormUnits = {
  cpu: 'µs',
  peakHeap: 'MB',
  delayP99: 'ms',
  delayMax: 'ms',
  mostAttempts: '/s',
  budget: '/s',
  mttrMedian: 's',
  mttrP99: 's',
} as const satisfies Readonly<Record<string, Unit>>;

export type StormFigure = keyof typeof stormUnits;

async function playStorm(fleet: Fleet, outages: Outages, plan: StormPlan): Promise<Record<StormFigure, number>> {
  const { peer } = fleet;
  const { instances, outageMs, fleetRatioPerSecond = defaultReconnectBudget.fleetRatioPerSecond } = plan;
  liveHeap();
  outages.forget();
  peer.attemptsAtMs.length = 0;
  let peakHeap = 0;
  const look = setInterval(() => {
    peakHeap = Math.max(peakHeap, getHeapStatistics().used_heap_size);
  }, lookEveryMs);
  const delay = monitorEventLoopDelay({ resolution: delayResolutionMs });
  delay.enable();
  const cpuBefore = process.cpuUsage();
  peer.goDown();
  await pause(outageMs);
  peer.comeBack();
  await untilLinked(fleet, instances);
  const { system, user } = process.cpuUsage(cpuBefore);
  delay.disable();
  clearInterval(look);
  const timesMs = outages.timesMs;
  if (timesMs.length !== instances)
    throw new Error(`${timesMs.length} of ${instances} instances told that they were back.`);
  const { burst, minPerSecond } = defaultReconnectBudget;
  return {
    cpu: (system + user) / instances,
    peakHeap: peakHeap / 1e6,
    // Node measures from one look to the next, so a loop that is never held up shows the resolution.
    delayP99: Math.max(0, delay.percentile(99) / 1e6 - delayResolutionMs),
    delayMax: Math.max(0, delay.max / 1e6 - delayResolutionMs),
    mostAttempts: mostWithin(peer.attemptsAtMs, 1_000),
    budget: burst + Math.max(minPerSecond, fleetRatioPerSecond * instances),
    mttrMedian: quantile(timesMs, 0.5) / 1e3,
    mttrP99: quantile(timesMs, 0.99) / 1e3,
  };
}

async function untilLinked({ peer, servers }: Fleet, instances: number): Promise<void> {
  const endMs = performance.now() + limitMs;
  while (peer.links < instances || servers.some((server) => server.status().status !== 'connected')) {
    if (performance.now() > endMs)
      throw new Error(`After ${limitMs / 1e3} s only ${peer.links} of ${instances} are back.`);
    await pause(lookEveryMs);
  }
}

/** How long each instance was without a link, by what it tells: the first time that it lost one. */
class Outages {
  readonly #lostAtMs = new Map<unknown, number>();
  readonly #timesMs = new Map<unknown, number>();

  /** Milliseconds, one an instance that is back. */
  get timesMs(): readonly number[] {
    return [...this.#timesMs.values()];
  }

  note({ metadata, name }: TelemetryEvent): void {
    const { instanceId } = metadata;
    if (this.#timesMs.has(instanceId)) return;
    const lostAtMs = this.#lostAtMs.get(instanceId);
    if (name === 'instance.disconnected' && lostAtMs === undefined) this.#lostAtMs.set(instanceId, performance.now());
    if (name === 'instance.connected' && lostAtMs !== undefined) {
      this.#timesMs.set(instanceId, performance.now() - lostAtMs);
    }
  }

  forget(): void {
    this.#lostAtMs.clear();
    this.#timesMs.clear();
  }
}
