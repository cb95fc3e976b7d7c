import { writeFileSync } from 'node:fs';
import { howToRepeat, readSettings, type Settings, usage } from './cli.ts';
import { handles, leftovers } from './measure/leftovers.ts';
import { Progress } from './Progress.ts';
import { Children } from './peers/Children.ts';
import { chooseBroker, howToGetMosquitto } from './peers/chooseBroker.ts';
import { headerOf } from './report/header.ts';
import { reportOf } from './report/report.ts';
import { runChaos } from './runChaos.ts';
import { Unhandled } from './Unhandled.ts';

const exitCodes = { held: 0, failed: 1, wrongUsage: 2, interrupted: 130 } as const;
const watchdogMs = 230_000;

const out = (text: string): void => void process.stdout.write(text);
const columns = (): number | undefined => (process.stdout.isTTY ? process.stdout.columns : undefined);

async function main(settings: Settings): Promise<number> {
  const before = handles();
  const startedAtMs = performance.now();
  const unhandled = new Unhandled();
  unhandled.listen();
  const children = await Children.create();
  process.once('exit', () => children.killAll());
  let progress: Progress | undefined;
  const giveUp = (why: string, exitCode: number): void => {
    const running = progress?.underWay.map(({ fault, place }) => `${fault.name} at ${place.group}`) ?? ['starting'];
    out(`\nchaos: ${why} Under way: ${running.join(', ') || 'nothing'}.\nagain: ${howToRepeat(settings.seed)}\n`);
    process.exit(exitCode);
  };
  const watchdog = setTimeout(giveUp, watchdogMs, `not done after ${watchdogMs / 1_000} s.`, exitCodes.failed);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => giveUp(`ended by ${signal}.`, exitCodes.interrupted));
  }

  const { broker, isSecondChoice } = chooseBroker(children);
  if (isSecondChoice) out(`${howToGetMosquitto}\n\n`);
  out(headerOf(settings.seed, broker));
  const observations = await runChaos({
    seed: settings.seed,
    children,
    broker,
    progressOf: ({ warmUp, rest }) => {
      progress = new Progress({ out, columns, total: warmUp.length + rest.length });
      return progress;
    },
  });
  progress?.close();
  await children.close();
  clearTimeout(watchdog);
  const left = await leftovers(before);
  const { text, json, holds } = reportOf({
    ...observations,
    seed: settings.seed,
    broker,
    seconds: Math.round((performance.now() - startedAtMs) / 1_000),
    unhandled: unhandled.found,
    leftovers: left,
  });
  out(text);
  if (settings.json !== undefined) writeFileSync(settings.json, `${JSON.stringify(json, null, 2)}\n`);
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
    process.stderr.write(`\nchaos: ${what}\nagain: ${howToRepeat(settings.seed)}\n`);
    // Servers and timers of a run that broke would keep the process.
    process.exit(exitCodes.failed);
  }
}
