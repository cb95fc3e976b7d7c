import { runEvents } from './events/runEvents.ts';
import type { Figure, Section } from './figures/Figures.ts';
import { runMemory } from './memory/runMemory.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';
import { runStorm } from './storm/runStorm.ts';
import { runTimers } from './timers/runTimers.ts';

/** One after the other, so that none is in the way of another. */
export async function runSections(wanted: readonly Section[], plan: Plan, run: Run): Promise<Figure[]> {
  const runs: Readonly<Record<Section, () => Promise<Figure[]>>> = {
    events: () => runEvents(plan.events, run),
    memory: () => runMemory(plan.memory, run),
    storm: () => runStorm(plan.storm, run),
    timers: () => runTimers(plan.timers, run),
  };
  const figures: Figure[] = [];
  for (const section of wanted) figures.push(...(await runs[section]()));
  return figures;
}
