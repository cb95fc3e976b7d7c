import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import type { GuardSettings, InstancesSettings } from './cli.ts';
import { comparisonTable, complaintsOf, howToRecord } from './guard/comparison.ts';
import { measureGroup } from './guard/measureGroup.ts';
import { type Recorded, readRecorded, writeRecorded } from './guard/recorded.ts';
import { measureRatios, runGuard } from './guard/runGuard.ts';
import type { Outlet } from './outlet.ts';
import { fullPlan, quickPlan } from './plan.ts';
import { markdownOf, withBlock } from './report/markdown.ts';
import { jsonOf, type Results, reportOf, summaryOf } from './results.ts';
import { Patience } from './rounds/Patience.ts';
import { runSections } from './runSections.ts';

const own = (path: string): string => fileURLToPath(new URL(`../${path}`, import.meta.url));
const recordedPath = own('recorded.json');
/** Where tables stand between marker comments, and which. */
const pages = [
  { path: own('README.md'), marker: 'bench', blockOf: reportOf },
  { path: own('../../README.md'), marker: 'bench', blockOf: summaryOf },
] as const;

/** Whether no section broke off. */
export async function benchInstances(settings: InstancesSettings, outlet: Outlet): Promise<boolean> {
  const { isQuick, isRecording, json, sections } = settings;
  const { onProgress, out } = outlet;
  const plan = isQuick ? quickPlan : fullPlan;
  const patience = new Patience({ longestMs: plan.longestMs });
  const { failures, figures } = await runSections(sections, plan, { onProgress, patience });
  const leftOut = [...patience.leftOut, ...failures];
  const results: Results = { ...machine(), isQuick, sections, figures, leftOut };
  const isWhole = failures.length === 0;
  if (json !== undefined) writeFileSync(json, jsonOf(results));
  if (isRecording && isWhole) record(await ratiosNow(outlet), results);
  onProgress('');
  out(reportOf(results));
  if (!isWhole) out(`\n${failures.join('\n')}\n${isRecording ? 'Nothing was recorded.\n' : ''}`);
  return isWhole;
}

/** Whether all ratios hold. */
export async function guardRatios(settings: GuardSettings, outlet: Outlet): Promise<boolean> {
  const { onProgress, out } = outlet;
  if (settings.isRecording) {
    const { results } = readRecorded(readFileSync(recordedPath, 'utf8'));
    writeFileSync(recordedPath, writeRecorded({ ratios: await ratiosNow(outlet), results }));
    onProgress('');
    out(`Recorded in ${recordedPath}.\n`);
    return true;
  }
  const { ratios } = readRecorded(readFileSync(recordedPath, 'utf8'));
  const recorded = new Map(Object.entries(ratios));
  const comparisons = await runGuard({ recorded, measure: measureGroup, onProgress });
  onProgress('');
  if (settings.json !== undefined) {
    const plain = comparisons.map(({ ratio, ...rest }) => ({ name: ratio.name, isBetter: ratio.isBetter, ...rest }));
    writeFileSync(settings.json, `${JSON.stringify({ ...machine(), comparisons: plain }, null, 2)}\n`);
  }
  out(`${markdownOf(comparisonTable(comparisons))}\n`);
  const complaints = complaintsOf(comparisons);
  if (complaints.length > 0) out(`\n${complaints.join('\n')}\n${howToRecord}\n`);
  return complaints.length === 0;
}

async function ratiosNow({ onProgress }: Outlet): Promise<Recorded['ratios']> {
  return Object.fromEntries(await measureRatios({ measure: measureGroup, onProgress }));
}

function record(ratios: Recorded['ratios'], results: Results): void {
  writeFileSync(recordedPath, writeRecorded({ ratios, results }));
  for (const { blockOf, marker, path } of pages) {
    writeFileSync(path, withBlock(readFileSync(path, 'utf8'), marker, blockOf(results)));
  }
}

function machine(): Pick<Results, 'node' | 'cores'> {
  return { node: process.version, cores: availableParallelism() };
}
