import { describe, expect, it, vi } from 'vitest';
import { nextTurn, settleJobs, turnByMessage } from '../src/macrotask.ts';

describe.each([
  ['the runtime’s own', nextTurn],
  ['a message, as in browsers', turnByMessage],
])('one turn by %s', (_name, turn) => {
  it('comes after a promise chain of any length', async () => {
    let steps = 0;
    const chain = (async () => {
      for (; steps < 20_000; steps += 1) await null;
    })();
    await turn();
    expect(steps).toBe(20_000);
    await chain;
  });
});

describe('settling', () => {
  it('works where there is no setImmediate, by messages', async () => {
    vi.stubGlobal('setImmediate', undefined);
    vi.resetModules();
    try {
      const loaded = await import('../src/macrotask.ts');
      expect(loaded.nextTurn).toBe(loaded.turnByMessage);
      let done = false;
      void Promise.resolve().then(() => {
        done = true;
      });
      await loaded.settleJobs();
      expect(done).toBe(true);
    } finally {
      vi.unstubAllGlobals();
    }
  });

  it('goes on with fake global timers, which were put in place after loading', async () => {
    vi.useFakeTimers();
    try {
      let done = false;
      void Promise.resolve().then(() => {
        done = true;
      });
      await settleJobs();
      expect(done).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
    }
  });
});
