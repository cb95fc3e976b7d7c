import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isWithinIntensity, recordRestart } from '../../src/policy/restartWindow.ts';

const otp = { maxRestarts: 5, windowMs: 30_000 };

/** Restarts at these times, one after the other; whether each was within the intensity. */
function restartAt(times: readonly number[], intensity = otp): boolean[] {
  let restarts: readonly number[] = [];
  return times.map((nowMs) => {
    restarts = recordRestart(restarts, nowMs, intensity);
    return isWithinIntensity(restarts, intensity);
  });
}

const every = (stepMs: number, count: number) => Array.from({ length: count }, (_, index) => index * stepMs);

describe('the restart intensity', () => {
  it('allows as many restarts at once as it says, and not one more', () => {
    expect(restartAt(every(0, 6))).toEqual([true, true, true, true, true, false]);
  });

  it('counts a restart that is exactly one window old, as OTP does, and not one that is older', () => {
    expect(restartAt([0, 0, 0, 0, 0, 30_000])).toEqual([true, true, true, true, true, false]);
    expect(restartAt([0, 0, 0, 0, 0, 30_001])).toEqual([true, true, true, true, true, true]);
  });

  it('slides: restarts 6 s apart exceed it at the sixth, restarts 6.001 s apart never do', () => {
    expect(restartAt(every(6_000, 6))).toEqual([true, true, true, true, true, false]);
    expect(restartAt(every(6_001, 200)).every(Boolean)).toBe(true);
  });

  it('of 0 allows none', () => {
    expect(restartAt([0], { maxRestarts: 0, windowMs: 1_000 })).toEqual([false]);
  });
});

describe('recording', () => {
  it('keeps what is within the window and this restart, in order, and leaves the list that it was given', () => {
    const before = [0, 5_000, 20_000];
    expect(recordRestart(before, 35_000, otp)).toEqual([5_000, 20_000, 35_000]);
    expect(before).toEqual([0, 5_000, 20_000]);
  });

  it('never holds more than one window of restarts, however long it goes on', () => {
    const steps = fc.array(fc.integer({ min: 0, max: 10_000 }), { maxLength: 200 });
    fc.assert(
      fc.property(steps, fc.integer({ min: 1, max: 20_000 }), (gaps, windowMs) => {
        let nowMs = 0;
        let restarts: readonly number[] = [];
        const all: number[] = [];
        for (const gap of gaps) {
          nowMs += gap;
          all.push(nowMs);
          restarts = recordRestart(restarts, nowMs, { maxRestarts: 1, windowMs });
          expect(restarts).toEqual(all.filter((at) => at >= nowMs - windowMs));
        }
      }),
    );
  });
});
