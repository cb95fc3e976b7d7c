import type { Figures } from '../figures/Figures.ts';
import type { MarkdownTable } from '../report/markdown.ts';
import { count, short } from '../report/numbers.ts';

const whats = ['none', 'armed', 'probed'] as const;

export function timersTable(figures: Figures): MarkdownTable {
  const sizes = figures.sizesOf({ section: 'timers', what: 'probed', who: 'server' });
  const cell = (what: (typeof whats)[number], instances: number): string => {
    const share = figures.medianOf({ section: 'timers', what, who: 'server', instances });
    return share === undefined ? '–' : `${short(1_000 * share)} ms`;
  };
  return {
    title: 'At rest, with armed probes',
    note:
      'Processor time a second: of a process without instances, of connected ones while none of their probes is due, and with each of them ' +
      'probed once in its interval (30 s, but for `--quick`).',
    heading: ['instances', 'none', 'armed', 'probed'],
    rows: sizes.map((size) => [count(size), ...whats.map((what) => cell(what, size))]),
  };
}
