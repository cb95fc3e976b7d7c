import { ChildService } from '../processes/ChildService.ts';
import type { FleetService } from './fleetHost.ts';
import type { LoadResult } from './load.ts';
import type { InspectorPlan } from './plan.ts';

/** The same load with nobody who watches. */
export async function runBare(plan: InspectorPlan): Promise<LoadResult> {
  await using host = new ChildService<FleetService>(new URL('fleetHost.js', import.meta.url), ['none']);
  await host.call('start', { actors: plan.actors, relay: '' });
  return await host.call('run', { ...plan, seconds: Math.min(plan.seconds, 5) });
}
