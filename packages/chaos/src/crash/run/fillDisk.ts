import { setTimeout as sleep } from 'node:timers/promises';
import type { FillableDisk } from '../disk/fillableDisk.ts';
import type { Report } from '../subject/protocol.ts';
import type { Stage } from './Stage.ts';

/** How often it is done. */
export const rounds = 3;
const workMs = 800;
const fullMs = 1_200;
/** Until enough was refused while the disk is full, and until something is accepted again when it is not. Milliseconds. */
const noticeMs = 8_000;
const refusals = 20;
const acceptances = 20;

export interface DiskOutcome {
  /** How long it took each time from the room until messages were accepted again. Milliseconds. */
  readonly recoveriesMs: readonly number[];
}

/**
 * Fills the disk below a working process, and makes room again; fills it once more, kills the process, lets the next one find
 * it full, and makes room for that. Each must go on by itself.
 */
export async function fillDisk(stage: Stage, disk: FillableDisk, say: (what: string) => void): Promise<DiskOutcome> {
  const recoveriesMs: number[] = [];
  stage.begin();
  if (!(await stage.allConnected()))
    stage.ledger.problems.push('not all instances are connected before the disk is full');
  for (let round = 1; round <= rounds; round += 1) {
    await sleep(workMs);
    await isFull(stage, disk);
    await sleep(fullMs);
    recoveriesMs.push(await goesOn(stage, disk));
    await sleep(workMs);
    await isFull(stage, disk);
    stage.remember(await (await stage.kill()).read());
    stage.begin();
    await sleep(fullMs);
    recoveriesMs.push(await goesOn(stage, disk));
    say(`disk full and room again, below a working and a starting process: ${round} of ${rounds}`);
  }
  await sleep(workMs);
  stage.remember(await (await stage.kill()).read());
  return { recoveriesMs };
}

async function isFull(stage: Stage, disk: FillableDisk): Promise<void> {
  const refused = stage.reports.heard(isRefusal, { count: refusals, withinMs: noticeMs });
  disk.fill(stage.life);
  if (!(await refused)) stage.ledger.problems.push('the disk is full, and messages are accepted all the same');
}

/** Resolves with how long it took. Milliseconds. */
async function goesOn(stage: Stage, disk: FillableDisk): Promise<number> {
  const startedAtMs = performance.now();
  const accepted = stage.reports.heard(({ what }) => what === 'accepted', { count: acceptances, withinMs: noticeMs });
  disk.makeRoom(stage.life);
  if (!(await accepted)) stage.ledger.problems.push('there is room again, and nothing is accepted');
  return Math.round(performance.now() - startedAtMs);
}

function isRefusal({ what }: Report): boolean {
  return what === 'refused';
}
