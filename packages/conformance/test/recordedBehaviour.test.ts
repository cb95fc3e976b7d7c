import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import { interpreters } from '../src/interpreters.ts';
import { type FileResult, runFolder, tallyOf } from '../src/runFolder.ts';
import { dataFolder } from './recordedTraces.ts';

const quiet = { onRun: () => undefined, onUnit: () => undefined, onFile: () => undefined };

describe.each(interpreters)('the recorded behaviour, with charts that are run by %s', (interpreter) => {
  let files: readonly FileResult[] = [];
  // A second and a half; many times that under coverage on a busy machine.
  const longestMs = 60_000;
  beforeAll(async () => {
    const { runs } = await runFolder(fileURLToPath(dataFolder), [interpreter], quiet);
    files = runs.flatMap((run) => run.files);
  }, longestMs);

  it('holds for every trace that the project carries', () => {
    const failed = files.flatMap(({ units }) => units.filter(({ outcome }) => outcome === 'failed'));
    expect(failed).toEqual([]);
    expect(files.filter(({ error }) => error !== undefined)).toEqual([]);
  });

  it('is compared: of 523 units at most 7 are skipped', () => {
    const { passed, failed, skipped } = tallyOf(files);
    expect(passed + failed + skipped).toBe(523);
    expect(skipped).toBeLessThanOrEqual(7);
  });

  it('needs no departure for instance servers but for exit signals', () => {
    const servers = files.filter(({ fileName }) => fileName.startsWith('instance_server'));
    const used = servers.flatMap(({ units }) => units.flatMap(({ departures }) => [...departures.keys()]));
    expect(new Set(used)).toEqual(new Set(['exit-signals-stopped']));
  });

  it('needs no departure for worker settings and jitter', () => {
    const tables = files.flatMap(({ units }) => units.filter(({ name }) => /^(worker_config|jitter)/.test(name)));
    expect(tables).toHaveLength(26);
    expect(tables.every(({ departures }) => departures.size === 0)).toBe(true);
  });
});
