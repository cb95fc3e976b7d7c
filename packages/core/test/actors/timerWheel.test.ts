import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { VirtualClock } from '@holdfast/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimerWheel } from '../../src/actors/TimerWheel.ts';
import type { Clock } from '../../src/ports/clock.ts';

function setUp(resolutionMs = 20) {
  const clock = new VirtualClock({ startMs: 7 });
  const wheel = new TimerWheel(clock, { resolutionMs, elapsedMs: () => clock.now() });
  const called: [name: string, atMs: number][] = [];
  const set = (name: string, delayMs: number) => wheel.setTimeout(() => called.push([name, clock.now()]), delayMs);
  return { clock, wheel, called, set };
}

describe('a timer of the wheel', () => {
  it('fires at its time or up to one tick later, and those of one tick in the order in which they were set', async () => {
    const { called, clock, set } = setUp();
    set('b', 2_000);
    set('c', 1_990);
    set('a', 1_000);
    await clock.advance(1_012);
    expect(called).toEqual([]);
    await clock.advance(2_000);
    expect(called).toEqual([
      ['a', 1_020],
      ['c', 2_000],
      ['b', 2_020],
    ]);
  });

  it('of less than fifty ticks is one of the clock beneath, to the millisecond', async () => {
    const { called, clock, set, wheel } = setUp();
    set('short', 30);
    wheel.clearTimeout(set('gone', 40));
    await clock.advance(100);
    expect(called).toEqual([['short', 37]]);
  });

  it('that keeps no process is one of the clock beneath, of a kind of its own where that has such', async () => {
    const { called, clock, wheel } = setUp();
    const set = (name: string): unknown => wheel.setIdleTimeout(() => called.push([name, clock.now()]), 5_003);
    set('idle');
    wheel.clearTimeout(set('gone'));
    const idle: number[] = [];
    Object.assign(clock, { setIdleTimeout: (_: () => void, delayMs: number) => idle.push(delayMs) });
    set('of a kind of its own');
    await clock.advance(6_000);
    expect(called).toEqual([['idle', 5_010]]);
    expect(idle).toEqual([5_003]);
  });

  it('that was taken back is not called, nor is one that another of its tick takes back; doing it again does nothing', async () => {
    const { called, clock, set, wheel } = setUp();
    wheel.setTimeout(() => wheel.clearTimeout(second), 1_000);
    const second = set('second', 1_000);
    const third = set('third', 1_000);
    const fourth = set('fourth', 1_000);
    wheel.clearTimeout(third);
    wheel.clearTimeout(third);
    await clock.advance(5_000);
    wheel.clearTimeout(fourth);
    expect(called).toEqual([['fourth', 1_020]]);
  });

  it('that throws keeps none of the others from being called, and the process hears of it', async () => {
    const { called, clock, set, wheel } = setUp();
    wheel.setTimeout(() => {
      throw new Error('of a callback');
    }, 1_000);
    set('next', 1_000);
    await expect(clock.advance(2_000)).rejects.toThrow('of a callback');
    expect(called).toEqual([['next', 1_020]]);
  });
});

it('refuses a resolution of nothing', () => {
  expect(() => new TimerWheel(new VirtualClock(), { resolutionMs: 0 })).toThrow(
    /options[\s\S]*resolutionMs[\s\S]*above 0/,
  );
});

it('W4: what is taken back leaves nothing behind, however late it was to fire, and what is not is called in order', async () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const { called, clock, set, wheel } = setUp();
  const hourMs = 3_600_000;
  for (const hours of [20, 7, 12, 3, 18, 5, 11]) set(`after ${hours} h`, hours * hourMs);
  const heapAfter = (rounds: number): number => {
    for (let round = 0; round < rounds; round += 1) {
      wheel.clearTimeout(set('never', 24 * hourMs));
      clock.jump(20);
    }
    collect();
    return process.memoryUsage().heapUsed;
  };
  const before = heapAfter(20_000);
  // Bytes: a tick that stays takes 8, a slot some 90.
  expect((heapAfter(300_000) - before) / 300_000).toBeLessThan(3);
  await clock.advance(24 * hourMs);
  expect(called.map(([name]) => name)).toEqual([3, 5, 7, 11, 12, 18, 20].map((hours) => `after ${hours} h`));
});

describe('the clock beneath', () => {
  it('says what time it is', async () => {
    const { clock, wheel } = setUp();
    await clock.advance(5);
    expect(wheel.now()).toBe(12);
  });

  it('has one timer for a thousand of the wheel, and none when all are gone', async () => {
    const { clock, set, wheel } = setUp();
    const timers = Array.from({ length: 1_000 }, (_, index) => set('x', 1_000 + index));
    expect(clock.pending()).toHaveLength(1);
    for (const timer of timers) wheel.clearTimeout(timer);
    expect(clock.pending()).toHaveLength(0);
  });

  it('is told to clear only what it has still to call', async () => {
    const clock = new VirtualClock();
    const pending = new Set<unknown>();
    const strangers: unknown[] = [];
    const beneath: Clock = {
      now: () => clock.now(),
      setTimeout(callback, delayMs) {
        const timer = clock.setTimeout(() => {
          pending.delete(timer);
          callback();
        }, delayMs);
        pending.add(timer);
        return timer;
      },
      clearTimeout(timer) {
        if (!pending.delete(timer)) strangers.push(timer);
        clock.clearTimeout(timer);
      },
    };
    const wheel = new TimerWheel(beneath, { elapsedMs: () => clock.now() });
    const called: string[] = [];
    for (const delayMs of [3_000, 2_000, 1_000]) wheel.setTimeout(() => called.push(`after ${delayMs}`), delayMs);
    await clock.advance(2_500);
    wheel.setTimeout(() => called.push('earlier'), 1_000);
    wheel.clearTimeout(wheel.setTimeout(() => called.push('never'), 1_000));
    await clock.advance(2_000);
    expect([strangers, called]).toEqual([[], ['after 1000', 'after 2000', 'after 3000', 'earlier']]);
  });

  it('may jump: what is waited for is time that passes, and not the time of day', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    let elapsedMs = 0;
    const wheel = new TimerWheel(clock, { elapsedMs: () => elapsedMs });
    let calls = 0;
    wheel.setTimeout(() => (calls += 1), 60_000);
    clock.jump(3_600_000);
    await clock.advance(59_000);
    expect(calls).toBe(0);
    elapsedMs = 60_000;
    await clock.advance(1_000);
    expect(calls).toBe(1);
  });
});

type Step = { readonly set: number } | { readonly clear: number } | { readonly pass: number };
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ set: fc.integer({ min: 0, max: 5_000 }) }) },
  { weight: 2, arbitrary: fc.record({ clear: fc.nat(40) }) },
  { weight: 2, arbitrary: fc.record({ pass: fc.integer({ min: 0, max: 3_000 }) }) },
);

it('whatever is set and taken back, each fires once, never before its time and one tick late at most', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const { clock, wheel } = setUp(10);
      const timers: { handle: unknown; dueMs: number; isCleared: boolean; firedAtMs: number[] }[] = [];
      for (const one of steps) {
        if ('set' in one) {
          const timer = {
            handle: undefined as unknown,
            dueMs: clock.now() + one.set,
            isCleared: false,
            firedAtMs: [] as number[],
          };
          timer.handle = wheel.setTimeout(() => timer.firedAtMs.push(clock.now()), one.set);
          timers.push(timer);
        } else if ('clear' in one) {
          const timer = timers[one.clear];
          wheel.clearTimeout(timer?.handle);
          if (timer && timer.firedAtMs.length === 0) timer.isCleared = true;
        } else await clock.advance(one.pass);
      }
      await clock.advance(10_000);
      expect(clock.pending()).toHaveLength(0);
      for (const { dueMs, firedAtMs, isCleared } of timers) {
        expect(firedAtMs).toHaveLength(isCleared ? 0 : 1);
        for (const atMs of firedAtMs) expect(atMs - dueMs).toSatisfy((late: number) => late >= 0 && late < 10);
      }
    }),
  );
});
