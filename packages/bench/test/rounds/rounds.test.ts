import { describe, expect, it } from 'vitest';
import { Patience } from '../../src/rounds/Patience.ts';
import { timesFor } from '../../src/rounds/processorTime.ts';
import { inTurns, rotated } from '../../src/rounds/rounds.ts';

describe('turns', () => {
  it('are taken by everybody once a round, and each round begins with another', () => {
    const order: string[] = [];
    inTurns({ names: ['a', 'b', 'c'], rounds: 3, warmUpRounds: 1 }, (name, round) => order.push(`${name}${round}`));
    expect(order).toEqual(['a-1', 'b-1', 'c-1', 'b0', 'c0', 'a0', 'c1', 'a1', 'b1', 'a2', 'b2', 'c2']);
  });

  it('count in the order of the rounds, and not while everybody warms up', () => {
    const figures = inTurns({ names: ['a', 'b'], rounds: 3, warmUpRounds: 2 }, (name, round) =>
      name === 'a' ? round : 10 * round,
    );
    expect(figures).toEqual(
      new Map([
        ['a', [0, 1, 2]],
        ['b', [0, 10, 20]],
      ]),
    );
  });

  it('of nobody are no figures', () => {
    expect(inTurns({ names: [], rounds: 2, warmUpRounds: 0 }, () => 1)).toEqual(new Map());
    expect(rotated([], 3)).toEqual([]);
  });
});

describe('how often something is done to take as long as is asked', () => {
  /** Something that takes `ns` each time, and ten times that until it was done `coldTimes` times. */
  const workOf = (ns: number, coldTimes = 0) => {
    let done = 0;
    return (times: number): number => {
      const cold = Math.max(0, Math.min(times, coldTimes - done));
      done += times;
      return ns * (times + 9 * cold);
    };
  };

  it.each([4, 150, 2_500])('is right for what takes %d ns', (ns) => {
    expect((timesFor(20e6, workOf(ns)) * ns) / 20e6).toBeCloseTo(1, 1);
  });

  it('is not taken from how it went before it was compiled', () => {
    expect((timesFor(20e6, workOf(100, 50_000)) * 100) / 20e6).toBeCloseTo(1, 1);
  });

  it('is even, and no less than is asked', () => {
    expect(timesFor(1_000, workOf(1_000), { atLeast: 4_001 })).toBe(4_002);
  });

  it('ends for what takes no time that a clock could see', () => {
    let tries = 0;
    const times = timesFor(1e6, () => (tries++ > 100 ? 20e6 : 0));
    expect(times).toBeLessThanOrEqual(2 ** 26);
  });
});

describe('patience', () => {
  it('tries what it knows nothing of, and what fewer instances took a short time', () => {
    const patience = new Patience({ longestMs: 1_000 });
    expect(patience.allows('storm', 1_000_000)).toBe(true);
    patience.took('storm', 100, 50);
    expect(patience.allows('storm', 2_000)).toBe(true);
    expect(patience.leftOut).toEqual([]);
  });

  it('leaves out what would take too long, says so, and lets others be', () => {
    const patience = new Patience({ longestMs: 1_000 });
    patience.took('storm', 100, 500);
    expect(patience.allows('storm', 10_000)).toBe(false);
    expect(patience.allows('timers', 10_000)).toBe(true);
    expect(patience.leftOut).toEqual(['storm with 10,000 instances: it would take some 50 s, by what fewer took.']);
  });
});
