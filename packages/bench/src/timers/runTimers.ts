import type { Figure } from '../figures/Figures.ts';
import { ChildService } from '../processes/ChildService.ts';
import { count } from '../report/numbers.ts';
import type { Run } from '../run.ts';
import { calmMs, type TimersPlan } from './measureTimers.ts';
import type { TimersService } from './timersHost.ts';

export interface RestPlan extends Omit<TimersPlan, 'instances'> {
  readonly sizes: readonly number[];
}

export async function runTimers({ sizes, ...plan }: RestPlan, run: Run): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const instances of sizes) {
    if (!run.patience.allows('timers', instances)) continue;
    run.onProgress(`timers: ${count(instances)} instances`);
    const startedAtMs = performance.now();
    await using host = new ChildService<TimersService>(new URL('./timersHost.js', import.meta.url), [], {
      isMeasuringHeap: true,
    });
    figures.push(...(await host.call('rest', { ...plan, instances })));
    // The watching takes as long with few as with many: only the rest grows with them.
    const watchedMs = plan.periods * plan.probeIntervalMs + 2 * plan.looks * plan.lookMs + 2 * calmMs;
    run.patience.took('timers', instances, Math.max(0, performance.now() - startedAtMs - watchedMs));
  }
  return figures;
}
