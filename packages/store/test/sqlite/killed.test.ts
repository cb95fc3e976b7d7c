import { copyFile, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';
import { Committer, lastWholeCommit } from './Committer.ts';

let folder: TemporaryFolder;
let path: string;

beforeAll(() => Committer.build());

beforeEach(async () => {
  folder = await temporaryFolder();
  path = join(folder.path, 'store.db');
});

afterEach(() => folder.remove());

const rounds = 12;

/** Kills it somewhere in its work: a few or some hundred commits after the first. Returns the last that resolved. */
async function workAndDie(first: number, textLength: number): Promise<number> {
  const committer = new Committer(path, { first, textLength, lanes: 8 });
  await committer.until((line) => line === String(first));
  await sleep(Math.random() * 80);
  await committer.kill();
  return committer.lastResolved;
}

describe('a process that is killed', () => {
  it.each([20, 6_000])(
    `leaves all that resolved and nothing torn, ${rounds} times on one file, with texts of %i characters`,
    async (textLength) => {
      let last = -1;
      for (let round = 0; round < rounds; round += 1) {
        const resolved = await workAndDie(last + 1, textLength);
        expect(resolved).toBeGreaterThan(last);
        last = await lastWholeCommit(path);
        expect(last).toBeGreaterThanOrEqual(resolved);
      }
      expect(last).toBeGreaterThan(rounds);
    },
    60_000,
  );

  it('leaves a WAL that holds whole commits, in their order, wherever it is cut off', async () => {
    // So few that SQLite has not begun to write the WAL back, and each in a transaction of its own.
    const committer = new Committer(path, { first: 0, last: 40, textLength: 500, lanes: 1 });
    await committer.until((line) => line === '40');
    await committer.kill();
    const { size } = await stat(`${path}-wal`);
    expect(size).toBeGreaterThan(10_000);
    const all = await lastCommitIn('whole', size);
    expect(all).toBe(40);
    const seen = new Set<number>();
    for (let cut = 0; cut < 25; cut += 1) {
      const last = await lastCommitIn(`cut-${cut}`, Math.floor((size * (cut + Math.random())) / 25));
      expect(last).toBeLessThanOrEqual(all);
      seen.add(last);
    }
    expect(seen.size).toBeGreaterThan(10);
  }, 60_000);

  /** In a copy of the file whose WAL ends after so many bytes. Cut off below its schema it is an empty store. */
  async function lastCommitIn(name: string, walBytes: number): Promise<number> {
    const copy = join(folder.path, `${name}.db`);
    await copyFile(path, copy);
    await copyFile(`${path}-wal`, `${copy}-wal`);
    await truncate(`${copy}-wal`, walBytes);
    return lastWholeCommit(copy);
  }
});
