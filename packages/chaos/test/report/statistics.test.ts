import { describe, expect, it } from 'vitest';
import { spreadOf } from '../../src/report/statistics.ts';

describe('the spread of durations', () => {
  it('of an odd number has the middle one as its median, whatever their order', () => {
    expect(spreadOf([900, 20, 100])).toEqual({ median: 100, worst: 900 });
  });

  it('of an even number has the mean of the two in the middle, rounded', () => {
    expect(spreadOf([10, 21, 1, 1000])).toEqual({ median: 16, worst: 1000 });
  });

  it('of none is nothing, and not 0', () => {
    expect(spreadOf([])).toEqual({ median: null, worst: null });
  });

  it('leaves the list as it was', () => {
    const durations = [3, 1, 2];
    spreadOf(durations);
    expect(durations).toEqual([3, 1, 2]);
  });
});
