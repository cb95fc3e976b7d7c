import type { Cycle } from './plan.ts';
import { SeededRandom } from './SeededRandom.ts';
import type { World } from './World.ts';

/** What one fault came to. */
export interface CycleOutcome {
  readonly cycle: Cycle;
  /** From when it began until the first affected instance noticed. Null when none did. */
  readonly noticeMs: number | null;
  /** From when it was over until every affected instance was connected and had sent a message again. Null: not in time. */
  readonly recoverMs: number | null;
  /** What must not have happened. */
  readonly complaints: readonly string[];
}

/** Past that an instance counts as wedged. */
const recoverDeadlineMs = 20_000;

/** Does the fault, and waits until those that it was done to are well again. Never rejects. */
export async function runCycle(cycle: Cycle, world: World): Promise<CycleOutcome> {
  const { fault, groups, number, seed } = cycle;
  const { peer, subjects } = world.at(groups);
  const complaints: string[] = [];
  const complain = (what: string): void => void complaints.push(what);
  const instanceIds = subjects.map(({ id }) => id);
  for (const subject of subjects) subject.cycles.push(number);
  const vigil = world.watch.begin({ instanceIds, noticedBy: fault.noticedBy });
  try {
    await fault.strike({ peer, subjects, random: new SeededRandom(seed), complain });
  } catch (error) {
    complain(`${fault.name}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const overAtMs = performance.now();
  const areWell = await Promise.all(
    subjects.map(async (subject) => {
      const isWell = await subject.isWellWithin(recoverDeadlineMs);
      if (!isWell) complain(`${subject.id} did not recover: ${JSON.stringify(stateOf(subject))}`);
      return isWell;
    }),
  );
  const recoverMs = areWell.every(Boolean) ? performance.now() - overAtMs : null;
  world.watch.end(instanceIds);
  return { cycle, noticeMs: vigil.noticedAfterMs, recoverMs, complaints };
}

function stateOf({ server }: World['subjects'][number]): unknown {
  if (!server.isRunning) return 'stopped';
  const { status, substate, lastError } = server.status();
  return { status, substate, lastError };
}
