import { type Figure, Figures } from '../figures/Figures.ts';
import { type Comparison, compare } from './comparison.ts';
import { type Group, groups, guardedRatios, ratiosIn } from './ratios.ts';

export interface GuardRun {
  readonly recorded: ReadonlyMap<string, number>;
  /** What one group stands on, measured with so many times as many rounds as usual. */
  readonly measure: (group: Group, effort: number) => Promise<readonly Figure[]>;
  readonly onProgress: (what: string) => void;
}

/** How many times as many rounds there are when a ratio is looked at once more. */
export const secondEffort = 3;

/** Measures all ratios, and those groups once more, with more rounds, in which one has fallen: a machine may have been busy. */
export async function runGuard({ measure, onProgress, recorded }: GuardRun): Promise<Comparison[]> {
  const measured = new Map<string, number>();
  for (const group of groups) {
    onProgress(`guard: ${group}`);
    const own = guardedRatios.filter((ratio) => ratio.group === group);
    const look = async (effort: number): Promise<Map<string, number>> =>
      ratiosIn(new Figures(await measure(group, effort)), own);
    let ratios = await look(1);
    if (compare(own, recorded, ratios).some(({ hasFallen }) => hasFallen)) {
      onProgress(`guard: ${group}, once more and longer: a ratio has fallen`);
      ratios = await look(secondEffort);
    }
    for (const [name, ratio] of ratios) measured.set(name, ratio);
  }
  return compare(guardedRatios, recorded, measured);
}

/** The ratios as they are now, measured as carefully as they are when one is in doubt. */
export async function measureRatios({ measure, onProgress }: Omit<GuardRun, 'recorded'>): Promise<Map<string, number>> {
  const figures: Figure[] = [];
  for (const group of groups) {
    onProgress(`ratios: ${group}`);
    figures.push(...(await measure(group, secondEffort)));
  }
  return ratiosIn(new Figures(figures));
}
