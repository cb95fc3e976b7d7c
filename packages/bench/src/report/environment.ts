import { closeSync, fdatasyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { quantile } from './statistics.ts';

export interface Environment {
  readonly node: string;
  readonly cores: number;
  readonly disk: Disk;
}

export interface Disk {
  readonly folder: string;
  /** A sync of 4 KiB that were added to a file, as a log does it. The median, in milliseconds. */
  readonly syncMs: number;
  /** Then a sync costs nothing, and keeps nothing. */
  readonly isInMemory: boolean;
}

export function environmentIn(folder: string): Environment {
  const disk = { folder, syncMs: syncTimeIn(folder), isInMemory: inMemory.has(statfsSync(folder).type) };
  return { node: process.version, cores: availableParallelism(), disk };
}

/** Linux's numbers of tmpfs and ramfs. */
const inMemory: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);
const syncs = 50;

function syncTimeIn(folder: string): number {
  const path = join(folder, 'sync-probe');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4_096, 1);
  try {
    const timesMs = Array.from({ length: syncs }, () => {
      writeSync(file, block);
      const startedAtMs = performance.now();
      fdatasyncSync(file);
      return performance.now() - startedAtMs;
    });
    return quantile(timesMs, 0.5);
  } finally {
    closeSync(file);
    rmSync(path);
  }
}
