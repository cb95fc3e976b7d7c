import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings, type Settings, usage } from './cli.ts';
import { catalogue } from './contestants/catalogue.ts';
import { findRedis } from './peers/RedisServer.ts';
import { environmentIn } from './report/environment.ts';
import { fullPlan, quickPlan } from './sender/plan.ts';
import { runSender } from './sender/runSender.ts';
import { headerOf, reportOf } from './sender/senderReport.ts';
import { standingsOf, verdictsOf } from './sender/standings.ts';

const exitCodes = { failed: 1, wrongUsage: 2, interrupted: 130 } as const;
const howToGetRedis = 'BullMQ is left out: there is no redis-server here (Debian: apt-get install redis-server).';

const out = (text: string): void => void process.stdout.write(text);

async function benchSender({ isQuick, json, folder }: Settings): Promise<void> {
  const work = mkdtempSync(join(folder ?? tmpdir(), 'holdfast-bench-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  const hasRedis = findRedis() !== undefined;
  const entries = catalogue.filter(({ needsRedis }) => hasRedis || !needsRedis);
  const plan = isQuick ? quickPlan : fullPlan;
  const environment = environmentIn(work);
  out(headerOf(environment, plan, entries));
  if (!hasRedis) out(`${howToGetRedis}\n\n`);
  const matches = await runSender({ plan, entries, folder: work, onProgress: showProgress });
  showProgress('');
  const standings = matches.map((match) => standingsOf(match, entries));
  out(reportOf(standings, entries));
  if (json === undefined) return;
  const result = { environment, plan, hasRedis, standings, verdicts: verdictsOf(standings) };
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
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
} else {
  // Its exit ends the children: they notice that they are alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(exitCodes.interrupted));
  }
  try {
    await benchSender(settings);
  } catch (error) {
    process.stderr.write(`\nbench: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(exitCodes.failed);
  }
}
