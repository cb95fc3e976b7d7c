import { describe, expect, it } from 'vitest';
import { type Figure, type FigureKey, Figures, ratioOf } from '../../src/figures/Figures.ts';

const key = (who: string, instances = 1): FigureKey => ({ section: 'events', what: 'mixed', who, instances });
const figure = (who: string, rounds: number[], instances = 1): Figure => ({
  ...key(who, instances),
  unit: 'ns',
  rounds,
});

describe('figures', () => {
  const figures = new Figures([
    figure('a', [4, 1, 9]),
    figure('b', [2, 2, 2]),
    figure('a', [7], 100),
    figure('a', [5], 10),
  ]);

  it('are found by what was measured, of whom, at which size', () => {
    expect(figures.medianOf(key('a'))).toBe(4);
    expect(figures.medianOf(key('a', 100))).toBe(7);
    expect(figures.medianOf({ ...key('a'), section: 'memory' })).toBeUndefined();
    expect(figures.medianOf({ ...key('a'), what: 'success' })).toBeUndefined();
    expect(figures.medianOf(key('c'))).toBeUndefined();
  });

  it('know the sizes of what was measured, the smallest first', () => {
    expect(figures.sizesOf({ section: 'events', what: 'mixed', who: 'a' })).toEqual([1, 10, 100]);
    expect(figures.sizesOf({ section: 'events', what: 'mixed', who: 'c' })).toEqual([]);
  });

  it('have no ratio to what was not measured', () => {
    expect(figures.ratioOf(key('a'), key('b'))).toEqual({ median: 2, min: 0.5, max: 4.5 });
    expect(figures.ratioOf(key('a'), key('c'))).toBeUndefined();
    expect(figures.ratioOf(key('c'), key('a'))).toBeUndefined();
  });
});

describe('a ratio', () => {
  it('is taken round by round: what slows both down for a while changes nothing', () => {
    expect(ratioOf([10, 300, 20], [5, 150, 10])).toEqual({ median: 2, min: 2, max: 2 });
  });

  it('of figures with other numbers of rounds is one to the median', () => {
    expect(ratioOf([10, 20], [5, 1, 100])).toEqual({ median: 3, min: 2, max: 4 });
  });
});
