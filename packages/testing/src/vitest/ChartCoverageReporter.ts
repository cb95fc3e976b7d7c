import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { type CoverageReport, failuresUnder, reportCoverage, type Thresholds } from '../chart/index.ts';
import { coveragePage } from './page/coveragePage.ts';
import { folderVariable, readSaved, removeSaved } from './savedCoverage.ts';
import { summarize } from './summary.ts';

export interface ChartCoverageReporterOptions {
  /** Below these, of any chart, the run fails. Default: none. */
  readonly thresholds?: Thresholds | undefined;
  /** The same of single charts, by id, in place of `thresholds`. Of a chart that stands here something has to be recorded. Default: none. */
  readonly thresholdsByChart?: Readonly<Record<string, Thresholds>> | undefined;
  /** Where the report goes as JSON: the charts, what was recorded of them, and what that comes to. Default: nowhere. */
  readonly jsonFile?: string | undefined;
  /** Where the report goes as a page: each chart drawn and coloured by what was gone through, in one file that needs no network. Default: nowhere. */
  readonly htmlFile?: string | undefined;
  /** Where the processes of the tests leave what they have recorded. It is emptied before a run and after it, and removed when nothing else is in it. Default: a new one among the temporary ones. */
  readonly folder?: string | undefined;
  /** Gets the lines. Default: they go to the standard output. */
  readonly log?: ((text: string) => void) | undefined;
}

/**
 * A reporter for Vitest: what all test files, in whatever processes, have gone through of each chart. Test files hand it over with
 * `saveCoverage`.
 *
 * ```ts
 * // vitest.config.ts
 * export default defineConfig({ test: { reporters: ['default', new ChartCoverageReporter({ thresholds: { transitions: 90 } })] } });
 * ```
 */
export class ChartCoverageReporter {
  readonly #options: ChartCoverageReporterOptions;
  readonly #folder: string;

  constructor(options: ChartCoverageReporterOptions = {}) {
    this.#options = options;
    this.#folder = resolve(options.folder ?? mkdtempSync(join(tmpdir(), 'holdfast-charts-')));
    process.env[folderVariable] = this.#folder;
  }

  /** Called by Vitest before each run, those of watching too. */
  onTestRunStart(): void {
    removeSaved(this.#folder);
  }

  /** Called by Vitest. A run under the thresholds ends with exit code 1. */
  async onTestRunEnd(): Promise<void> {
    const { htmlFile, jsonFile, log = print } = this.#options;
    const all = readSaved(this.#folder);
    const charts = all.map((saved) => ({
      ...saved,
      report: reportCoverage(saved.chart, saved.recorded),
    }));
    removeSaved(this.#folder);
    if (jsonFile !== undefined) write(jsonFile, `${JSON.stringify({ version: 1, charts }, null, 2)}\n`);
    if (htmlFile !== undefined) write(htmlFile, await coveragePage(all));
    if (charts.length > 0) log(`\n${summarize(charts.map(({ report }) => report))}`);
    else log('\nNo coverage of charts: no test file has called saveCoverage.');
    for (const shortfall of this.#shortfalls(charts.map(({ report }) => report))) {
      log(`\n${shortfall}`);
      process.exitCode = 1;
    }
  }

  #shortfalls(reports: readonly CoverageReport[]): readonly string[] {
    const { thresholds = {}, thresholdsByChart = {} } = this.#options;
    const low = reports.flatMap((report) => {
      const own = Object.hasOwn(thresholdsByChart, report.chart) ? thresholdsByChart[report.chart] : undefined;
      const failures = failuresUnder(report, own ?? thresholds);
      const head = `The coverage of the chart "${report.chart}" is too low.`;
      return failures.length === 0 ? [] : [[head, ...failures].join('\n')];
    });
    const absent = Object.keys(thresholdsByChart).filter((id) => !reports.some(({ chart }) => chart === id));
    return [...low, ...absent.map((id) => `Expected coverage of the chart "${id}", and nothing of it was recorded.`)];
  }
}

function write(file: string, text: string): void {
  mkdirSync(dirname(resolve(file)), { recursive: true });
  writeFileSync(file, text);
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
