import { describe, expect, it } from 'vitest';
import { cutTo, widthOf } from '../src/layout/textWidth.ts';

const style = { size: 10, weight: 'regular' } as const;

describe('widthOf', () => {
  it('adds up the letters, and grows with size and weight', () => {
    expect(widthOf('', style)).toBe(0);
    expect(widthOf('iiii', style)).toBeLessThan(widthOf('mmmm', style));
    expect(widthOf('name', { ...style, size: 20 })).toBeGreaterThan(1.9 * widthOf('name', style));
    expect(widthOf('name', { ...style, weight: 'bold' })).toBeGreaterThan(widthOf('name', style));
  });

  it('gives an accent no width of its own, and signs of any other alphabet more than one em', () => {
    expect(widthOf('é', style)).toBe(widthOf('e', style));
    expect(widthOf('漢', style)).toBe(11);
    expect(widthOf('🚀', style)).toBe(14);
  });
});

describe('cutTo', () => {
  it('leaves alone what has room', () => {
    expect(cutTo('short', style, 100)).toBe('short');
  });

  it('cuts between whole signs, and has room for the ellipsis', () => {
    const family = '👨‍👩‍👧';
    const cut = cutTo(family.repeat(5), style, 100);
    expect(cut).toBe(`${family.repeat(2)}…`);
    expect(widthOf(cut, style)).toBeLessThanOrEqual(100);
    expect(cutTo('a word', style, 25)).toBe('a…');
  });
});
