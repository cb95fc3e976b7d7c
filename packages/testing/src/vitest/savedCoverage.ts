import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ChartCoverage, type ChartShape, mergeCoverage, type RecordedCoverage } from '../chart/index.ts';

/** What one chart is made of, and what was gone through of it. */
export interface SavedCoverage {
  readonly chart: ChartShape;
  readonly recorded: RecordedCoverage;
}

/** By this the reporter tells the processes in which tests run where to write. */
export const folderVariable = 'HOLDFAST_CHART_COVERAGE';

const version = 1;
const suffix = '.chart.json';

/**
 * Hands what a test file has recorded to the reporter: `afterAll(() => saveCoverage(coverage))`. Without the reporter it does nothing.
 *
 * @throws what the file system throws: a report that lacks a file would be wrong
 */
export function saveCoverage(coverage: ChartCoverage): void {
  const folder = process.env[folderVariable];
  if (folder === undefined) return;
  const { id, states, transitions } = coverage.chart;
  const saved: SavedCoverage = { chart: { id, states, transitions }, recorded: coverage.toJSON() };
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${randomUUID()}${suffix}`), JSON.stringify({ version, ...saved }));
}

/** Removes what a run has saved, and the folder when nothing else is in it. */
export function removeSaved(folder: string): void {
  for (const name of savedIn(folder)) rmSync(join(folder, name), { force: true });
  if (existsSync(folder) && readdirSync(folder).length === 0) rmdirSync(folder);
}

/** One for each chart, by id. Two machines with one id and different charts are two. */
export function readSaved(folder: string): readonly SavedCoverage[] {
  const charts = new Map<string, SavedCoverage>();
  for (const name of savedIn(folder)) {
    const saved = JSON.parse(readFileSync(join(folder, name), 'utf8')) as SavedCoverage & { readonly version: unknown };
    if (saved.version !== version) {
      throw new Error(
        `${name}: expected version ${version} of saved coverage, got ${String(saved.version)}. Is all of @holdfast/testing of one version?`,
      );
    }
    const key = JSON.stringify(saved.chart);
    const known = charts.get(key);
    const recorded = known === undefined ? saved.recorded : mergeCoverage(known.recorded, saved.recorded);
    charts.set(key, { chart: saved.chart, recorded });
  }
  return [...charts.values()].sort((a, b) => (a.chart.id < b.chart.id ? -1 : 1));
}

function savedIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(suffix));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
