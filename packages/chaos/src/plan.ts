import type { Fault } from './faults/Fault.ts';
import type { Kind } from './peers/Peer.ts';
import type { SeededRandom } from './SeededRandom.ts';

/** A place where a fault can be done: a group of instances, and the groups that share its peer. */
export interface Place {
  readonly kind: Kind;
  readonly group: string;
  /** All groups of its peer, itself included. */
  readonly peerGroups: readonly string[];
}

/** One fault, done once, in one place. */
export interface Cycle {
  /** From 1, in the order of the plan. */
  readonly number: number;
  readonly fault: Fault;
  readonly kind: Kind;
  readonly place: Place;
  /** The groups that nothing else may happen to meanwhile. */
  readonly groups: readonly string[];
  /** Decides what the fault leaves open: how long, how much. */
  readonly seed: number;
}

export interface PlanOptions {
  readonly faults: readonly Fault[];
  readonly places: readonly Place[];
  readonly random: SeededRandom;
}

/** How often each fault is done to each kind, before the random ones. */
export const rounds = 3;
export const randomCycles = 30;

export interface Plan {
  /** Each fault to each kind, once: after them all code has run, and what is measured is measured. */
  readonly warmUp: readonly Cycle[];
  readonly rest: readonly Cycle[];
}

/** Each fault to each kind three times, each time in a new order and in another place, and then thirty at random. */
export function makePlan({ faults, places, random }: PlanOptions): Plan {
  const combinations = faults.flatMap((fault) => fault.kinds.map((kind) => ({ fault, kind })));
  let number = 0;
  const cycle = ({ fault, kind }: { readonly fault: Fault; readonly kind: Kind }): Cycle => {
    const place = random.pick(places.filter((candidate) => candidate.kind === kind));
    const groups = fault.reach === 'peer' ? place.peerGroups : [place.group];
    number += 1;
    return { number, fault, kind, place, groups, seed: random.between(0, 2 ** 32 - 1) };
  };
  const round = (): Cycle[] => random.shuffled(combinations).map(cycle);
  const warmUp = round();
  const scripted = Array.from({ length: rounds - 1 }, round).flat();
  const atRandom = Array.from({ length: randomCycles }, () => cycle(random.pick(combinations)));
  return { warmUp, rest: [...scripted, ...atRandom] };
}
