import type { Figures } from '../figures/Figures.ts';
import type { MarkdownTable } from '../report/markdown.ts';
import { count, times } from '../report/numbers.ts';
import { allowedGrowth, type Growth, growthsOf } from './scaling.ts';

export function scaleTable(figures: Figures): MarkdownTable {
  const growths = growthsOf(figures);
  const sizes = [...new Set(growths.flatMap(({ ratios }) => [...ratios.keys()]))].sort((one, other) => one - other);
  const cell = ({ limits, ratios }: Growth, size: number): string => {
    const [ratio, limit] = [ratios.get(size), limits.get(size)];
    if (ratio === undefined) return '–';
    return limit === undefined ? times(ratio) : `${times(ratio)} (limit ${times(limit)})`;
  };
  return {
    title: 'Scale',
    note:
      'The cost of one instance, or of one event, over that at the smallest size from 1,000 on; in brackets how much that of the ' +
      `hand-written class grew, which is what memory does to everybody. It may grow by ${Math.round(100 * (allowedGrowth - 1))} %.`,
    heading: ['', ...sizes.map(count), ''],
    rows: growths.map((growth) => [
      growth.label,
      ...sizes.map((size) => cell(growth, size)),
      growth.isWithin ? 'holds' : 'grows',
    ]),
  };
}
