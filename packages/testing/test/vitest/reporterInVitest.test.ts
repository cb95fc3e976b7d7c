import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';

it('a real run of Vitest adds up what its processes have recorded, and fails under the threshold', () => {
  const vitest = fileURLToPath(new URL('../../../../node_modules/vitest/vitest.mjs', import.meta.url));
  const fixture = fileURLToPath(new URL('fixture/', import.meta.url));
  const { HOLDFAST_CHART_COVERAGE: _, ...env } = process.env;
  const config = `${fixture}vitest.config.ts`;
  const ran = spawnSync(process.execPath, [vitest, 'run', '--config', config], { cwd: fixture, env, encoding: 'utf8' });
  const output = stripVTControlCharacters(ran.stdout);
  expect(output).toContain('2 passed');
  expect(output).toContain(`
Chart         States    Transitions        Guards          Pairs
light   6 of 8  75 %   3 of 7  42 %   0 of 2  0 %   1 of 17  5 %
  never yellow → red by after 1000 ms
  never red → green by done
  never red.walk → red.wait by tick
  never red.wait → red.stop by tick [inline]`);
  expect(output).toContain('transitions: 42.9 %, expected at least 80 %.');
  expect(ran.status).toBe(1);
}, 60_000);
