import type { Figures } from '../figures/Figures.ts';
import type { MarkdownTable } from '../report/markdown.ts';
import { count, short, times } from '../report/numbers.ts';
import type { StormFigure } from './measureStorm.ts';

export function stormTable(figures: Figures): MarkdownTable {
  const sizes = figures.sizesOf({ section: 'storm', what: 'cpu', who: 'server' });
  const row = (instances: number): string[] => {
    const value = (what: StormFigure): number =>
      figures.medianOf({ section: 'storm', what, who: 'server', instances }) ?? Number.NaN;
    return [
      count(instances),
      `${times(value('mostAttempts') / value('budget'))} · ${count(value('mostAttempts'))} of ${count(value('budget'))}`,
      `${short(value('mttrMedian'))} s`,
      `${short(value('mttrP99'))} s`,
      `${short(value('cpu'))} µs`,
      `${short((value('cpu') * instances) / 1e6)} s`,
      `${short(value('peakHeap'))} MB`,
      `${short(value('delayP99'))} ms`,
      `${short(value('delayMax'))} ms`,
    ];
  };
  return {
    title: 'A reconnect storm',
    note:
      'All instances lose their peer at once, and get it back. The most attempts in any one second beside what the budget allows in one; from the ' +
      'loss of a link to the next one; processor time of an instance and of all, from the loss until the last is back; the highest heap; by how ' +
      'much the event loop was late.',
    heading: ['instances', 'attempts/s', 'MTTR, median', 'p99', 'CPU each', 'CPU', 'peak heap', 'loop p99', 'worst'],
    rows: sizes.map(row),
  };
}
