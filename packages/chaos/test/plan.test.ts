import { describe, expect, it } from 'vitest';
import { allFaults } from '../src/faults/allFaults.ts';
import { type Cycle, makePlan, type Place, type Plan } from '../src/plan.ts';
import { SeededRandom } from '../src/SeededRandom.ts';

const places: readonly Place[] = [
  { kind: 'telegram', group: 'telegram-1', peerGroups: ['telegram-1'] },
  { kind: 'telegram', group: 'telegram-2', peerGroups: ['telegram-2'] },
  { kind: 'mqtt', group: 'mqtt-1', peerGroups: ['mqtt-1', 'mqtt-2'] },
  { kind: 'mqtt', group: 'mqtt-2', peerGroups: ['mqtt-1', 'mqtt-2'] },
];

const planOf = (seed: number): Plan => makePlan({ faults: allFaults, places, random: new SeededRandom(seed) });
const shape = ({ warmUp, rest }: Plan): unknown =>
  [...warmUp, ...rest].map(({ fault, groups, seed }) => [fault.name, groups, seed]);
const combination = ({ fault, kind }: Cycle): string => `${fault.name} at ${kind}`;

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(shape(planOf(5))).toEqual(shape(planOf(5)));
    expect(shape(planOf(5))).not.toEqual(shape(planOf(6)));
  });

  it('does each fault to each kind once to warm up, three times before the random ones, and thirty at random', () => {
    const { warmUp, rest } = planOf(5);
    const all = [...warmUp, ...rest];
    const scripted = all.slice(0, -30);
    const combinations = new Set(all.map(combination));
    expect(combinations.size).toBe(2 * allFaults.length);
    expect(new Set(warmUp.map(combination)).size).toBe(warmUp.length);
    for (const one of combinations) expect(scripted.filter((cycle) => combination(cycle) === one)).toHaveLength(3);
  });

  it('numbers the cycles from 1 in their order, and keeps each at its kind', () => {
    const { warmUp, rest } = planOf(7);
    const all = [...warmUp, ...rest];
    expect(all.map(({ number }) => number)).toEqual(all.map((_, index) => index + 1));
    expect(all.filter(({ kind, place }) => kind !== place.kind)).toEqual([]);
  });

  it('claims all groups of a peer for what is done to the peer, and one group for the rest', () => {
    const { warmUp, rest } = planOf(8);
    for (const { fault, groups, place } of [...warmUp, ...rest]) {
      expect(groups).toEqual(fault.reach === 'peer' ? place.peerGroups : [place.group]);
    }
  });
});
