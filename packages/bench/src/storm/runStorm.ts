import { defaultReconnectBudget } from 'holdfast';
import type { Figure } from '../figures/Figures.ts';
import { ChildService } from '../processes/ChildService.ts';
import { count } from '../report/numbers.ts';
import type { Run } from '../run.ts';
import { calmMs, type StormPlan } from './measureStorm.ts';
import type { StormService } from './stormHost.ts';

export interface StormsPlan extends Omit<StormPlan, 'instances'> {
  readonly sizes: readonly number[];
  /** Where it is another number of rounds. */
  readonly roundsAt: Readonly<Record<number, number>>;
}

export async function runStorm({ sizes, roundsAt, ...plan }: StormsPlan, run: Run): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const instances of sizes) {
    if (!run.patience.allows('storm', instances)) continue;
    run.onProgress(`storm: ${count(instances)} instances`);
    const startedAtMs = performance.now();
    await using host = new ChildService<StormService>(new URL('./stormHost.js', import.meta.url), [], {
      isMeasuringHeap: true,
    });
    const ratio = plan.fleetRatioPerSecond ?? defaultReconnectBudget.fleetRatioPerSecond;
    const rounds = roundsAt[instances] ?? plan.rounds;
    figures.push(...(await host.call('storm', { ...plan, instances, rounds })));
    // What a storm takes, the budget decides, whatever the size: only the rest grows with it.
    const outageMs = rounds * (calmMs + plan.outageMs + 1_000 / ratio);
    run.patience.took('storm', instances, Math.max(0, performance.now() - startedAtMs - outageMs));
  }
  return figures;
}
