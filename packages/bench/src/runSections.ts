import { runEvents } from './events/runEvents.ts';
import type { Figure, Section } from './figures/Figures.ts';
import { runMemory } from './memory/runMemory.ts';
import type { Plan } from './plan.ts';
import type { Run } from './run.ts';
import { runStorm } from './storm/runStorm.ts';
import { runTimers } from './timers/runTimers.ts';

export interface SectionsRun {
  readonly figures: readonly Figure[];
  /** Which sections broke off, and how. */
  readonly failures: readonly string[];
}

/** One after the other, so that none is in the way of another. One that breaks off takes nothing from the others. */
export async function runSections(wanted: readonly Section[], plan: Plan, run: Run): Promise<SectionsRun> {
  const runs: Readonly<Record<Section, () => Promise<Figure[]>>> = {
    events: () => runEvents(plan.events, run),
    memory: () => runMemory(plan.memory, run),
    storm: () => runStorm(plan.storm, run),
    timers: () => runTimers(plan.timers, run),
  };
  const figures: Figure[] = [];
  const failures: string[] = [];
  for (const section of wanted) {
    try {
      figures.push(...(await runs[section]()));
    } catch (error) {
      failures.push(`${section} broke off: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
    }
  }
  return { figures, failures };
}
