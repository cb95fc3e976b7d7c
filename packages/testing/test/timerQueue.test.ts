import { describe, expect, it } from 'vitest';
import { VirtualClock } from '../src/index.ts';
import { TimerQueue } from '../src/TimerQueue.ts';

describe('arming and disarming for ever', () => {
  it('keeps no disarmed timer alive beyond as many as are armed', () => {
    const queue = new TimerQueue();
    const armed = Array.from({ length: 100 }, (_, index) => queue.arm(0, index, () => undefined));
    for (let round = 0; round < 10_000; round += 1) queue.disarm(queue.arm(0, 1_000, () => undefined));
    expect(queue.heldTimers).toBeLessThanOrEqual(2 * armed.length);
    expect(queue.inOrder()).toEqual(armed);
  });

  it('leaves nothing behind when all have been disarmed', () => {
    const queue = new TimerQueue();
    const timers = Array.from({ length: 1_000 }, (_, index) => queue.arm(0, index % 7, () => undefined));
    for (const timer of timers) queue.disarm(timer);
    expect(queue.first()).toBeUndefined();
    expect(queue.heldTimers).toBe(0);
  });
});

describe('100,000 timers', () => {
  it('each run at their own time, in order, with a promise turn between every two', async () => {
    const clock = new VirtualClock({ startMs: 0 });
    let last = -1;
    let ran = 0;
    for (let index = 0; index < 100_000; index += 1) {
      const dueMs = (index * 7_919) % 100_003;
      clock.setTimeout(() => {
        expect(clock.now()).toBe(dueMs);
        if (dueMs <= last) throw new Error(`${dueMs} ran after ${last}`);
        last = dueMs;
        ran += 1;
      }, dueMs);
    }
    await clock.advance(100_003);
    expect(ran).toBe(100_000);
  });
});
