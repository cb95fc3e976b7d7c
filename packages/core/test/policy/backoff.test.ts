import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type BackoffRequest, backoffDelay } from '../../src/policy/backoff.ts';
import { maxTimerMs } from '../../src/ports/clock.ts';
import { JitterKind } from '../../src/schema/reconnectPolicy.ts';

const seedDefaults = { baseBackoffMs: 250, maxBackoffMs: 5_000, jitter: 'equal', jitterRatio: 0.2 } as const;

const lowest = () => 0;
const middle = () => 0.5;
const highest = () => 1 - Number.EPSILON / 2;

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const wholeMs = fc.integer({ min: 1, max: maxTimerMs });

const requests: fc.Arbitrary<BackoffRequest> = fc.record({
  attempt: fc.integer({ min: 1, max: 5_000 }),
  baseBackoffMs: wholeMs,
  maxBackoffMs: fc.oneof(wholeMs, fc.constant(Number.MAX_SAFE_INTEGER)),
  jitter: fc.constantFrom(...JitterKind.options),
  jitterRatio: fc.double({ min: 0, max: 1, noNaN: true }),
  previousDelayMs: fc.option(wholeMs, { nil: undefined }),
});

/** What the original does, in numbers that do not overflow: doubles until it is past the cap. */
function cappedBackoff({ attempt, baseBackoffMs, maxBackoffMs }: BackoffRequest): number {
  let backoff = baseBackoffMs;
  for (let n = 1; n < attempt && backoff < maxBackoffMs; n += 1) backoff *= 2;
  return Math.min(Math.round(backoff), maxBackoffMs, maxTimerMs);
}

function range(request: BackoffRequest): [number, number] {
  return [backoffDelay(request, lowest), backoffDelay(request, highest)];
}

describe('without jitter', () => {
  it.each([
    [1, 250],
    [2, 500],
    [3, 1_000],
    [4, 2_000],
    [5, 4_000],
    [6, 5_000],
    [7, 5_000],
    [1_024, 5_000],
    [1_025, 5_000],
    [5_000, 5_000],
  ])('attempt %i of the default policy waits %i ms', (attempt, delayMs) => {
    const request = { ...seedDefaults, jitterRatio: 0, attempt };
    expect(range(request)).toEqual([delayMs, delayMs]);
  });

  it('is the doubled base, rounded, up to the cap', () => {
    fc.assert(
      fc.property(requests, random, (request, drawn) => {
        const delayMs = backoffDelay({ ...request, jitter: 'equal', jitterRatio: 0 }, () => drawn);
        expect(delayMs).toBe(cappedBackoff(request));
      }),
    );
  });
});

describe('equal jitter', () => {
  it.each([
    { baseBackoffMs: 250, maxBackoffMs: 5_000, jitterRatio: 0.2, attempt: 1, allowed: [200, 300] },
    { baseBackoffMs: 10, maxBackoffMs: 5_000, jitterRatio: 0.5, attempt: 1, allowed: [5, 15] },
    { baseBackoffMs: 1, maxBackoffMs: 10, jitterRatio: 0.2, attempt: 1, allowed: [1, 1] },
    { baseBackoffMs: 100, maxBackoffMs: 50, jitterRatio: 0.2, attempt: 1, allowed: [40, 60] },
    { baseBackoffMs: 20, maxBackoffMs: 5_000, jitterRatio: 1, attempt: 1, allowed: [1, 40] },
    { baseBackoffMs: 250, maxBackoffMs: 5_000, jitterRatio: 0.2, attempt: 6, allowed: [4_000, 6_000] },
    // The spread is rounded: 0.2 of 13 is 2.6.
    { baseBackoffMs: 13, maxBackoffMs: 50, jitterRatio: 0.2, attempt: 1, allowed: [10, 16] },
  ])('of $jitterRatio on base $baseBackoffMs, cap $maxBackoffMs, attempt $attempt gives $allowed', (row) => {
    const { allowed, ...request } = row;
    expect(range({ ...request, jitter: 'equal' })).toEqual(allowed);
  });

  it('reaches every whole number within the spread, each as often as any other', () => {
    const request = { baseBackoffMs: 10, maxBackoffMs: 5_000, jitter: 'equal', jitterRatio: 0.5, attempt: 1 } as const;
    const draws = 1_100;
    const counts = new Map<number, number>();
    for (let i = 0; i < draws; i += 1) {
      const delayMs = backoffDelay(request, () => i / draws);
      counts.set(delayMs, (counts.get(delayMs) ?? 0) + 1);
    }
    expect([...counts.keys()]).toEqual([5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]);
    expect([...counts.values()].every((count) => count === 100)).toBe(true);
  });

  it('has the backoff itself in its middle', () => {
    expect(backoffDelay({ ...seedDefaults, attempt: 3 }, middle)).toBe(1_000);
  });

  it('never strays from the capped backoff by more than the rounded share of it', () => {
    fc.assert(
      fc.property(requests, random, (request, drawn) => {
        const capped = cappedBackoff(request);
        const spread = Math.round(capped * request.jitterRatio);
        const delayMs = backoffDelay({ ...request, jitter: 'equal' }, () => drawn);
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(1, capped - spread));
        expect(delayMs).toBeLessThanOrEqual(Math.max(1, Math.min(capped + spread, maxTimerMs)));
      }),
    );
  });
});

describe('full jitter', () => {
  it.each([
    [1, 250],
    [3, 1_000],
    [6, 5_000],
    [5_000, 5_000],
  ])('of attempt %i lies between 1 and %i ms', (attempt, capMs) => {
    expect(range({ ...seedDefaults, jitter: 'full', attempt })).toEqual([1, capMs]);
  });

  it('has nothing to do with the ratio', () => {
    const request = { ...seedDefaults, jitter: 'full', attempt: 2 } as const;
    expect(range({ ...request, jitterRatio: 1 })).toEqual(range({ ...request, jitterRatio: 0 }));
  });

  it('is never above the capped backoff', () => {
    fc.assert(
      fc.property(requests, random, (request, drawn) => {
        expect(backoffDelay({ ...request, jitter: 'full' }, () => drawn)).toBeLessThanOrEqual(cappedBackoff(request));
      }),
    );
  });
});

describe('decorrelated jitter', () => {
  const request = { ...seedDefaults, jitter: 'decorrelated', attempt: 1 } as const;

  it('lies between the base and three times the base at first', () => {
    expect(range(request)).toEqual([250, 750]);
  });

  it('lies between the base and three times the delay before, capped', () => {
    expect(range({ ...request, attempt: 2, previousDelayMs: 400 })).toEqual([250, 1_200]);
    expect(range({ ...request, attempt: 3, previousDelayMs: 4_000 })).toEqual([250, 5_000]);
  });

  it('is the base when three times the delay before is less', () => {
    expect(range({ ...request, attempt: 2, previousDelayMs: 10 })).toEqual([250, 250]);
  });

  it('is the cap when the base is above it', () => {
    expect(range({ ...request, baseBackoffMs: 9_000 })).toEqual([5_000, 5_000]);
  });
});

describe('whatever is asked', () => {
  it('the delay is a whole number from 1 to the longest timer', () => {
    fc.assert(
      fc.property(requests, random, (request, drawn) => {
        const delayMs = backoffDelay(request, () => drawn);
        expect(Number.isSafeInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(1);
        expect(delayMs).toBeLessThanOrEqual(maxTimerMs);
      }),
      { numRuns: 2_000 },
    );
  });

  it.each(JitterKind.options)('a base of 0 is a delay of at least 1 ms at any attempt, with %s jitter', (jitter) => {
    for (const attempt of [1, 2, 1_024, 1_025, 5_000]) {
      expect(range({ ...seedDefaults, baseBackoffMs: 0, jitter, attempt })[0]).toBe(1);
    }
  });
});
