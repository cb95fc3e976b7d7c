import { departures } from './departures.ts';
import { runNames } from './interpreters.ts';
import {
  departuresUsed,
  type FileResult,
  type FolderResult,
  filesOf,
  type RunResult,
  type Tally,
  tallyOf,
} from './runFolder.ts';
import type { UnitResult } from './runUnit.ts';

const styles = { bold: [1, 22], dim: [2, 22], red: [31, 39], green: [32, 39], yellow: [33, 39] } as const;

/** Puts a text into a style, or leaves it alone where there are none. */
export type Paint = (style: keyof typeof styles, text: string) => string;

export const plain: Paint = (_, text) => text;

export const inColour: Paint = (style, text) => {
  const [on, off] = styles[style];
  return `\u001b[${on}m${text}\u001b[${off}m`;
};

const longestValue = 600;
const nameWidth = 30;
const lineWidth = 100;

/** One line for one file. */
export function fileLine({ fileName, units, error, tookMs }: FileResult, paint: Paint): string {
  const seconds = paint('dim', `${(tookMs / 1_000).toFixed(1).padStart(5)} s`);
  const name = fileName.padEnd(nameWidth);
  if (error !== undefined) return `  ${paint('red', '✗')} ${name}  ${paint('red', 'not of the format')}`;
  const { passed, failed, skipped } = tallyOf([{ fileName, units, tookMs }]);
  const mark = failed > 0 ? paint('red', '✗') : paint('green', '✓');
  const counts = [
    `${String(passed).padStart(4)} passed`,
    (failed > 0 ? paint : plain)('red', `${String(failed).padStart(4)} failed`),
    (skipped > 0 ? paint : plain)('yellow', `${String(skipped).padStart(4)} skipped`),
  ];
  return `  ${mark} ${name}${counts.join('')}${seconds}`;
}

/** Everything after the lines of the files; the last line is the tally of all runs, alone. */
export function report(result: FolderResult, paint: Paint): string {
  const { runs, passedOver } = result;
  const parts = [
    ...passedOver.map((name) => paint('yellow', `  passed over: ${name} (only *.json is replayed)`)),
    ...departureTable(runs, paint),
    ...runs.flatMap((run) => failures(run, paint)),
    ...(runs.length > 1 ? ['', ...runs.map(runLine)] : []),
    '',
    tallyText(tallyOf(filesOf(result))),
  ];
  return parts.join('\n');
}

function runLine({ interpreter, files }: RunResult): string {
  const width = Math.max(...Object.values(runNames).map((name) => name.length));
  return `  ${runNames[interpreter].padEnd(width)}  ${tallyText(tallyOf(files))}`;
}

function tallyText({ passed, failed, skipped }: Tally): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

/** All rows of the table, those included that were not needed. Where runs do not agree, each has its number: 3/2. */
function departureTable(runs: readonly RunResult[], paint: Paint): string[] {
  const used = runs.map(({ files }) => departuresUsed(files));
  const times = departures.map(({ id }) => [...new Set(used.map((each) => each.get(id) ?? 0))].join('/') || '0');
  const idWidth = Math.max(...departures.map(({ id }) => id.length));
  const timesWidth = Math.max('used'.length, ...times.map((text) => text.length));
  const indent = ' '.repeat(timesWidth + idWidth + 6);
  const rows = departures.flatMap(({ id, reason }, index) => {
    const row = `  ${(times[index] ?? '').padStart(timesWidth)}  ${id.padEnd(idWidth)}  `;
    const [first = '', ...more] = wrapped(reason, lineWidth - indent.length).map((line) => paint('dim', line));
    return [
      `${used.some((each) => each.has(id)) ? row : paint('dim', row)}${first}`,
      ...more.map((line) => `${indent}${line}`),
    ];
  });
  const order = runs.map(({ interpreter }) => interpreter).join('/');
  const inOrder = times.some((text) => text.includes('/')) ? ` (${order})` : '';
  const title = `Departures, and how often each was used${runs.length > 1 ? ' in each run' : ''}${inOrder}`;
  const head = `  ${'used'.padStart(timesWidth)}  ${'departure'.padEnd(idWidth)}  reason`;
  return ['', paint('bold', title), paint('dim', head), ...rows];
}

function failures({ interpreter, files }: RunResult, paint: Paint): string[] {
  const unreadable = files.flatMap(({ error, fileName }) =>
    error === undefined ? [] : [`  ${paint('red', '✗')} ${fileName}`, `      ${error}`],
  );
  const failed = files.flatMap(({ fileName, units }) => units.flatMap((unit) => failure(fileName, unit, paint)));
  if (unreadable.length + failed.length === 0) return [];
  const title = `${runNames[interpreter]}: failures, each with its first difference`;
  return ['', paint('bold', title), ...unreadable, ...failed];
}

function failure(fileName: string, { name, failure: found }: UnitResult, paint: Paint): string[] {
  if (!found) return [];
  const { step, difference } = found;
  return [
    `  ${paint('red', '✗')} ${fileName} › ${paint('bold', name)} › ${shortened(step)}`,
    `      ${difference.path}`,
    `        expected  ${valueText(difference.expected)}`,
    `        got       ${valueText(difference.got)}`,
  ];
}

function valueText(value: unknown): string {
  if (value === undefined) return 'nothing';
  return shortened(typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value)));
}

function shortened(text: string): string {
  return text.length > longestValue ? `${text.slice(0, longestValue)}…` : text;
}

/** Whole words, as many as fit into a line. */
function wrapped(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (longer.length > width && line !== '') lines.push(line);
    line = longer.length > width && line !== '' ? word : longer;
  }
  return [...lines, line];
}
