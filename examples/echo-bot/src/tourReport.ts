import type { Finding } from './finding.ts';
import type { Paint } from './paint.ts';

/** What a step of the tour has shown. */
export interface Outcome {
  readonly title: string;
  readonly expected: string;
  /** Since the tour began. */
  readonly elapsedMs: number;
  /** None when an earlier step failed. */
  readonly finding: Finding | undefined;
}

const margin = ' '.repeat(11);

/** One line for what held; what did not hold says what was expected, and what came. */
export function renderOutcome({ title, expected, elapsedMs, finding }: Outcome, paint: Paint): string {
  if (!finding) return paint('dim', `-${margin.slice(1)}${title}: not reached`);
  const time = `${inSeconds(elapsedMs)}`.padStart(8);
  if (finding.held) return `${paint('green', '✓')}${paint('dim', time)}  ${title}: ${finding.found}`;
  return [
    `${paint('red', '✗')}${paint('dim', time)}  ${title}`,
    `${margin}expected  ${expected}`,
    `${margin}came      ${finding.found}`,
  ].join('\n');
}

export function renderSummary(outcomes: readonly Outcome[], paint: Paint): string {
  const broken = outcomes.filter(({ finding }) => finding?.held === false);
  const took = inSeconds(Math.max(0, ...outcomes.map(({ elapsedMs }) => elapsedMs)));
  if (broken.length === 0) return paint('green', `All ${outcomes.length} steps held, in ${took}.`);
  const unreached = outcomes.filter(({ finding }) => !finding).length;
  const titles = broken.map(({ title }) => `"${title}"`).join(', ');
  return paint('red', `Did not hold: ${titles}; ${unreached} of ${outcomes.length} steps were not reached.`);
}

export function hasHeld(outcomes: readonly Outcome[]): boolean {
  return outcomes.length > 0 && outcomes.every(({ finding }) => finding?.held === true);
}

function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
