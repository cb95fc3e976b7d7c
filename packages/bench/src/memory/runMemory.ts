import type { CallsTurns } from '../calls/measureCalls.ts';
import type { Figure } from '../figures/Figures.ts';
import { populations } from '../fleet/populations.ts';
import { ChildService } from '../processes/ChildService.ts';
import { count } from '../report/numbers.ts';
import type { Run } from '../run.ts';
import type { Occupant } from './measureMemory.ts';
import type { MemoryService } from './memoryHost.ts';

export interface MemoryPlan {
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Of the largest size, which takes as long as all others. */
  readonly roundsOfLargest: number;
  readonly calls: Omit<CallsTurns, 'instances'>;
  readonly sending: {
    readonly sizes: readonly number[];
    readonly messages: number;
    readonly rounds: number;
    readonly warmUpRounds: number;
  };
}

/** Every figure of memory is of a process of its own, so that none finds the heap as another has left it. */
export async function runMemory(plan: MemoryPlan, run: Run): Promise<Figure[]> {
  const figures = [...(await runHeaps(plan, run)), ...(await runCalls(plan, run))];
  for (const instances of plan.sending.sizes) {
    run.onProgress(`memory: sending through ${count(instances)}`);
    const { sizes: _, ...turns } = plan.sending;
    figures.push(await inMemoryProcess((host) => host.call('sending', { ...turns, instances })));
  }
  return figures;
}

async function runHeaps({ rounds, roundsOfLargest, sizes }: MemoryPlan, run: Run): Promise<Figure[]> {
  const occupants: readonly Occupant[] = ['handWritten', ...populations];
  const figures: Figure[] = [];
  for (const instances of sizes) {
    const taken = instances === sizes.at(-1) ? roundsOfLargest : rounds;
    for (let round = 0; round < taken; round += 1) {
      for (const who of occupants) {
        if (round === 0 ? !run.patience.allows(`heap: ${who}`, instances) : !hasAny(figures, who, instances)) continue;
        run.onProgress(`memory: ${count(instances)} ${who}, round ${round + 1} of ${taken}`);
        const startedAtMs = performance.now();
        figures.push(...(await runHeap(who, instances, 1)));
        run.patience.took(`heap: ${who}`, instances, performance.now() - startedAtMs);
      }
    }
  }
  return joined(figures);
}

async function runCalls({ calls, sizes }: MemoryPlan, run: Run): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const instances of sizes) {
    // Of few instances each is asked more often.
    const asked = Math.max(instances, calls.atLeast);
    if (!run.patience.allows('calls', asked)) continue;
    run.onProgress(`memory: calls to ${count(instances)}`);
    const startedAtMs = performance.now();
    figures.push(...(await inMemoryProcess((host) => host.call('calls', { ...calls, instances }))));
    run.patience.took('calls', asked, performance.now() - startedAtMs);
  }
  return figures;
}

function hasAny(figures: readonly Figure[], who: string, instances: number): boolean {
  return figures.some((figure) => figure.who === who && figure.instances === instances);
}

/** So many rounds, each in a process of its own. */
export async function runHeap(who: Occupant, instances: number, rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (let round = 0; round < rounds; round += 1) {
    figures.push(...(await inMemoryProcess((host) => host.call('memory', { who, instances }))));
  }
  return joined(figures);
}

/** Each figure with its rounds, of figures that have one round each. */
function joined(figures: readonly Figure[]): Figure[] {
  const all = new Map<string, Figure>();
  for (const figure of figures) {
    const key = `${figure.what} ${figure.who} ${figure.instances}`;
    all.set(key, { ...figure, rounds: [...(all.get(key)?.rounds ?? []), ...figure.rounds] });
  }
  return [...all.values()];
}

/** Asks a process that nobody else uses. */
export async function inMemoryProcess<T>(work: (host: ChildService<MemoryService>) => Promise<T>): Promise<T> {
  const script = new URL('./memoryHost.js', import.meta.url);
  await using host = new ChildService<MemoryService>(script, [], { isMeasuringHeap: true });
  return await work(host);
}
