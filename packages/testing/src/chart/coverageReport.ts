import type { ChartShape } from '@holdfast/chart';

import { pairOf, possiblePairs } from './possiblePairs.ts';

/** How often what was taken. The keys are the ids of `Chart`; what is missing was never taken. */
export interface RecordedCoverage {
  /** The machine's id. */
  readonly chart: string;
  readonly states: Readonly<Record<string, number>>;
  readonly transitions: Readonly<Record<string, number>>;
  /** Transitions whose guard has held, and has not. */
  readonly guards: {
    readonly held: Readonly<Record<string, number>>;
    readonly failed: Readonly<Record<string, number>>;
  };
  /** One transition, and the next that the same actor took: the ids with a line feed between them. */
  readonly pairs: Readonly<Record<string, number>>;
}

export interface Covered {
  readonly covered: number;
  readonly total: number;
  /** 0 to 100; 100 of nothing. */
  readonly percent: number;
  /** Names, in the order of the chart. */
  readonly missing: readonly string[];
}

export interface CoverageReport {
  readonly chart: string;
  readonly states: Covered;
  readonly transitions: Covered;
  /** Each guard counts twice: that it holds, and that it does not. */
  readonly guards: Covered;
  /** Of all pairs that the chart allows by how it is built: an upper bound, as no guard is asked (`possiblePairs`). */
  readonly pairs: Covered;
}

/** Percent, 0 to 100. What is left out is not asked for. */
export interface Thresholds {
  readonly states?: number | undefined;
  readonly transitions?: number | undefined;
  readonly guards?: number | undefined;
  /** Guards make some pairs impossible: what can be reached is less than 100. */
  readonly pairs?: number | undefined;
}

export type CoverageCounts = Readonly<Record<string, number>>;

/** What was recorded belongs to another chart, or to one that has changed since. */
export class CoverageMismatchError extends Error {
  override readonly name = 'CoverageMismatchError';

  constructor(chart: string, found: string) {
    super(`Expected coverage of the chart "${chart}", got ${found}. Record it again with the machine as it is now.`);
  }
}

export class CoverageTooLowError extends Error {
  override readonly name = 'CoverageTooLowError';
  /** Private, so that a printed error shows its message and not all of this once more. */
  readonly #report: CoverageReport;

  constructor(report: CoverageReport, failures: readonly string[]) {
    super(`The coverage of the chart "${report.chart}" is too low.\n${failures.join('\n')}`);
    this.#report = report;
  }

  get report(): CoverageReport {
    return this.#report;
  }
}

const measures = ['states', 'transitions', 'guards', 'pairs'] as const;

/** All that several records of one chart tell. */
export function mergeCoverage(first: RecordedCoverage, second: RecordedCoverage): RecordedCoverage {
  return {
    chart: first.chart,
    states: addCounts(first.states, second.states),
    transitions: addCounts(first.transitions, second.transitions),
    guards: {
      held: addCounts(first.guards.held, second.guards.held),
      failed: addCounts(first.guards.failed, second.guards.failed),
    },
    pairs: addCounts(first.pairs, second.pairs),
  };
}

function addCounts(first: CoverageCounts, second: CoverageCounts): CoverageCounts {
  const sums = new Map(Object.entries(first));
  for (const [id, count] of Object.entries(second)) sums.set(id, (sums.get(id) ?? 0) + count);
  return Object.fromEntries(sums);
}

/** What of a chart was gone through, of a record of it. */
export function reportCoverage(chart: ChartShape, recorded: RecordedCoverage): CoverageReport {
  const states = chart.states.filter(({ type }) => type !== 'history');
  const guarded = chart.transitions.filter(({ guard }) => guard !== null);
  const outcomes = guarded.flatMap(({ id, name }) => [
    { name: `${name}: holds`, isCovered: hasCount(recorded.guards.held, id) },
    { name: `${name}: does not hold`, isCovered: hasCount(recorded.guards.failed, id) },
  ]);
  return {
    chart: chart.id,
    states: summarize(states.map(({ id, name }) => ({ name, isCovered: hasCount(recorded.states, id) }))),
    transitions: summarize(
      chart.transitions.map(({ id, name }) => ({ name, isCovered: hasCount(recorded.transitions, id) })),
    ),
    guards: summarize(outcomes),
    pairs: summarize(
      possiblePairs(chart).map(([first, second]) => ({
        name: `${first.name}, then ${second.name}`,
        isCovered: hasCount(recorded.pairs, pairOf(first.id, second.id)),
      })),
    ),
  };
}

/** What falls short of the thresholds, in lines for people; empty when nothing does. */
export function failuresUnder(report: CoverageReport, thresholds: Thresholds): readonly string[] {
  return measures.flatMap((measure) => {
    const wanted = thresholds[measure];
    const { missing, percent } = report[measure];
    if (wanted === undefined || percent >= wanted) return [];
    return [
      `${measure}: ${percent.toFixed(1)} %, expected at least ${wanted} %. Never:`,
      ...missing.map((name) => `  ${name}`),
    ];
  });
}

/** The first id in a record that its chart does not know. */
export function findStranger(chart: ChartShape, recorded: RecordedCoverage): string | undefined {
  const { states, transitions, guards, pairs } = recorded;
  const knownStates = new Set(chart.states.map(({ id }) => id));
  const known = new Set(chart.transitions.map(({ id }) => id));
  const pairIds = Object.keys(pairs).flatMap((pair) => pair.split('\n'));
  const ids = [transitions, guards.held, guards.failed].flatMap((counts) => Object.keys(counts));
  return (
    Object.keys(states).find((state) => !knownStates.has(state)) ??
    [...ids, ...pairIds].find((transition) => !known.has(transition))
  );
}

function hasCount(counts: CoverageCounts, id: string): boolean {
  return Object.hasOwn(counts, id);
}

function summarize(items: readonly { readonly name: string; readonly isCovered: boolean }[]): Covered {
  const missing = items.filter(({ isCovered }) => !isCovered).map(({ name }) => name);
  const total = items.length;
  const covered = total - missing.length;
  return { covered, total, percent: total === 0 ? 100 : (covered / total) * 100, missing };
}
