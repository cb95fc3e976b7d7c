import { describe, expect, it } from 'vitest';
import { makePlan, planSize } from '../../src/crash/plan.ts';
import { SeededRandom } from '../../src/SeededRandom.ts';

const planOf = (seed: number) => makePlan(new SeededRandom(seed), planSize);

describe('the plan of the kills', () => {
  it('is the same for the same seed, and another for another', () => {
    expect(planOf(5)).toEqual(planOf(5));
    expect(planOf(5)).not.toEqual(planOf(6));
  });

  it('has 60 kills, numbered in their order, and no cut among them', () => {
    const { kills } = planOf(7);
    expect(kills.map(({ number }) => number)).toEqual(Array.from({ length: 60 }, (_, index) => index + 1));
    expect(kills.every(({ cut }) => cut === undefined)).toBe(true);
  });

  it.each([1, 2, 3])('kills at every stage with seed %i: in a tenth of the lives while the store is opened', (seed) => {
    const { kills } = planOf(seed);
    const count = (stage: string): number => kills.filter(({ point }) => point.stage === stage).length;
    expect(
      Object.fromEntries(['opening', 'started', 'connected', 'accepted', 'handled'].map((s) => [s, count(s)])),
    ).toEqual({
      opening: 6,
      started: 6,
      connected: 30,
      accepted: 12,
      handled: 6,
    });
  });

  it('cuts logs anywhere, and half of them near their end', () => {
    const shares = Array.from({ length: 20 }, (_, seed) => planOf(seed)).flatMap(({ cuts }) =>
      cuts.map(({ cut }) => cut?.share ?? -1),
    );
    expect(shares).toHaveLength(400);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect(shares.filter((share) => share > 0.95).length / shares.length).toBeCloseTo(0.525, 1);
    expect(Math.min(...shares)).toBeLessThan(0.02);
  });
});
