import { describe, expect, it } from 'vitest';
import { allFaults } from '../../src/faults/allFaults.ts';
import { frozen } from '../../src/faults/peerFaults.ts';
import { type ReportInput, reportOf } from '../../src/report/report.ts';
import type { CycleOutcome } from '../../src/runCycle.ts';

function outcomeOf(number: number, times: Partial<CycleOutcome> = {}): CycleOutcome {
  const place = { kind: 'mqtt', group: 'mqtt-1', peerGroups: ['mqtt-1'] } as const;
  const cycle = { number, fault: frozen, kind: 'mqtt', place, groups: ['mqtt-1'], seed: 1 } as const;
  return { cycle, noticeMs: 2_000, recoverMs: 300, complaints: [], ...times };
}

const good: ReportInput = {
  outcomes: [outcomeOf(1), outcomeOf(2, { noticeMs: null, recoverMs: 500 }), outcomeOf(3, { noticeMs: 3_000 })],
  instances: 50,
  connected: 50,
  collateral: { count: 0, details: [] },
  heap: { startBytes: 30_000_000, endBytes: 32_900_000 },
  messages: { sent: 10, failed: 0, written: 9, seenAgain: 1, lost: [], forgotten: [{ what: 'x', cycle: 2 }] },
  disagreements: [],
  seed: 77,
  broker: { name: 'a broker', forgetting: 'the broker forgets' },
  seconds: 100,
  unhandled: [],
  leftovers: [],
};

const failedChecks = (changed: Partial<ReportInput>): string[] =>
  reportOf({ ...good, ...changed })
    .json.checks.filter(({ holds }) => !holds)
    .map(({ name }) => name);

describe('the report', () => {
  it('has a row for each fault at each kind that it was done to, with how fast it was noticed and got over', () => {
    expect(reportOf(good).json.faults).toEqual([
      {
        fault: frozen.name,
        channel: 'mqtt',
        times: 3,
        noticed: 2,
        noticeMs: { median: 2_500, worst: 3_000 },
        recoverMs: { median: 300, worst: 500 },
        lost: 0,
        forgottenByPeer: 1,
      },
    ]);
  });

  it('ends with the tally and the seed, and holds when everything does', () => {
    const { text, holds, json } = reportOf(good);
    expect(holds).toBe(true);
    expect(json.passed).toBe(true);
    expect(text.trimEnd().split('\n').at(-1)).toBe('chaos: 8 held, 0 failed, 3 faults, 100 s, seed 77');
    expect(text).toMatch(/SIGSTOP for 10 s {2}mqtt {9}3 {5}2 {3}2\.5 s {2}3\.0 s {3}300 ms {2}500 ms {5}0/);
  });

  it('names a fault once, however many kinds it was done to, and fits a terminal of 80 columns', () => {
    const outcomes = allFaults.flatMap((fault, index) =>
      fault.kinds.map((kind) => {
        const outcome = outcomeOf(index, { noticeMs: 12_345, recoverMs: 19_999 });
        return { ...outcome, cycle: { ...outcome.cycle, fault, kind } };
      }),
    );
    const messages = { ...good.messages, sent: 12_345, failed: 100, written: 12_345, seenAgain: 100 };
    const { text } = reportOf({ ...good, outcomes, messages });
    expect(text.match(/^SIGSTOP/gm)).toHaveLength(1);
    expect(Math.max(...text.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
  });

  it('names every fault once', () => {
    expect(new Set(allFaults.map(({ name }) => name)).size).toBe(allFaults.length);
  });

  it.each<[string, Partial<ReportInput>]>([
    ['every instance is connected', { connected: 49 }],
    [
      'no instance is wedged, and no fault did what it must not',
      { outcomes: [outcomeOf(1, { recoverMs: null, complaints: ['mqtt1a did not recover'] })] },
    ],
    ['nothing is lost', { messages: { ...good.messages, lost: [{ what: 'a sent message 1', cycle: 2 }] } }],
    ['no fault reaches instances that it is not done to', { collateral: { count: 1, details: ['x'] } }],
    ['no unhandled rejection, no uncaught exception, no leak warning', { unhandled: ['rejection: x'] }],
    ['the accounts add up: every accepted message has one fate', { disagreements: ['x'] }],
    ['no timer, socket or process is left after the stop', { leftovers: ['Timeout'] }],
    ['the heap is within 10 % of its start', { heap: { startBytes: 30_000_000, endBytes: 33_100_000 } }],
  ])('fails, and says which, when it is not so that %s', (name, changed) => {
    expect(failedChecks(changed)).toEqual([name]);
    expect(reportOf({ ...good, ...changed }).holds).toBe(false);
    const { text } = reportOf({ ...good, ...changed });
    expect(text).toContain(`FAILED  ${name}`);
    expect(text.trimEnd().split('\n').slice(-2)).toEqual([`failed: ${name}`, 'again: npm run chaos -- --seed 77']);
  });

  it('names what is lost, with its fault', () => {
    const messages = { ...good.messages, lost: [{ what: 'a sent message 1', cycle: 2 }] };
    const { text, json } = reportOf({ ...good, messages });
    expect(text).toContain('a sent message 1 (fault 2)');
    expect(json.faults[0]?.lost).toBe(1);
  });
});
