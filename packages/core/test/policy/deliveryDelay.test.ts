import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deliveryDelay } from '../../src/policy/backoff.ts';
import { maxTimerMs } from '../../src/ports/clock.ts';
import { defaultSenderOptions } from '../../src/schema/workerOptions.ts';

const lowest = () => 0;
const highest = () => 1 - Number.EPSILON / 2;

describe('the wait before a message is tried again', () => {
  it.each([
    [1, 500, 600],
    [2, 1_000, 1_200],
    [3, 2_000, 2_400],
    [4, 4_000, 4_800],
    [6, 16_000, 19_200],
    [7, 30_000, 30_000],
    [5_000, 30_000, 30_000],
  ])('after attempt %i is the backoff of %i ms and up to a fifth of it, %i ms at most', (attempt, fromMs, toMs) => {
    const request = { ...defaultSenderOptions, attempt };
    expect(deliveryDelay(request, lowest)).toBe(fromMs);
    expect(deliveryDelay(request, highest)).toBe(toMs);
  });

  it('is never over the cap, though the original is: the fifth is added before it', () => {
    const nearTheCap = { attempt: 1, baseBackoffMs: 900, maxBackoffMs: 1_000 };
    expect(deliveryDelay(nearTheCap, highest)).toBe(1_000);
  });

  it('has no fifth to add below 5 ms', () => {
    expect(deliveryDelay({ attempt: 1, baseBackoffMs: 4, maxBackoffMs: 100 }, highest)).toBe(4);
    expect(deliveryDelay({ attempt: 1, baseBackoffMs: 5, maxBackoffMs: 100 }, highest)).toBe(6);
  });

  it('is a whole number, at least 1, at most the cap and the longest timer, whatever is asked', () => {
    const ms = fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(
        fc.record({ attempt: fc.integer({ min: 1, max: 5_000 }), baseBackoffMs: ms, maxBackoffMs: ms }),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (request, drawn) => {
          const delayMs = deliveryDelay(request, () => drawn);
          expect(Number.isSafeInteger(delayMs)).toBe(true);
          expect(delayMs).toBeGreaterThanOrEqual(1);
          expect(delayMs).toBeLessThanOrEqual(Math.min(request.maxBackoffMs, maxTimerMs));
        },
      ),
      { numRuns: 1_000 },
    );
  });
});
