import type { CoverageReport, Covered } from '../chart/index.ts';

const listed = 10;

/** A table for a terminal, and under each chart what was never taken. */
export function summarize(reports: readonly CoverageReport[]): string {
  const rows = [
    ['Chart', 'States', 'Transitions', 'Guards', 'Pairs'],
    ...reports.map(({ chart, guards, pairs, states, transitions }) => [
      chart,
      printCovered(states),
      printCovered(transitions),
      printCovered(guards),
      printCovered(pairs),
    ]),
  ];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const lines = rows.map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0, column))
      .join('   ')
      .trimEnd(),
  );
  return [
    ...lines.slice(0, 1),
    ...reports.flatMap((report, index) => [lines[index + 1] ?? '', ...printMissing(report)]),
  ].join('\n');
}

function pad(cell: string, width: number, column: number): string {
  return column === 0 ? cell.padEnd(width) : cell.padStart(width);
}

function printCovered({ covered, percent, total }: Covered): string {
  return `${covered} of ${total}  ${Math.floor(percent)} %`;
}

function printMissing({ guards, transitions }: CoverageReport): readonly string[] {
  // A guard of a transition that was never taken says nothing new.
  const ofTaken = guards.missing.filter((name) => !transitions.missing.some((taken) => name.startsWith(`${taken}: `)));
  const missing = [...transitions.missing, ...ofTaken];
  const more = missing.length > listed ? [`  … and ${missing.length - listed} more`] : [];
  return [...missing.slice(0, listed).map((name) => `  never ${name}`), ...more];
}
