import { VirtualClock } from '@holdfast/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Turns } from '../../src/actors/Turns.ts';
import { defaultReconnectBudget, type ReconnectBudgetOptions } from '../../src/schema/reconnectBudget.ts';

function turnsOf(budget: Partial<ReconnectBudgetOptions>, fleetSize = 0) {
  const clock = new VirtualClock({ startMs: 0 });
  const turns = new Turns(clock, { ...defaultReconnectBudget, fleetRatioPerSecond: 0, ...budget }, () => fleetSize);
  /** Whose turn it was, and when. */
  const granted: string[] = [];
  const wait = (kind: string, name: string) => turns.wait(kind, () => granted.push(`${clock.now()} ${name}`));
  return { clock, turns, granted, wait };
}

describe('R3: turns to reconnect', () => {
  it('are taken at once while the burst lasts, and from then on their wait is told', () => {
    const { turns } = turnsOf({ burst: 2, minPerSecond: 10 });
    expect([turns.take('a'), turns.take('a'), turns.take('a'), turns.take('b')]).toEqual([0, 0, 100, 100]);
  });

  it('come in the order of asking within a kind', async () => {
    const { clock, granted, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    for (const name of ['first', 'second', 'third']) wait('a', name);
    await clock.advance(1_000);
    expect(granted).toEqual(['0 first', '100 second', '200 third']);
  });

  it('go round between the kinds: an outage of one provider does not hold up the instances of another', async () => {
    const { clock, granted, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    for (let n = 0; n < 100; n += 1) wait('big', `big ${n}`);
    await clock.advance(1_050);
    wait('small', 'small 0');
    wait('small', 'small 1');
    await clock.advance(400);
    expect(granted.slice(-4)).toEqual(['1100 big 11', '1200 small 0', '1300 big 12', '1400 small 1']);
  });

  it("that are given up are nobody's, and hold nobody up", async () => {
    const { clock, granted, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    const leave = Array.from({ length: 50 }, (_, n) => wait('a', `left ${n}`));
    wait('a', 'last');
    for (const giveUp of leave.slice(1)) giveUp();
    await clock.advance(100);
    expect(granted).toEqual(['0 left 0', '100 last']);
  });

  it('leave no timer when nobody waits any more', async () => {
    const { clock, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    wait('a', 'served');
    const giveUp = wait('a', 'gone');
    expect(clock.pending()).toHaveLength(1);
    giveUp();
    giveUp();
    expect(clock.pending()).toHaveLength(0);
    wait('a', 'later');
    await clock.advance(100);
    expect(clock.pending()).toHaveLength(0);
  });

  it('of a kind that is held to its own rate do not hold up the other kinds', async () => {
    const kinds = { slow: { perSecond: 1, burst: 1 } };
    const { clock, granted, turns, wait } = turnsOf({ burst: 1, minPerSecond: 10, kinds });
    wait('slow', 'slow 0');
    wait('slow', 'slow 1');
    wait('slow', 'slow 2');
    wait('quick', 'quick');
    expect(turns.take('slow')).toBeGreaterThanOrEqual(3_000 - 100);
    await clock.advance(2_000);
    expect(granted).toEqual(['0 slow 0', '100 quick', '1000 slow 1', '2000 slow 2']);
  });

  it('tell a wait that counts who is ahead: all of the fleet, or those of the own kind where that takes longer', () => {
    const kinds = { own: { perSecond: 2, burst: 1 } };
    const { turns, wait } = turnsOf({ burst: 1, minPerSecond: 10, kinds });
    for (let n = 0; n < 3; n += 1) wait('fleet', String(n));
    expect(turns.take('other')).toBe(300);
    wait('own', '0');
    wait('own', '1');
    expect(turns.take('other')).toBe(500);
    expect(turns.take('own')).toBe(1_100);
  });

  it('of a kind that is held to its own rate are counted as its own, and by no name that every object has', () => {
    const { turns } = turnsOf({ burst: 10, minPerSecond: 10, kinds: { own: { perSecond: 1, burst: 1 } } });
    expect([turns.take('own'), turns.take('own'), turns.take('other')]).toEqual([0, 1_000, 0]);
    expect([turns.take('constructor'), turns.take('toString')]).toEqual([0, 0]);
  });

  it('given up in the middle leave the others their order, and the next timer in time', async () => {
    const { clock, granted, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    wait('a', '0');
    wait('a', '1');
    const giveUp = wait('a', '2');
    wait('a', '3');
    giveUp();
    expect(clock.pending()).toHaveLength(1);
    await clock.advance(250);
    expect(granted).toEqual(['0 0', '100 1', '200 3']);
    expect(clock.pending()).toEqual([]);
  });

  it('that are given up leave their kind its place among the others', async () => {
    const { clock, granted, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    wait('x', 'now');
    const giveUp = wait('a', 'a0');
    wait('a', 'a1');
    wait('b', 'b0');
    giveUp();
    await clock.advance(200);
    expect(granted).toEqual(['0 now', '100 a1', '200 b0']);
  });

  it('are there at once for a kind of which nobody waits any more: the last was served, or gave up', async () => {
    const { clock, turns, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    wait('a', 'served');
    wait('a', 'served later');
    await clock.advance(1_000);
    expect(turns.take('a')).toBe(0);
    wait('a', 'given up')();
    await clock.advance(1_000);
    expect(turns.take('a')).toBe(0);
  });

  it('grow with the fleet', () => {
    const { turns } = turnsOf({ burst: 1, minPerSecond: 1, fleetRatioPerSecond: 0.04 }, 1_000);
    expect([turns.take('a'), turns.take('a')]).toEqual([0, 25]);
  });

  it('cannot be jumped: who asks while others of its kind wait is behind them, though their timer is late', async () => {
    const { clock, granted, turns, wait } = turnsOf({ burst: 1, minPerSecond: 10 });
    wait('a', 'first');
    wait('a', 'second');
    clock.jump(5_000);
    expect(turns.take('a')).toBeGreaterThan(0);
    await clock.advance(100);
    expect(granted.map((grant) => grant.split(' ')[1])).toEqual(['first', 'second']);
  });

  it('that are granted may be asked for again by whoever is called back', async () => {
    const { clock, turns } = turnsOf({ burst: 1, minPerSecond: 10 });
    const at: number[] = [];
    const again = (): void => {
      at.push(clock.now());
      if (at.length < 4) turns.wait('a', again);
    };
    turns.wait('a', again);
    await clock.advance(1_000);
    expect(at).toEqual([0, 100, 200, 300]);
    expect(clock.pending()).toHaveLength(0);
  });

  it('keep every rate and starve nobody, whoever asks and gives up', async () => {
    const step = fc.record({
      kind: fc.constantFrom('a', 'b', 'c'),
      action: fc.constantFrom('wait', 'wait', 'take', 'giveUp'),
      pauseMs: fc.constantFrom(0, 0, 1, 40, 300),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const rates = { fleet: { perSecond: 20, burst: 3 }, a: { perSecond: 4, burst: 1 } };
        const { clock, turns } = turnsOf({ burst: 3, minPerSecond: 20, kinds: { a: rates.a } });
        const served: { kind: string; atMs: number }[] = [];
        const places: (() => void)[] = [];
        let waiting = 0;
        for (const { kind, action, pauseMs } of steps) {
          const serve = () => served.push({ kind, atMs: clock.now() });
          if (action === 'take' && turns.take(kind) === 0) serve();
          if (action === 'wait') {
            let isWaiting = true;
            waiting += 1;
            const leave = turns.wait(kind, () => {
              if (isWaiting) waiting -= 1;
              isWaiting = false;
              serve();
            });
            places.push(() => {
              if (isWaiting) waiting -= 1;
              isWaiting = false;
              leave();
            });
          }
          if (action === 'giveUp') places.shift()?.();
          await clock.advance(pauseMs);
        }
        await clock.advance(60_000);
        expect(waiting).toBe(0);
        expect(clock.pending()).toHaveLength(0);
        expectWithin(
          served.map(({ atMs }) => atMs),
          rates.fleet,
        );
        expectWithin(
          served.filter(({ kind }) => kind === 'a').map(({ atMs }) => atMs),
          rates.a,
        );
      }),
      { numRuns: 200 },
    );
  });
});

function expectWithin(atMs: readonly number[], { perSecond, burst }: { perSecond: number; burst: number }): void {
  for (const [first, fromMs] of atMs.entries()) {
    for (const [index, toMs] of atMs.slice(first).entries()) {
      expect(index + 1).toBeLessThanOrEqual(burst + ((toMs - fromMs) * perSecond) / 1_000 + 1e-6);
    }
  }
}
