import { describe, expect, it } from 'vitest';
import { SeededRandom } from '../src/SeededRandom.ts';

const draw = (random: SeededRandom): number[] => Array.from({ length: 1_000 }, () => random.between(3, 7));

describe('seeded choices', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(draw(new SeededRandom(42))).toEqual(draw(new SeededRandom(42)));
    expect(draw(new SeededRandom(42))).not.toEqual(draw(new SeededRandom(43)));
  });

  it('are whole numbers within the bounds, all of which come', () => {
    expect([...new Set(draw(new SeededRandom(1)))].toSorted()).toEqual([3, 4, 5, 6, 7]);
  });

  it('keep all items when they are shuffled, and leave the list as it was', () => {
    const items = Array.from({ length: 50 }, (_, index) => index);
    const shuffled = new SeededRandom(9).shuffled(items);
    expect(shuffled).not.toEqual(items);
    expect(shuffled.toSorted((a, b) => a - b)).toEqual(items);
    expect(items[0]).toBe(0);
  });

  it('refuse to pick out of nothing', () => {
    expect(() => new SeededRandom(1).pick([])).toThrow('nothing to choose from');
  });
});
