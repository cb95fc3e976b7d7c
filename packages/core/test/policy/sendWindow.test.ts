import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SendWindow } from '../../src/policy/sendWindow.ts';

function send(window: SendWindow, nowMs: number): void {
  window.reserve();
  window.begin(nowMs);
}

describe('R10: a window of sends', () => {
  it('lets its count through at once, and the next one exactly when the first is a window old', () => {
    const window = new SendWindow({ count: 2, perMs: 1_000 });
    for (const ms of [0, 300]) {
      expect(window.waitMs(ms)).toBe(0);
      send(window, ms);
    }
    expect(window.waitMs(300)).toBe(700);
    expect(window.waitMs(999)).toBe(1);
    expect(window.waitMs(1_000)).toBe(0);
    send(window, 1_000);
    expect(window.waitMs(1_000)).toBe(300);
  });

  it('asked often, and not used, changes nothing', () => {
    const window = new SendWindow({ count: 1, perMs: 100 });
    send(window, 0);
    for (let ms = 0; ms < 100; ms += 1) expect(window.waitMs(ms)).toBe(100 - ms);
    expect(window.waitMs(100)).toBe(0);
  });

  it('of a clock that was set back an hour waits no longer than a window, and lets no more through', () => {
    const window = new SendWindow({ count: 2, perMs: 1_000 });
    send(window, 3_600_000);
    send(window, 3_600_400);
    expect(window.waitMs(400)).toBe(600);
    expect(window.waitMs(1_000)).toBe(0);
  });

  it('is never exceeded in any stretch of its length, whatever the schedule, and never waits in vain', () => {
    const step = fc.record({ passMs: fc.nat({ max: 400 }), back: fc.constantFrom(0, 0, 0, 0, 7, 5_000) });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.array(step, { maxLength: 80, size: 'max' }), (count, steps) => {
        const perMs = 1_000;
        const window = new SendWindow({ count, perMs });
        const begun: number[] = [];
        let [trueMs, shiftMs] = [0, 0];
        let hasGoneBack = false;
        for (const { passMs, back } of steps) {
          trueMs += passMs;
          shiftMs -= back;
          hasGoneBack ||= back > 0;
          const waitMs = window.waitMs(trueMs + shiftMs);
          expect(waitMs).toBeLessThanOrEqual(perMs);
          const inWindow = begun.filter((ms) => ms > trueMs - perMs).length;
          if (!hasGoneBack) expect(waitMs === 0).toBe(inWindow < count);
          if (waitMs > 0) continue;
          expect(inWindow).toBeLessThan(count);
          send(window, trueMs + shiftMs);
          begun.push(trueMs);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('keeps a place for a send that is about to begin, and frees it when that does not begin', () => {
    const window = new SendWindow({ count: 2, perMs: 1_000 });
    send(window, 0);
    window.reserve();
    expect(window.waitMs(100)).toBe(900);
    window.reserve();
    expect(window.waitMs(100)).toBe(Number.POSITIVE_INFINITY);
    window.cancel();
    window.cancel();
    expect(window.waitMs(100)).toBe(0);
    window.reserve();
    window.begin(400);
    expect(window.waitMs(400)).toBe(600);
    window.reserve();
    expect(window.waitMs(1_000)).toBe(400);
  });
});
