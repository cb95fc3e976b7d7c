import { maxTimerMs, systemClock, systemRandom } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000 });
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the machine's own clock", () => {
  it('tells the time of the machine, and calls back when it has passed', () => {
    const called: number[] = [];
    systemClock.setTimeout(() => called.push(systemClock.now()), 250);
    vi.advanceTimersByTime(249);
    expect(called).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(called).toEqual([1_250]);
  });

  it('does not call back for what was cleared, and takes any handle', () => {
    const called: string[] = [];
    const handle = systemClock.setTimeout(() => called.push('cleared'), 10);
    systemClock.clearTimeout(handle);
    systemClock.clearTimeout(undefined);
    vi.advanceTimersByTime(1_000);
    expect(called).toEqual([]);
  });

  it('has timers that keep no process from ending', () => {
    vi.useRealTimers();
    const [idle, other] = [
      systemClock.setIdleTimeout?.(() => undefined, 1e12),
      systemClock.setTimeout(() => undefined, 10),
    ];
    expect([idle, other].map((timer) => (timer as NodeJS.Timeout).hasRef())).toEqual([false, true]);
    systemClock.clearTimeout(idle);
    systemClock.clearTimeout(other);
  });

  it.each([maxTimerMs + 1, 1e12, Number.POSITIVE_INFINITY])(
    'waits as long as a timer can when %d ms are more than that, and does not call back at once',
    (delayMs) => {
      const called: number[] = [];
      systemClock.setTimeout(() => called.push(systemClock.now()), delayMs);
      vi.advanceTimersByTime(maxTimerMs - 1);
      expect(called).toEqual([]);
      vi.advanceTimersByTime(1);
      expect(called).toEqual([1_000 + maxTimerMs]);
    },
  );
});

describe("the runtime's own randomness", () => {
  it('is a number from 0, below 1, and another one each time', () => {
    const drawn = Array.from({ length: 1_000 }, systemRandom);
    expect(drawn.filter((value) => !(value >= 0 && value < 1))).toEqual([]);
    expect(new Set(drawn).size).toBeGreaterThan(990);
  });
});
