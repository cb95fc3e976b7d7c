import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { environmentIn } from '../../src/report/environment.ts';

it('a folder is timed by real syncs, and left as it was', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-disk-'));
  try {
    const { cores, disk, node } = environmentIn(folder);
    expect(node).toBe(process.version);
    expect(cores).toBeGreaterThanOrEqual(1);
    expect(disk).toMatchObject({ folder, isInMemory: expect.any(Boolean) });
    expect(disk.syncMs).toBeGreaterThan(0);
    expect(readdirSync(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
