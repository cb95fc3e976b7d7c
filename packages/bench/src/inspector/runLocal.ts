import { setTimeout as pause } from 'node:timers/promises';
import { ChildService } from '../processes/ChildService.ts';
import type { Delivery, Fill, FleetService } from './fleetHost.ts';
import type { LoadResult } from './load.ts';
import type { Memory } from './memory.ts';
import { Page, type Seen } from './Page.ts';
import type { InspectorPlan } from './plan.ts';
import { type Sample, sampleWhile } from './samples.ts';

/** The inspector of Holdfast, with its page in a browser. */
export interface LocalRun {
  readonly load: LoadResult;
  readonly seen: Seen;
  readonly seconds: number;
  readonly delivery: Delivery;
  readonly fills: readonly Fill[];
  /** From a click to the chart that it shows, in milliseconds: the first that anybody sees, those of others under load, one that is new under load. */
  readonly firstChartMs: { readonly cold: number; readonly warm: readonly number[]; readonly fresh: number };
  readonly samples: readonly Sample[];
  /** What is left after garbage was collected, after a quarter of the time and at the end: of the process, and of the page. */
  readonly early: { readonly server: Memory; readonly pageHeap: number };
  readonly end: { readonly server: Memory; readonly pageHeap: number };
}

/** The program runs a moment before somebody opens the address that it has printed. */
const startsBeforeMs = 1_500;
/** The page keeps so many entries. */
const pageEntries = 22_000;

export async function runLocal(plan: InspectorPlan, onProgress: (words: string) => void): Promise<LocalRun> {
  await using host = new ChildService<FleetService>(new URL('fleetHost.js', import.meta.url), ['holdfast']);
  const url = await host.call('start', { actors: plan.actors, relay: '' });
  await pause(startsBeforeMs);
  await using page = await Page.open(url, plan.actors + 1);
  const cold = await page.chooseAt(0.5);
  onProgress(`first chart, cold: ${cold.toFixed(0)} ms`);
  await pause(1_000);
  await page.forget();

  let isRunning = true;
  const begunAtMs = performance.now();
  const loading = host.call('run', plan).finally(() => {
    isRunning = false;
  });
  const sampling = sampleWhile(
    () => isRunning,
    async () => ({ ...(await host.call('memory')), pageHeap: await page.heapBytes() }),
    ({ atSeconds, heap, pageHeap }) =>
      onProgress(`holdfast ${atSeconds.toFixed(0)} s: server heap ${mega(heap)} MB, page heap ${mega(pageHeap)} MB`),
  );
  const quarter = pause((plan.seconds * 1_000) / 4).then(() => leftOver(host, page));
  const clicking = clickAround(host, page, plan);
  const [load, samples, early, clicks] = await Promise.all([loading, sampling, quarter, clicking]);
  const seconds = (performance.now() - begunAtMs) / 1_000;
  const seen = await page.seen();
  const end = await leftOver(host, page);
  const entries = {
    name: 'entries of the page',
    unit: 'records',
    highest: await page.entries(),
    bound: pageEntries,
  } as const;
  const fills = [...(await host.call('fills')), entries];
  const delivery = await host.call('delivery');
  return { load, seen, seconds, delivery, fills, firstChartMs: { cold, ...clicks }, samples, early, end };
}

async function clickAround(
  host: ChildService<FleetService>,
  page: Page,
  { clicks, seconds }: InspectorPlan,
): Promise<{ readonly warm: readonly number[]; readonly fresh: number }> {
  const everyMs = (seconds * 1_000 * 0.9) / (clicks + 1);
  const warm: number[] = [];
  for (let click = 0; click < clicks; click += 1) {
    await pause(everyMs);
    warm.push(await page.chooseAt(((click * 7) % 19) / 20 + 0.02));
  }
  await host.call('startOther', 'checkout');
  const fresh = await page.chooseFound('checkout');
  return { warm, fresh };
}

async function leftOver(host: ChildService<FleetService>, page: Page): Promise<LocalRun['early']> {
  return { server: await host.call('memoryAfterCollection'), pageHeap: await page.heapBytesAfterCollection() };
}

function mega(bytes: number): string {
  return (bytes / 1024 / 1024).toFixed(0);
}
