import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { quantile, spreadOf } from '../../src/report/statistics.ts';

const anyFigures = fc.array(fc.double({ noNaN: true, min: -1e6, max: 1e6 }), { minLength: 1 });

describe('a quantile', () => {
  it.each([
    [[3, 1, 2], 0.5, 2],
    [[4, 1, 2, 3], 0.5, 2.5],
    [[10, 2, 9], 0, 2],
    [[10, 2, 9], 1, 10],
    [[0, 100], 0.99, 99],
    [[7], 0.99, 7],
  ])('of %j at %d is %d: figures are compared as numbers', (figures, share, expected) => {
    expect(quantile(figures, share)).toBe(expected);
  });

  it('has its share of all figures below it', () =>
    fc.assert(
      fc.property(anyFigures, fc.double({ noNaN: true, min: 0, max: 1 }), (figures, share) => {
        const found = quantile(figures, share);
        const below = figures.filter((figure) => figure < found).length;
        const notAbove = figures.filter((figure) => figure <= found).length;
        expect(below).toBeLessThanOrEqual(Math.ceil(share * (figures.length - 1)));
        expect(notAbove).toBeGreaterThanOrEqual(Math.floor(share * (figures.length - 1)));
      }),
    ));

  it('of nothing is refused', () => {
    expect(() => quantile([], 0.5)).toThrow(RangeError);
  });

  it('leaves the figures in their order', () => {
    const figures = [3, 1, 2];
    quantile(figures, 0.5);
    expect(figures).toEqual([3, 1, 2]);
  });
});

describe('a spread', () => {
  it('is the middle with the least and the most', () => {
    expect(spreadOf([5, 1, 9, 7])).toEqual({ median: 6, min: 1, max: 9 });
  });
});
