import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SenderSettings } from './cli.ts';
import { catalogue } from './contestants/catalogue.ts';
import type { Outlet } from './outlet.ts';
import { findRedis } from './peers/RedisServer.ts';
import { environmentIn } from './report/environment.ts';
import { fullPlan, quickPlan } from './sender/plan.ts';
import { runSender } from './sender/runSender.ts';
import { headerOf, reportOf } from './sender/senderReport.ts';
import { standingsOf, verdictsOf } from './sender/standings.ts';

const howToGetRedis = 'BullMQ is left out: there is no redis-server here (Debian: apt-get install redis-server).';

export async function benchSender(settings: SenderSettings, { onProgress, out }: Outlet): Promise<void> {
  const { folder, isQuick, json } = settings;
  const work = mkdtempSync(join(folder ?? tmpdir(), 'holdfast-bench-'));
  process.once('exit', () => rmSync(work, { recursive: true, force: true }));
  const hasRedis = findRedis() !== undefined;
  const entries = catalogue.filter(({ needsRedis }) => hasRedis || !needsRedis);
  const plan = isQuick ? quickPlan : fullPlan;
  const environment = environmentIn(work);
  out(headerOf(environment, plan, entries));
  if (!hasRedis) out(`${howToGetRedis}\n\n`);
  const matches = await runSender({ plan, entries, folder: work, onProgress });
  onProgress('');
  const standings = matches.map((match) => standingsOf(match, entries));
  out(reportOf(standings, entries));
  if (json === undefined) return;
  const result = { environment, plan, hasRedis, standings, verdicts: verdictsOf(standings) };
  writeFileSync(json, `${JSON.stringify(result, null, 2)}\n`);
}
