import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rate, TokenBucket } from '../../src/policy/reconnectBudget.ts';

const rate = { perSecond: 10, burst: 3 };

describe('a token bucket', () => {
  it('lets a burst through at once, and spaces what follows by the rate', () => {
    const bucket = new TokenBucket();
    const waits = Array.from({ length: 6 }, () => bucket.reserve(0, rate));
    expect(waits).toEqual([0, 0, 0, 100, 200, 300]);
  });

  it('gives one more turn for each interval that passes, up to a burst', () => {
    const bucket = new TokenBucket();
    for (let i = 0; i < 3; i += 1) bucket.reserve(0, rate);
    expect([bucket.reserve(100, rate), bucket.reserve(100, rate)]).toEqual([0, 100]);
    const afterALongTime = Array.from({ length: 4 }, () => bucket.reserve(60_000, rate));
    expect(afterALongTime).toEqual([0, 0, 0, 100]);
  });

  it('follows a rate that changes from call to call', () => {
    const bucket = new TokenBucket();
    const waits = [10, 10, 2, 2].map((perSecond) => bucket.reserve(0, { perSecond, burst: 1 }));
    expect(waits).toEqual([0, 100, 200, 700]);
  });

  it('makes nobody wait for the time to come again when the clock is set back', () => {
    const bucket = new TokenBucket();
    for (let i = 0; i < 3; i += 1) bucket.reserve(3_600_000, rate);
    expect(bucket.reserve(0, rate)).toBe(100);
  });

  it('waits whole milliseconds, and never less than the rate asks', () => {
    const bucket = new TokenBucket();
    const waits = Array.from({ length: 4 }, () => bucket.reserve(0, { perSecond: 3, burst: 1 }));
    expect(waits).toEqual([0, 334, 667, 1_000]);
  });

  it('never exceeds its rate, in any window, however it is asked', () => {
    const rates: fc.Arbitrary<Rate> = fc.record({
      perSecond: fc.double({ min: 0.5, max: 100, noNaN: true }),
      burst: fc.integer({ min: 1, max: 20 }),
    });
    fc.assert(
      fc.property(rates, fc.array(fc.integer({ min: 0, max: 500 }), { maxLength: 80 }), (asked, gaps) => {
        const bucket = new TokenBucket();
        let nowMs = 0;
        const turns = gaps.map((gapMs) => {
          nowMs += gapMs;
          return nowMs + bucket.reserve(nowMs, asked);
        });
        turns.sort((a, b) => a - b);
        for (const [first, fromMs] of turns.entries()) {
          for (const [index, toMs] of turns.slice(first).entries()) {
            const allowed = asked.burst + ((toMs - fromMs) * asked.perSecond) / 1_000;
            expect(index + 1).toBeLessThanOrEqual(allowed + 1e-6 + asked.perSecond / 1_000);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
