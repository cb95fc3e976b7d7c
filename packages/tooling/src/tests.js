import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { members, run, runTool } from './workspace.js';

const vitest = 'vitest/vitest.mjs';
const config = ['run', '--config', 'vitest.workspace.ts'];

/** Every test, with the coverage thresholds of vitest.workspace.ts and those of our charts. */
export async function checkTests() {
  const reporters = ['--reporter=default', '--reporter=./packages/tooling/src/chartReporter.js'];
  await runTool(vitest, [...config, '--coverage', ...reporters], { show: true });
}

/** The core's tests once more on XState's production build: Vitest takes the development build, users get this one. */
export async function checkProductionBuild() {
  await run('npm', ['run', '-s', 'test:production'], { show: true });
}

/** The recorded behaviour of the original. */
export async function checkConformance() {
  await run('npm', ['run', '-s', 'conformance'], { show: true });
}

/**
 * One step for each example, named as its folder: its script "check" plays it through and exits with 0 only if all
 * held. An example that is tested by Vitest needs none.
 */
export function exampleSteps() {
  return members('examples')
    .filter(
      ({ directory, manifest }) => manifest.scripts?.['check'] || !existsSync(join(directory, 'vitest.config.ts')),
    )
    .map(({ directory, folder }) => ({
      name: folder,
      check: async () => {
        await run('npm', ['run', '-s', 'check'], { cwd: directory, show: true });
      },
    }));
}
