import type { Figure } from '../figures/Figures.ts';
import { ChildService } from '../processes/ChildService.ts';
import { count } from '../report/numbers.ts';
import type { Run } from '../run.ts';
import type { EventsService } from './eventsHost.ts';
import { type EventsPlan, patterns } from './eventsPlan.ts';

/** The patterns, and the mixed traffic at each size, each in a process of its own. Throws when a kind did not tell what it should. */
export async function runEvents(plan: EventsPlan, { onProgress }: Pick<Run, 'onProgress'>): Promise<Figure[]> {
  const { sizes, ...turns } = plan;
  const figures: Figure[] = [];
  for (const pattern of patterns) {
    onProgress(`events: ${pattern}`);
    figures.push(...(await eventsInProcess((host) => host.call('pattern', { pattern, turns }))));
  }
  for (const instances of sizes) {
    onProgress(`events: mixed, ${count(instances)} instances`);
    figures.push(...(await eventsInProcess((host) => host.call('mixed', { instances, turns }))));
  }
  return figures;
}

/** Asks a process that nobody else uses. */
export async function eventsInProcess<T>(work: (host: ChildService<EventsService>) => Promise<T>): Promise<T> {
  const script = new URL('./eventsHost.js', import.meta.url);
  await using host = new ChildService<EventsService>(script, [], { isMeasuringHeap: true });
  return await work(host);
}
