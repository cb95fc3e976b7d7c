import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mostWithin } from '../../src/storm/mostWithin.ts';

describe('the most within a window', () => {
  it.each([
    [[], 0],
    [[5], 1],
    [[0, 999, 1_000, 1_001], 3],
    [[0, 1_000, 2_000], 1],
    [[0, 10, 20, 5_000, 5_001, 5_002, 5_003], 4],
  ])('of %j is %d: wherever it begins, and without its end', (times, most) => {
    expect(mostWithin(times, 1_000)).toBe(most);
  });

  it('is what one finds who tries every beginning', () =>
    fc.assert(
      fc.property(fc.array(fc.nat(5_000)), (unsorted) => {
        const times = unsorted.sort((one, other) => one - other);
        const tried = times.map((from) => times.filter((time) => time >= from && time < from + 1_000).length);
        expect(mostWithin(times, 1_000)).toBe(Math.max(0, ...tried));
      }),
    ));
});
