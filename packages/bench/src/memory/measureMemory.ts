import type { InstanceServer } from 'holdfast';
import type { Figure } from '../figures/Figures.ts';
import { liveHeap, pause, settledHeap } from '../fleet/heap.ts';
import { hasChannel, hibernateAfterMs, isHibernated, openFleet, type Population } from '../fleet/populations.ts';
import { HandWritten } from '../machines/HandWritten.ts';
import { idsOf } from '../machines/traffic.ts';

/** Whose memory is measured: besides Holdfast's instances that of the hand-written class. */
export type Occupant = Population | 'handWritten';

/** Started, measured and left to be, so that what is made only once in a process is not counted for one of a thousand. */
const warmUpInstances = 200;
/** Of objects so small that compiled code weighs more than a thousand of them. */
const warmUpObjects = 20_000;
const observer = (): void => undefined;

/** Heap of one instance among so many, and what starting it took until it was connected. For a process that does nothing else. */
export async function measureMemory(who: Occupant, instances: number): Promise<Figure[]> {
  await (await occupy(who, who === 'handWritten' ? warmUpObjects : warmUpInstances)).leave();
  const before = liveHeap();
  const cpuBefore = process.cpuUsage();
  const occupied = await occupy(who, instances);
  const { system, user } = process.cpuUsage(cpuBefore);
  const isResting = who !== 'handWritten' && isHibernated(who);
  if (isResting) await pause(3 * hibernateAfterMs);
  const after = isResting ? await settledHeap({ pauseMs: 1_000, limitMs: 30_000 }) : liveHeap();
  if (isResting) occupied.checkRest();
  const heap: Figure = {
    ...figure,
    what: 'heap',
    who,
    instances,
    unit: 'bytes',
    rounds: [(after - before) / instances],
  };
  const open: Figure = { ...figure, what: 'open', who, instances, unit: 'µs', rounds: [(system + user) / instances] };
  occupied.keep();
  return [heap, open];
}

const figure = { section: 'memory' } as const;

/** What is held, which `keep` mentions so that it is still there when it is measured. */
interface Occupied {
  /** Throws where those that are to hibernate do not. */
  checkRest(): void;
  keep(): number;
  leave(): Promise<unknown>;
}

async function occupy(who: Occupant, instances: number): Promise<Occupied> {
  if (who === 'handWritten') {
    const machines = new Map(idsOf(instances).map((id) => [id, new HandWritten(id, 'Bench', observer)]));
    return { checkRest: () => undefined, keep: () => machines.size, leave: async () => machines.clear() };
  }
  const { messaging, servers } = await openFleet(who, instances, { observer });
  return {
    checkRest: () => checkRest(who, servers),
    keep: () => messaging.countInstances(),
    leave: () => messaging.stop({ deadlineMs: 1_000 }),
  };
}

/** A probe has some of them awake at any time. Without a channel there is nothing to let go of. */
const mostOf = 0.9;

function checkRest(who: Population, servers: readonly InstanceServer[]): void {
  if (!hasChannel(who)) return;
  const asleep = servers.filter((server) => server.isHibernating).length;
  if (asleep < mostOf * servers.length) {
    throw new Error(
      `Of ${servers.length} instances that are to hibernate ${asleep} do: their memory is not to be had.`,
    );
  }
}
