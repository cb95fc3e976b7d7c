import type { Figures } from '../figures/Figures.ts';
import type { MarkdownTable } from '../report/markdown.ts';
import { short, times } from '../report/numbers.ts';
import { type Target, type Verdict, verdictsOf } from './targets.ts';

export function targetsTables(figures: Figures): MarkdownTable[] {
  const verdicts = verdictsOf(figures);
  const rowsOf = (source: Target['source']): string[][] =>
    verdicts.filter(({ target }) => target.source === source).map(rowOf);
  const heading = ['', 'target', 'measured', ''];
  return [
    { title: 'Targets', heading, rows: rowsOf('ours') },
    {
      title: 'Beside the original on BEAM',
      note:
        'Its times were recorded on another day (OTP 27, two schedulers; mixed events OTP 25, one), ours are processor time of the run above: ' +
        'where the machine is busy, they are worse than they need to be.',
      heading: ['', 'BEAM', 'measured', ''],
      rows: rowsOf('BEAM'),
    },
  ];
}

function rowOf({ isMet, margin, measured, target }: Verdict): string[] {
  const { bound, isAtMost, text, unit } = target;
  const written = (figure: number): string => `${short(figure)} ${unit}`.trim();
  return [text, `${isAtMost ? '≤' : '≥'} ${written(bound)}`, written(measured), verdictWords(isMet, margin)];
}

function verdictWords(isMet: boolean, margin: number): string {
  if (!isMet) return margin > 0 ? `missed by ${times(1 / margin)}` : 'missed';
  return Number.isFinite(margin) && margin > 1 ? `met, ${times(margin)}` : 'met';
}
