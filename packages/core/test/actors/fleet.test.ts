import { VirtualClock } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { Fleet } from '../../src/actors/Fleet.ts';

/** How often the clock is looked at. */
const periodMs = 5_000;

/** Watches until what this returns is called. */
function watch(fleet: Fleet, onGap: () => void): () => void {
  const watcher = { onGap };
  fleet.watchGaps(watcher);
  return () => fleet.unwatchGaps(watcher);
}

function watched() {
  const clock = new VirtualClock({ startMs: 1_000 });
  const fleet = new Fleet(clock);
  let gaps = 0;
  const leave = watch(fleet, () => {
    gaps += 1;
  });
  return { clock, fleet, gaps: () => gaps, leave };
}

describe('R1: the watch for gaps', () => {
  it('tells of a gap of over two periods once, and of none that is shorter', async () => {
    const { clock, gaps } = watched();
    await clock.advance(10 * periodMs);
    clock.jump(2 * periodMs);
    await clock.advance(0);
    expect(gaps()).toBe(0);
    clock.jump(2 * periodMs + 1);
    await clock.advance(0);
    expect(gaps()).toBe(1);
    await clock.advance(10 * periodMs);
    expect(gaps()).toBe(1);
  });

  it('tells everybody who still holds a link when it is told, the one that leaves meanwhile too (F1)', async () => {
    const clock = new VirtualClock();
    const fleet = new Fleet(clock);
    const told: string[] = [];
    const leave = watch(fleet, () => {
      told.push('first');
      leave();
    });
    watch(fleet, () => told.push('second'));
    clock.jump(3 * periodMs);
    await clock.advance(0);
    clock.jump(3 * periodMs);
    await clock.advance(0);
    expect(told).toEqual(['first', 'second', 'second']);
  });

  it('has one timer, and none when nobody holds a link (F2)', async () => {
    const { clock, fleet, leave } = watched();
    const leaveToo = watch(fleet, () => undefined);
    expect(clock.pending()).toHaveLength(1);
    leave();
    leave();
    expect(clock.pending()).toHaveLength(1);
    leaveToo();
    expect(clock.pending()).toEqual([]);
    watch(fleet, () => undefined);
    leaveToo();
    expect(clock.pending()).toHaveLength(1);
  });

  it('begins when somebody comes: the time before is no gap', async () => {
    const { clock, fleet, gaps, leave } = watched();
    leave();
    clock.jump(3_600_000);
    let again = 0;
    watch(fleet, () => {
      again += 1;
    });
    await clock.advance(periodMs);
    expect([gaps(), again]).toEqual([0, 0]);
  });
});

describe('the size of a fleet', () => {
  /** 1 for each instance, and never under one a second: what a turn waits for is told by it. */
  const budget = { fleetRatioPerSecond: 1, minPerSecond: 1, burst: 1 };

  it('decides how fast turns come', () => {
    const clock = new VirtualClock({ startMs: 0 });
    const fleet = new Fleet(clock, budget);
    for (let joined = 0; joined < 10; joined += 1) fleet.join();
    expect([fleet.turns.take('a'), fleet.turns.take('a')]).toEqual([0, 100]);
    fleet.leave();
    clock.jump(10_000);
    expect([fleet.turns.take('a'), fleet.turns.take('a')]).toEqual([0, 112]);
    for (let left = 0; left < 4; left += 1) fleet.leave();
    clock.jump(10_000);
    expect([fleet.turns.take('a'), fleet.turns.take('a')]).toEqual([0, 200]);
  });

  it('where nothing is said of a budget is the default: ten a second, ten at once', () => {
    const { turns } = new Fleet(new VirtualClock({ startMs: 0 }));
    expect(Array.from({ length: 11 }, () => turns.take('a')).slice(-2)).toEqual([0, 100]);
  });
});
