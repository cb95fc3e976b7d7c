import { writeFileSync } from 'node:fs';
import { availableParallelism, loadavg } from 'node:os';
import { Page } from './Page.ts';
import { fullPlan, quickPlan } from './plan.ts';
import { headerOf, reportOf } from './report.ts';
import { runBare } from './runBare.ts';
import { runLocal } from './runLocal.ts';
import { runStately } from './runStately.ts';
import { type InspectorSettings, readSettings, usage } from './settings.ts';
import { aimsOf, contestants, localFigures } from './summary.ts';

const exitCodes = { failed: 1, wrongUsage: 2 } as const;

const out = (text: string): void => void process.stdout.write(text);

/** Whether every buffer has kept its bound. */
async function benchInspector({ isQuick, json }: InspectorSettings): Promise<boolean> {
  const plan = isQuick ? quickPlan : fullPlan;
  const surroundings = { node: process.version, cores: availableParallelism(), load: loadavg()[0] ?? 0 };
  out(headerOf(surroundings, plan));
  showProgress('nobody watches');
  const bare = await runBare(plan);
  const local = await runLocal(plan, showProgress);
  const stately = await runStately(plan, showProgress);
  showProgress('');
  const figures = localFigures(local);
  const all = contestants(bare, local, stately);
  out(reportOf(figures, all));
  const result = { surroundings, plan, figures, contestants: all, aims: aimsOf(figures) };
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
  return figures.fills.every(({ bound, highest }) => highest <= bound);
}

/** One line that is written over, where somebody looks on. */
function showProgress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${what}`);
}

// npm runs scripts at the root of the repo; a relative path is meant from where its user stands.
const settings = readSettings(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
if (settings === 'help') {
  out(usage);
} else if ('problem' in settings) {
  process.stderr.write(`${settings.problem}\n\n${usage}`);
  process.exitCode = exitCodes.wrongUsage;
} else if (!Page.isPossible) {
  process.stderr.write('There is no Chromium here to open the page in (Debian: apt-get install chromium).\n');
  process.exitCode = exitCodes.failed;
} else {
  try {
    if (!(await benchInspector(settings))) process.exitCode = exitCodes.failed;
  } catch (error) {
    process.stderr.write(`\nbench: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(exitCodes.failed);
  }
}
