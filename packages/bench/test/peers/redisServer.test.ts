import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findRedis, RedisServer } from '../../src/peers/RedisServer.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-redis-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function program(name: string, mode: number): string {
  const path = join(folder, name);
  writeFileSync(path, '#!/bin/sh\nexit 9\n');
  chmodSync(path, mode);
  return path;
}

describe('redis-server', () => {
  it('is found on the path, if it can be run', () => {
    const path = program('redis-server', 0o755);
    expect(findRedis(`/nowhere:${folder}`)).toBe(path);
  });

  it('that ends at once is told from one that is slow', async () => {
    await expect(RedisServer.start(program('redis-server', 0o755), folder, 'always')).rejects.toThrow(
      'ended at once (9)',
    );
  });
});
