import { writeFileSync } from 'node:fs';
import { readSettings, type Settings } from '../cli.ts';
import { handles, leftovers } from '../measure/leftovers.ts';
import { Children } from '../peers/Children.ts';
import { chooseBroker, howToGetMosquitto } from '../peers/chooseBroker.ts';
import { SeededRandom } from '../SeededRandom.ts';
import { howToRepeat, usage } from './cli.ts';
import { fillableDisk } from './disk/fillableDisk.ts';
import { makePlan, planSize } from './plan.ts';
import { CrashProgress } from './report/CrashProgress.ts';
import { headerOf } from './report/header.ts';
import { reportOf } from './report/report.ts';
import { runCrash } from './run/runCrash.ts';
import { instancesOfAKind } from './servers/Servers.ts';

const exitCodes = { held: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const;
const watchdogMs = 235_000;

const out = (text: string): void => void process.stdout.write(text);
const columns = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

async function main({ json: jsonPath, seed }: Settings): Promise<number> {
  const before = handles();
  const startedAtMs = performance.now();
  const children = await Children.create();
  process.once('exit', () => children.killAll());
  const progress = new CrashProgress({ out, columns, total: planSize.kills + planSize.cuts });
  const giveUp = (why: string, exitCode: number): void => {
    out(`\ncrash: ${why} Under way: ${progress.underWay}.\nagain: ${howToRepeat(seed)}\n`);
    process.exit(exitCode);
  };
  const watchdog = setTimeout(giveUp, watchdogMs, `not done after ${watchdogMs / 1_000} s.`, exitCodes.failed);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => giveUp(`ended by ${signal}.`, exitCodes.interrupted));
  }

  const { broker, isSecondChoice } = chooseBroker(children);
  if (isSecondChoice) out(`${howToGetMosquitto}\n\n`);
  const disk = await fillableDisk(children);
  const plan = makePlan(new SeededRandom(seed), planSize);
  out(headerOf({ seed, broker, disk, plan }));
  const observations = await runCrash({ plan, children, broker, disk, progress });
  progress.close();
  await children.close();
  clearTimeout(watchdog);
  const { text, json, holds } = reportOf({
    ...observations,
    seed,
    broker: broker.name,
    diskKind: disk.kind,
    instances: 2 * instancesOfAKind,
    seconds: Math.round((performance.now() - startedAtMs) / 1_000),
    leftovers: await leftovers(before),
  });
  out(text);
  if (jsonPath !== undefined) writeFileSync(jsonPath, `${JSON.stringify(json, null, 2)}\n`);
  return holds ? exitCodes.held : exitCodes.failed;
}

const settings = readSettings(process.argv.slice(2), {
  // npm runs scripts at the root of the repo; a relative path is meant from where its user stands.
  standsIn: process.env['INIT_CWD'] ?? process.cwd(),
  chance: Math.random(),
});
if (settings === 'help') {
  out(usage);
} else if ('problem' in settings) {
  process.stderr.write(`${settings.problem}\n\n${usage}`);
  process.exitCode = exitCodes.wrongUsage;
} else {
  try {
    process.exitCode = await main(settings);
  } catch (error) {
    const what = error instanceof Error ? error.stack : String(error);
    process.stderr.write(`\ncrash: ${what}\nagain: ${howToRepeat(settings.seed)}\n`);
    // Servers and timers of a run that broke would keep the process.
    process.exit(exitCodes.failed);
  }
}
