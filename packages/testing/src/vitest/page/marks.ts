import type { ChartMark, ChartState, ChartTransition } from '@holdfast/chart';
import type { CoverageCounts, RecordedCoverage } from '../../chart/index.ts';

/** What a reader sees of each state and transition: not by its colour alone. */
export interface Marks {
  state(state: ChartState): ChartMark;
  transition(transition: ChartTransition): ChartMark;
}

export const signs = { taken: '✓', half: '◐', never: '✕' } as const;

export function marksOf({ guards, states, transitions }: RecordedCoverage): Marks {
  return {
    state: ({ id, type }) => {
      if (type === 'history') return {};
      const count = countOf(states, id);
      if (count === 0) return mark('never', 'never entered');
      return mark('taken', `active after ${times(count, 'step')}`);
    },
    transition: ({ guard, id }) => {
      const count = countOf(transitions, id);
      const taken = count === 0 ? 'never taken' : `taken ${times(count, 'time')}`;
      if (guard === null) return mark(count === 0 ? 'never' : 'taken', taken);
      const [held, failed] = [countOf(guards.held, id), countOf(guards.failed, id)];
      const note = `${taken}; its guard held: ${counted(held)}, did not hold: ${counted(failed)}`;
      if (count === 0) return mark('never', note);
      return mark(held > 0 && failed > 0 ? 'taken' : 'half', note);
    },
  };
}

function mark(kind: keyof typeof signs, note: string): ChartMark {
  return { classes: [kind], sign: signs[kind], note };
}

function counted(count: number): string {
  return count === 0 ? 'never' : times(count, 'time');
}

function times(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}

function countOf(counts: CoverageCounts, id: string): number {
  return Object.hasOwn(counts, id) ? (counts[id] ?? 0) : 0;
}
