import type { MarkdownTable } from '../report/markdown.ts';
import { short } from '../report/numbers.ts';
import type { GuardedRatio } from './ratios.ts';

/** A ratio beside what was recorded of it. */
export interface Comparison {
  readonly ratio: GuardedRatio;
  readonly recorded: number;
  readonly measured: number;
  /** How good it is, where 1 is as good as recorded and less is worse, whichever way better is. */
  readonly standing: number;
  readonly hasFallen: boolean;
}

/** By name. Throws for a ratio that was not measured, or never recorded: nobody would notice that it fell. */
export function compare(
  ratios: readonly GuardedRatio[],
  recorded: ReadonlyMap<string, number>,
  measured: ReadonlyMap<string, number>,
): Comparison[] {
  return ratios.map((ratio) => {
    const [was, is] = [recorded.get(ratio.name), measured.get(ratio.name)];
    if (was === undefined) throw new RangeError(`"${ratio.name}" was never recorded. ${howToRecord}`);
    if (is === undefined) throw new RangeError(`"${ratio.name}" was not measured.`);
    const standing = ratio.isBetter === 'higher' ? is / was : was / is;
    // NaN is nothing that could be said to be good.
    return { ratio, recorded: was, measured: is, standing, hasFallen: !(standing >= 1 - ratio.tolerance) };
  });
}

export const howToRecord =
  'If it is meant to be so, or this machine is another kind of machine, record anew: npm run bench -- --guard --record (the ratios alone), ' +
  'or npm run bench -- --record (all of it).';

export function comparisonTable(comparisons: readonly Comparison[]): MarkdownTable {
  return {
    title: 'Ratios beside those that were recorded',
    heading: ['', 'better is', 'recorded', 'measured', 'change', 'allowed', ''],
    rows: comparisons.map(({ hasFallen, measured, ratio, recorded, standing }) => [
      ratio.name,
      ratio.isBetter,
      short(recorded),
      short(measured),
      percent(standing - 1),
      percent(-ratio.tolerance),
      hasFallen ? 'FALLEN' : 'holds',
    ]),
  };
}

/** What is wrong, in words; empty where nothing is. */
export function complaintsOf(comparisons: readonly Comparison[]): string[] {
  return comparisons
    .filter(({ hasFallen }) => hasFallen)
    .map(({ measured, ratio, recorded, standing }) => {
      const verb = ratio.isBetter === 'higher' ? 'fell' : 'rose';
      const worse = percent(1 - standing).replace('+', '');
      return `"${ratio.name}" ${verb} from ${short(recorded)} to ${short(measured)}: ${worse} worse, and ${Math.round(100 * ratio.tolerance)} % are allowed.`;
    });
}

function percent(share: number): string {
  const rounded = Math.round(100 * share);
  return `${rounded > 0 ? '+' : ''}${rounded} %`;
}
