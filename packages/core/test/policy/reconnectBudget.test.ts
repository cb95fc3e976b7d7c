import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Rate, TokenBucket } from '../../src/policy/reconnectBudget.ts';

const rate = { perSecond: 10, burst: 3 };

/** Asks again and again, whenever the bucket says that it is time; the moments at which it got something. */
function takeAll(
  bucket: TokenBucket,
  count: number,
  { fromMs = 0, asked = rate }: { fromMs?: number; asked?: Rate } = {},
) {
  let nowMs = fromMs;
  return Array.from({ length: count }, () => {
    nowMs += bucket.waitMs(nowMs, asked);
    bucket.take(nowMs, asked);
    return nowMs;
  });
}

describe('a token bucket', () => {
  it('lets a burst through at once, and spaces what follows by the rate', () => {
    expect(takeAll(new TokenBucket(), 6)).toEqual([0, 0, 0, 100, 200, 300]);
  });

  it('gives one more for each interval that passes, up to a burst', () => {
    const bucket = new TokenBucket();
    takeAll(bucket, 3);
    expect(takeAll(bucket, 2, { fromMs: 100 })).toEqual([100, 200]);
    expect(takeAll(bucket, 4, { fromMs: 60_000 })).toEqual([60_000, 60_000, 60_000, 60_100]);
  });

  it('is asked as often as one likes: only what is taken counts', () => {
    const bucket = new TokenBucket();
    for (let i = 0; i < 50; i += 1) expect(bucket.waitMs(0, rate)).toBe(0);
    expect(takeAll(bucket, 4)).toEqual([0, 0, 0, 100]);
  });

  it('follows a rate that changes from call to call', () => {
    const bucket = new TokenBucket();
    const slow = { perSecond: 2, burst: 1 };
    expect(takeAll(bucket, 2, { asked: { perSecond: 10, burst: 1 } })).toEqual([0, 100]);
    expect(takeAll(bucket, 3, { asked: slow })).toEqual([200, 700, 1_200]);
  });

  it('makes nobody wait for the time to come again when the clock is set back', () => {
    const bucket = new TokenBucket();
    takeAll(bucket, 3, { fromMs: 3_600_000 });
    expect(bucket.waitMs(1_000, rate)).toBe(100);
    expect(bucket.waitMs(0, rate)).toBe(100);
  });

  it('waits whole milliseconds, and never less than the rate asks', () => {
    expect(takeAll(new TokenBucket(), 4, { asked: { perSecond: 3, burst: 1 } })).toEqual([0, 334, 668, 1_002]);
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
          [nowMs = 0] = takeAll(bucket, 1, { fromMs: nowMs + gapMs, asked });
          return nowMs;
        });
        for (const [first, fromMs] of turns.entries()) {
          for (const [index, toMs] of turns.slice(first).entries()) {
            const allowed = asked.burst + ((toMs - fromMs) * asked.perSecond) / 1_000;
            expect(index + 1).toBeLessThanOrEqual(allowed + 1e-6);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});
