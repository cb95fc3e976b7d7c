import { eventsTables } from './events/eventsTables.ts';
import { type Figure, Figures, type Section } from './figures/Figures.ts';
import { memoryTables } from './memory/memoryTables.ts';
import { type MarkdownTable, markdownOf } from './report/markdown.ts';
import { scaleTable } from './scale/scaleTable.ts';
import { stormTable } from './storm/stormTable.ts';
import { verdictsOf } from './targets/targets.ts';
import { targetsTables } from './targets/targetsTables.ts';
import { timersTable } from './timers/timersTable.ts';

/** What a run of the benchmark came to. */
export interface Results {
  readonly node: string;
  readonly cores: number;
  readonly isQuick: boolean;
  readonly sections: readonly Section[];
  readonly figures: readonly Figure[];
  /** What would have taken too long. */
  readonly leftOut: readonly string[];
}

/** All of it, in Markdown; the ratios stand first in each cell. */
export function reportOf({ cores, figures: all, isQuick, leftOut, node }: Results): string {
  const figures = new Figures(all);
  const tables: MarkdownTable[] = [
    ...eventsTables(figures),
    ...memoryTables(figures),
    stormTable(figures),
    timersTable(figures),
    scaleTable(figures),
    ...targetsTables(figures),
  ];
  const notes = leftOut.length === 0 ? '' : `Left out: ${leftOut.join(' ')}`;
  return paragraphs([
    `Node ${node}, ${cores} cores; medians.${isQuick ? ' A quick run: few rounds, small fleets.' : ''}`,
    notes,
    ...tables.map((table) => markdownOf(table)),
  ]);
}

/** What the reader of the front page wants to know. */
export function summaryOf({ cores, figures: all, node }: Results): string {
  const figures = new Figures(all);
  const tables = [
    ...eventsTables(figures),
    ...memoryTables(figures).slice(0, 1),
    ...targetsTables(figures).slice(0, 1),
  ];
  return paragraphs([`Node ${node}, ${cores} cores; medians.`, ...tables.map((table) => markdownOf(table))]);
}

/** The same for programs. */
export function jsonOf(results: Results): string {
  const verdicts = verdictsOf(new Figures(results.figures)).map(({ isMet, margin, measured, target }) => {
    const { bound, isAtMost, source, text, unit } = target;
    return { source, text, unit, [isAtMost ? 'atMost' : 'atLeast']: bound, measured, margin, isMet };
  });
  return `${JSON.stringify({ ...results, verdicts }, null, 2)}\n`;
}

function paragraphs(parts: readonly string[]): string {
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}
