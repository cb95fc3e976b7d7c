import { execFileSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Store } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StoreFullError } from '../../src/errors.ts';
import { sqliteStore } from '../../src/sqlite.ts';
import { entry, everything, letter, putEntry, putKey, putLetter } from '../samples.ts';
import { type TemporaryFolder, temporaryFolder } from '../temporaryFolder.ts';
import { Committer, lastWholeCommit } from './Committer.ts';

let folder: TemporaryFolder;
let tidyUp = async (): Promise<void> => undefined;

beforeEach(async () => {
  folder = await temporaryFolder();
});

/** Also after a test that has run out of time. */
afterEach(async () => {
  await tidyUp();
  tidyUp = async () => undefined;
  await folder.remove();
});

function largeEntry(sequence: number) {
  const { message } = entry(sequence);
  return entry(sequence, { message: { ...message, text: 'x'.repeat(3_000) } });
}

/** Commits until there is no room, and hands back what was accepted. */
async function fillUp(store: Store): Promise<number[]> {
  const accepted: number[] = [];
  for (let number = 0; number < 5_000; number += 1) {
    const outcome = await store.commit([putEntry('a', largeEntry(number)), putKey('a', number)]).then(
      () => 'accepted' as const,
      (error: unknown) => error,
    );
    if (outcome !== 'accepted') {
      expect(outcome).toBeInstanceOf(StoreFullError);
      expect(outcome).toMatchObject({ code: 'STORE_FULL', applied: 'none' });
      return accepted;
    }
    accepted.push(number);
  }
  throw new Error('It never was full.');
}

async function expectExactly(store: Store, numbers: readonly number[]): Promise<void> {
  const { outbox, keys } = await store.load('a', everything);
  expect(outbox.map(({ sequence }) => sequence)).toEqual(numbers);
  expect(keys).toHaveLength(numbers.length);
}

/** The same for every way of having no room. */
async function expectNothingLost(open: () => Promise<Store>): Promise<void> {
  let store = await open();
  const accepted = await fillUp(store);
  expect(accepted.length).toBeGreaterThan(20);
  await expectExactly(store, accepted);
  await store.close();
  store = await open();
  await expectExactly(store, accepted);
  // What takes nothing is still possible, and makes room.
  await store.commit(
    accepted.slice(0, -1).map((number) => ({ type: 'outbox.remove', instanceId: 'a', jobId: `job-${number}` })),
  );
  await store.commit([putEntry('a', largeEntry(9_999))]);
  expect((await store.load('a', everything)).outbox.map(({ sequence }) => sequence)).toEqual([accepted.at(-1), 9_999]);
  await store.close();
}

describe('a store that has no room', () => {
  it('because of maxBytes refuses what does not fit, loses nothing, and goes on when there is room', async () => {
    await expectNothingLost(() => sqliteStore({ path: join(folder.path, 'store.db'), maxBytes: 400_000 }));
  });

  it('of commits that come together takes those that fit', async () => {
    await using store = await sqliteStore({ path: join(folder.path, 'store.db'), maxBytes: 400_000 });
    const huge = letter(1, { message: { ...letter(1).message, text: 'x'.repeat(1_000_000) } });
    const outcomes = await Promise.allSettled([
      store.commit([putKey('a', 1)]),
      store.commit([putKey('a', 2), putLetter('a', huge)]),
      store.commit([putKey('a', 3)]),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect((await store.load('a', everything)).keys.map(({ key }) => key)).toEqual(['key-1', 'key-3']);
    expect(await store.deadLetters.count()).toBe(0);
  });

  it.runIf(mayMount())(
    'because a small tmpfs is full loses nothing when its process is killed, and goes on',
    async () => {
      const mount = join(folder.path, 'small');
      const path = join(mount, 'store.db');
      mkdirSync(mount);
      await Committer.build();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1500k', 'tmpfs', mount]);
      const committer = new Committer(path, { first: 0, textLength: 3_000, lanes: 1 });
      tidyUp = async () => {
        await committer.kill();
        execFileSync('umount', ['--lazy', mount]);
      };
      await committer.until((line) => line === 'full');
      await committer.kill();
      expect(committer.lastResolved).toBeGreaterThan(20);
      // More room, as an operator gives it.
      execFileSync('mount', ['-o', 'remount,size=8m', mount]);
      expect(await lastWholeCommit(path)).toBe(committer.lastResolved);
    },
  );
});

/** Only root may, and not everywhere. */
function mayMount(): boolean {
  if (process.getuid?.() !== 0) return false;
  try {
    execFileSync('unshare', ['--mount', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
