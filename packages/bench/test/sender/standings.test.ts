import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/contestants/catalogue.ts';
import type { LoadResult } from '../../src/sender/load.ts';
import { checkAccount, type Match, type Turn } from '../../src/sender/runSender.ts';
import { standingsOf, verdictsOf } from '../../src/sender/standings.ts';

const entries = catalogue.filter(({ name }) => ['holdfast', 'grammy'].includes(name));
const scenario = { instances: 1, messagesAnInstance: 10, outstandingAnInstance: 1, pacedAnInstance: 1 };

function result(messagesPerSecond: number): LoadResult {
  return { messages: 100, elapsedMs: 100_000 / messagesPerSecond, cpuMs: 5, latenciesMs: [1, 2, 3] };
}

function roundOf(rates: Readonly<Record<string, number>>): ReadonlyMap<string, Turn> {
  return new Map(Object.entries(rates).map(([name, rate]) => [name, { burst: result(rate), paced: result(500) }]));
}

/** One round in which the machine is ten times slower, for both. */
const match: Match = {
  field: 'memory',
  scenario,
  rounds: [
    roundOf({ holdfast: 4_000, grammy: 2_000 }),
    roundOf({ holdfast: 400, grammy: 200 }),
    roundOf({ holdfast: 4_400, grammy: 2_000 }),
  ],
};

describe('standings', () => {
  it('take the ratio within each round, so that a slow round does not count against anybody', () => {
    const [, grammy] = standingsOf(match, entries).standings;
    expect(grammy?.holdfastRatio).toEqual({
      median: 2,
      min: 2,
      max: expect.closeTo(2.2, 9),
    });
  });

  it('give messages a second, processor time a message, and latencies over all rounds', () => {
    const [holdfast] = standingsOf(match, entries).standings;
    expect(holdfast).toMatchObject({
      entry: { name: 'holdfast' },
      messagesPerSecond: { median: 4_000, min: 400, max: 4_400 },
      cpuMicroseconds: { median: 50 },
      latencyMs: { paced: { p50: 2, p99: 3 } },
    });
    expect(holdfast).not.toHaveProperty('holdfastRatio');
  });

  it('refuse a round that somebody has missed', () => {
    expect(() => standingsOf({ ...match, rounds: [roundOf({ holdfast: 1 })] }, entries)).toThrow('grammy');
  });
});

describe('a verdict', () => {
  it('is met from the aim on, and missed below it', () => {
    const verdicts = (holdfast: number) =>
      verdictsOf([standingsOf({ ...match, rounds: [roundOf({ holdfast, grammy: 1_000 })] }, entries)]);
    expect(verdicts(1_000)).toMatchObject([{ against: 'grammY', aimedAt: 1, isMet: true }]);
    expect(verdicts(999)).toMatchObject([{ isMet: false }]);
  });

  it('asks for three times as much where messages are durable', () => {
    const durable = catalogue.filter(({ field }) => field === 'durable');
    const rates = Object.fromEntries(durable.map(({ name }, index) => [name, index === 0 ? 2_900 : 1_000]));
    const verdicts = verdictsOf([standingsOf({ field: 'durable', scenario, rounds: [roundOf(rates)] }, durable)]);
    expect(verdicts).toHaveLength(3);
    expect(verdicts.every(({ aimedAt, isMet }) => aimedAt === 3 && !isMet)).toBe(true);
  });
});

describe('the account of a run', () => {
  it('is accepted when every message came exactly once', () => {
    expect(() => checkAccount('r', 5, { received: 5, distinct: 5 })).not.toThrow();
  });

  it.each([
    ['one is missing', { received: 4, distinct: 4 }],
    ['one came twice', { received: 6, distinct: 5 }],
    ['one came in place of another', { received: 5, distinct: 4 }],
  ])('ends the benchmark when %s', (_what, account) => {
    expect(() => checkAccount('r', 5, account)).toThrow('nothing to compare');
  });
});
