import { type Pattern, patterns } from '../events/eventsPlan.ts';
import { eventsInProcess } from '../events/runEvents.ts';
import type { Figure } from '../figures/Figures.ts';
import { inMemoryProcess, runHeap } from '../memory/runMemory.ts';
import { type Group, guardSizes } from './ratios.ts';

const kinds = ['interpreted', 'compiled', 'server', 'handWritten'] as const;
const turns = { turnMs: 10, rounds: 11, warmUpRounds: 2, kinds };
const callTurns = {
  rounds: 7,
  warmUpRounds: 2,
  instances: guardSizes.calls,
  atLeast: 10_000,
  kinds: ['server', 'handWritten'],
} as const;

/** All that one group of ratios stands on. `effort` times as many rounds as usual. */
export async function measureGroup(group: Group, effort: number): Promise<Figure[]> {
  const more = { ...turns, rounds: effort * turns.rounds };
  if (isPattern(group)) return eventsInProcess((host) => host.call('pattern', { pattern: group, turns: more }));
  if (group === 'mixed') {
    return eventsInProcess((host) => host.call('mixed', { instances: guardSizes.mixed, turns: more }));
  }
  if (group === 'calls') {
    return inMemoryProcess((host) => host.call('calls', { ...callTurns, rounds: effort * callTurns.rounds }));
  }
  const figures = await runHeap('handWritten', guardSizes.heapOfHandWritten, effort);
  for (const who of ['bare', 'awake'] as const) figures.push(...(await runHeap(who, guardSizes.heap, effort)));
  return figures;
}

function isPattern(group: Group): group is Pattern {
  return patterns.some((pattern) => pattern === group);
}
