import type { TelemetryEvent } from 'holdfast';
import type { Figure } from '../figures/Figures.ts';
import { idsOf } from '../machines/traffic.ts';
import { rotated } from '../rounds/rounds.ts';
import type { Callable, CallsKind } from './CallsKind.ts';

export interface CallsTurns {
  readonly instances: number;
  readonly rounds: number;
  readonly warmUpRounds: number;
  /** What is over at once cannot be timed: in a round so many instances are started of a tiny kind, and so many are asked of each. */
  readonly atLeast: number;
}

/** What is asked of instances, each a figure: processor time of one call, and of `list` of all of it. */
const calls = ['start', 'status', 'health', 'list', 'stop'] as const;
type Call = (typeof calls)[number];

/** In each round everybody starts so many instances, asks each of them, and stops them. */
export async function measureCalls(kinds: readonly CallsKind[], turns: CallsTurns): Promise<Figure[]> {
  const { instances, rounds, warmUpRounds } = turns;
  const ids = idsOf(instances);
  const figures = new Map<string, Figure & { readonly rounds: number[] }>();
  for (let round = -warmUpRounds; round < rounds; round += 1) {
    for (const kind of rotated(kinds, round + warmUpRounds)) {
      const times = await playRound(kind, ids, turns);
      if (round < 0) continue;
      for (const what of calls) {
        const key = `${what} ${kind.name}`;
        const figure = figures.get(key) ?? figureOf(what, kind, instances);
        figures.set(key, figure);
        figure.rounds.push(what === 'list' ? times[what] / 1e6 : times[what] / instances);
      }
    }
  }
  return [...figures.values()];
}

function figureOf(what: Call, { name: who }: CallsKind, instances: number): Figure & { readonly rounds: number[] } {
  return { section: 'memory', what, who, instances, unit: what === 'list' ? 'ms' : 'ns', rounds: [] };
}

async function playRound(
  { isTiny, name, open }: CallsKind,
  ids: readonly string[],
  { atLeast }: CallsTurns,
): Promise<Record<Call, number>> {
  let started = 0;
  const observer = ({ name: event }: TelemetryEvent): void => {
    if (event === 'instance.started') started += 1;
  };
  const sets = Array.from({ length: isTiny ? Math.ceil(atLeast / ids.length) : 1 }, () => open(observer));
  const asks = Math.ceil(atLeast / (sets.length * ids.length));
  const known: number[] = [];
  const timesOf = async (repeats: number, work: (callable: Callable) => unknown): Promise<number> => {
    const before = process.cpuUsage();
    for (const callable of sets) {
      for (let repeat = 0; repeat < repeats; repeat += 1) await work(callable);
    }
    const { system, user } = process.cpuUsage(before);
    return ((system + user) * 1_000) / (sets.length * repeats);
  };
  const start = await timesOf(1, (callable) => callable.start(ids));
  const status = await timesOf(asks, (callable) => known.push(callable.status(ids)));
  const health = await timesOf(asks, (callable) => known.push(callable.health(ids)));
  const list = await timesOf(asks, (callable) => known.push(callable.list()));
  const stop = await timesOf(1, (callable) => callable.stop());
  if (started !== sets.length * ids.length || known.some((answered) => answered !== ids.length)) {
    const found = `${started} started in ${sets.length} sets, and in one set answered ${known.join(', ')}`;
    throw new Error(`${name}: of ${ids.length} instances ${found}: there is nothing to compare.`);
  }
  return { start, status, health, list, stop };
}
