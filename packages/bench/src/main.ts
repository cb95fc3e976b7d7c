import { benchInstances, guardRatios } from './benchInstances.ts';
import { benchSender } from './benchSender.ts';
import { readSettings, type Settings, usage } from './cli.ts';
import type { Outlet } from './outlet.ts';
import { progressTo } from './report/progress.ts';

const exitCodes = { failed: 1, wrongUsage: 2, interrupted: 130 } as const;

const outlet: Outlet = {
  onProgress: progressTo(process.stderr, () => performance.now()),
  out: (text) => void process.stdout.write(text),
};

/** Whether all is well. */
async function run(settings: Settings): Promise<boolean> {
  if (settings.benchmark === 'guard') return guardRatios(settings, outlet);
  if (settings.benchmark === 'instances') return benchInstances(settings, outlet);
  await benchSender(settings, outlet);
  return true;
}

// npm runs scripts at the root of the repo; a relative path is meant from where its user stands.
const settings = readSettings(process.argv.slice(2), process.env['INIT_CWD'] ?? process.cwd());
if (settings === 'help') {
  outlet.out(usage);
} else if ('problem' in settings) {
  process.stderr.write(`${settings.problem}\n\n${usage}`);
  process.exitCode = exitCodes.wrongUsage;
} else {
  // Its exit ends the children: they notice that they are alone.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => process.exit(exitCodes.interrupted));
  }
  try {
    if (!(await run(settings))) process.exitCode = exitCodes.failed;
  } catch (error) {
    process.stderr.write(`\nbench: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(exitCodes.failed);
  }
}
