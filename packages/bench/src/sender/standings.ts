import type { Entry, Field } from '../contestants/catalogue.ts';
import { quantile, type Spread, spreadOf } from '../report/statistics.ts';
import type { LoadResult } from './load.ts';
import type { Match, Turn } from './runSender.ts';

export interface Latency {
  readonly p50: number;
  readonly p99: number;
}

/** What one contestant came to in one match. */
export interface Standing {
  readonly entry: Omit<Entry, 'open'>;
  readonly messagesPerSecond: Spread;
  /** Processor time of the sending process for a message of the burst. Microseconds. */
  readonly cpuMicroseconds: Spread;
  /** From handing over to the receipt. Milliseconds. */
  readonly latencyMs: { readonly paced: Latency; readonly burst: Latency };
  /** Holdfast's messages per second over this one's, round by round; absent for Holdfast itself. */
  readonly holdfastRatio?: Spread;
}

export interface MatchStandings {
  readonly field: Field;
  readonly instances: number;
  readonly standings: readonly Standing[];
}

/** @param entries All that played, with Holdfast first in each field. */
export function standingsOf({ field, scenario, rounds }: Match, entries: readonly Entry[]): MatchStandings {
  const [holdfast, ...others] = entries.filter((entry) => entry.field === field);
  if (!holdfast) throw new RangeError(`Nobody plays in the field "${field}".`);
  const own = turnsOf(rounds, holdfast.name);
  const standings = others.map((entry) => {
    const turns = turnsOf(rounds, entry.name);
    const ratios = turns.map(({ burst }, round) => rateOf(own[round]?.burst) / rateOf(burst));
    return { ...standingOf(entry, turns), holdfastRatio: spreadOf(ratios) };
  });
  return { field, instances: scenario.instances, standings: [standingOf(holdfast, own), ...standings] };
}

function standingOf({ open: _open, ...entry }: Entry, turns: readonly Turn[]): Standing {
  return {
    entry,
    messagesPerSecond: spreadOf(turns.map(({ burst }) => rateOf(burst))),
    cpuMicroseconds: spreadOf(turns.map(({ burst }) => (burst.cpuMs * 1_000) / burst.messages)),
    latencyMs: {
      paced: latencyOf(turns.flatMap(({ paced }) => paced.latenciesMs)),
      burst: latencyOf(turns.flatMap(({ burst }) => burst.latenciesMs)),
    },
  };
}

function turnsOf(rounds: Match['rounds'], name: string): Turn[] {
  return rounds.map((round) => {
    const turn = round.get(name);
    if (!turn) throw new RangeError(`${name} has missed a round.`);
    return turn;
  });
}

/** Messages per second. */
function rateOf(burst: LoadResult | undefined): number {
  return burst ? (burst.messages * 1_000) / burst.elapsedMs : Number.NaN;
}

function latencyOf(latenciesMs: readonly number[]): Latency {
  return { p50: quantile(latenciesMs, 0.5), p99: quantile(latenciesMs, 0.99) };
}

/** What Holdfast wants to reach in a field. */
interface Aim {
  readonly field: Field;
  /** Holdfast's messages per second over those of each other. */
  readonly ratio: number;
}

const aims: readonly Aim[] = [
  { field: 'memory', ratio: 1 },
  { field: 'durable', ratio: 3 },
];

export interface Verdict {
  readonly field: Field;
  readonly instances: number;
  readonly against: string;
  readonly aimedAt: number;
  readonly reached: number;
  readonly isMet: boolean;
}

/** How each aim stands against each of the others. By the median of the ratios. */
export function verdictsOf(matches: readonly MatchStandings[]): Verdict[] {
  return matches.flatMap(({ field, instances, standings }) => {
    const aimedAt = aims.find((aim) => aim.field === field)?.ratio ?? 1;
    return standings.flatMap(({ entry, holdfastRatio }) => {
      if (!holdfastRatio) return [];
      const reached = holdfastRatio.median;
      return [{ field, instances, against: entry.label, aimedAt, reached, isMet: reached >= aimedAt }];
    });
  });
}
