import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextPressure, type PressureLevel } from '../../src/policy/pressure.ts';
import { thresholds } from './openOutbox.ts';

const levels = ['normal', 'warn', 'degraded', 'shed'] as const;
const at = (level: PressureLevel, depth: number, capacity = 100) =>
  nextPressure(level, { depth, capacity }, thresholds);

describe('a level of pressure', () => {
  it.each([
    ['normal', 69],
    ['warn', 70],
    ['warn', 84],
    ['degraded', 85],
    ['degraded', 94],
    ['shed', 95],
    ['shed', 100],
  ] as const)('is %s at %d of 100 on the way up, and exactly there', (level, depth) => {
    expect(at('normal', depth)).toBe(level);
  });

  it.each([
    ['shed', 91, 'shed'],
    ['shed', 90, 'degraded'],
    ['degraded', 81, 'degraded'],
    ['degraded', 80, 'warn'],
    ['warn', 66, 'warn'],
    ['warn', 65, 'normal'],
  ] as const)(
    'from %s at %d of 100 on the way down it is %s: it ends exactly the hysteresis below',
    (from, depth, to) => {
      expect(at(from, depth)).toBe(to);
    },
  );

  it('rises and falls over several levels at once', () => {
    expect(at('normal', 100)).toBe('shed');
    expect(at('shed', 0)).toBe('normal');
    expect(at('shed', 68)).toBe('warn');
  });

  it('is never below what its depth asks for, and never above the one before unless the depth asks for it', () => {
    const anyLevel = fc.constantFrom(...levels);
    fc.assert(
      fc.property(anyLevel, fc.nat({ max: 200 }), fc.integer({ min: 1, max: 200 }), (before, depth, capacity) => {
        const asked = levels.indexOf(at('normal', depth, capacity));
        const now = levels.indexOf(at(before, depth, capacity));
        expect(now).toBeGreaterThanOrEqual(asked);
        expect(now).toBeLessThanOrEqual(Math.max(asked, levels.indexOf(before)));
        expect(levels.indexOf(at(levels[now] ?? 'normal', depth, capacity))).toBe(now);
      }),
    );
  });

  it('without hysteresis depends on the depth alone', () => {
    const plain = { ...thresholds, hysteresisRatio: 0 };
    for (const depth of [0, 69, 70, 85, 95, 100]) {
      const seen = levels.map((before) => nextPressure(before, { depth, capacity: 100 }, plain));
      expect(new Set(seen)).toEqual(new Set([at('normal', depth)]));
    }
  });
});
