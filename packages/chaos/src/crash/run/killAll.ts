import { truncate } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { type StoreCopy, walOf } from '../disk/storeCopy.ts';
import { readWal, wholeBytes } from '../disk/walFile.ts';
import type { Kill, KillPoint } from '../plan.ts';
import type { Stage } from './Stage.ts';

/** A life that does not get as far as it was to be killed is killed all the same. Milliseconds. */
const patienceMs = 8_000;
/** SQLite writes its log back when it has so many frames: what lies before the end of it may be in the database by then. */
const framesBeforeWriteBack = 1_000;

export interface KillProgress {
  begin(kill: Kill): void;
  end(kill: Kill, complaints: readonly string[]): void;
}

/** What was done to the write-ahead logs. */
export interface CutCounts {
  /** Logs that were cut off. */
  cut: number;
  /** Transactions that were whole before, and are gone. */
  transactionsGone: number;
}

/** One life after the other, each killed at its point; and its log cut off, where the plan says so. */
export async function killAll(stage: Stage, kills: readonly Kill[], progress: KillProgress): Promise<CutCounts> {
  const counts: CutCounts = { cut: 0, transactionsGone: 0 };
  for (const kill of kills) {
    progress.begin(kill);
    const known = stage.ledger.problems.length;
    stage.begin();
    if (!(await reaches(stage, kill.point)))
      stage.ledger.problems.push(`kill ${kill.number}: the life did not get to "${kill.point.stage}"`);
    await sleep(kill.point.delayMs);
    const left = await stage.kill();
    if (kill.cut) await cutLog(stage, { kill, left, counts });
    else stage.remember(await left.read());
    progress.end(kill, stage.ledger.problems.slice(known));
  }
  return counts;
}

function reaches(stage: Stage, { count, stage: what }: KillPoint): Promise<boolean> {
  return stage.reports.heard((report) => report.what === what, { count, withinMs: patienceMs });
}

interface CutOptions {
  readonly kill: Kill;
  /** The store as the kill has left it. */
  readonly left: StoreCopy;
  readonly counts: CutCounts;
}

/**
 * What SQLite promises of a log that ends anywhere: the transactions that are whole in it are there, the others are gone, and
 * nothing is damaged. What is whole is reckoned here from the bytes, and must be what the store then finds.
 */
async function cutLog(stage: Stage, { counts, kill, left }: CutOptions): Promise<void> {
  const wal = readWal(await left.wal());
  const before = await left.read();
  const end = wal.commits.at(-1) ?? 0;
  if (end === 0 || wal.frames >= framesBeforeWriteBack) return stage.remember(before);
  const cutAt = Math.floor(end * (kill.cut?.share ?? 1));
  const kept = wholeBytes(wal, cutAt);
  const expected = await (await stage.copy('expected', kept)).read();
  await truncate(walOf(stage.place.storePath), cutAt);
  const found = await (await stage.copy('found', cutAt)).read();
  if (!isDeepStrictEqual(found, expected))
    stage.ledger.problems.push(
      `cut ${kill.number}: at byte ${cutAt} of ${end} the store holds other than what is whole`,
    );
  counts.cut += 1;
  counts.transactionsGone += wal.commits.filter((commit) => commit > kept).length;
  stage.remember(found, before);
}
