import { describe, expect, it } from 'vitest';
import { howToRepeat, usage } from '../../src/crash/cli.ts';
import { inboundFindings } from '../../src/crash/ledger/inboundFindings.ts';
import { outboundFindings } from '../../src/crash/ledger/outboundFindings.ts';
import { makePlan, planSize } from '../../src/crash/plan.ts';
import { headerOf } from '../../src/crash/report/header.ts';
import { type ReportInput, reportOf } from '../../src/crash/report/report.ts';
import type { StageOutcome } from '../../src/crash/run/Stage.ts';
import { SeededRandom } from '../../src/SeededRandom.ts';
import { evidenceOf } from './evidence.ts';

const outcome = (over: Partial<StageOutcome> = {}, story: Parameters<typeof evidenceOf>[0] = {}): StageOutcome => {
  const evidence = evidenceOf(story);
  return {
    outbound: outboundFindings(evidence),
    inbound: inboundFindings(evidence.ledger, 10),
    problems: [],
    decisions: { sent: 1, retry: 2 },
    refusals: new Map(),
    unopened: new Map(),
    kills: 3,
    ...over,
  };
};

const full = {
  ...outcome({ refusals: new Map([['NOT_STORED (STORE_FULL)', 40]]) }),
  disk: { recoveriesMs: [120, 240] },
};
const good: ReportInput = {
  killed: outcome({}, { accepted: ['retry/0/1/1'], arrivals: ['retry/0/1/1'] }),
  torn: { ...outcome(), cuts: { cut: 3, transactionsGone: 12 } },
  full,
  leftovers: [],
  seed: 17,
  seconds: 99,
  broker: 'mosquitto version 2.0.11',
  diskKind: 'a tmpfs of 24 MB',
  instances: 20,
};

const failed = (over: Partial<ReportInput>): string[] =>
  reportOf({ ...good, ...over })
    .json.checks.filter(({ holds }) => !holds)
    .map(({ name }) => name);

describe('the report of a run that held', () => {
  it('says so first and last, and how to have the same again', () => {
    const { holds, json, text } = reportOf(good);
    expect(holds).toBe(true);
    expect(json).toMatchObject({ seed: 17, passed: true, seconds: 99, recoveriesMs: [120, 240] });
    expect(text).toContain(`crash: ${json.checks.length} held, 0 failed, 9 kills, 99 s, seed 17`);
    expect(text.endsWith('again: npm run crash -- --seed 17\n')).toBe(true);
    expect(howToRepeat(17)).toBe('npm run crash -- --seed 17');
  });

  it('has lines of 80 columns at most, and so has its heading', () => {
    const plan = makePlan(new SeededRandom(1), planSize);
    const heading = headerOf({
      seed: 4_294_967_295,
      broker: { name: good.broker },
      disk: { kind: good.diskKind },
      plan,
    });
    const { text } = reportOf(good);
    expect(`${heading}${text}${usage}`.split('\n').filter((line) => line.length > 80)).toEqual([]);
  });

  it('is plain data for programs', () => {
    const { json } = reportOf(good);
    expect(JSON.parse(JSON.stringify(json))).toEqual(json);
    expect(json.parts.map(({ name, kills }) => [name, kills])).toEqual([
      ['kills', 3],
      ['torn log', 3],
      ['full disk', 3],
    ]);
    expect(json.parts[2]?.refusals).toEqual({ 'NOT_STORED (STORE_FULL)': 40 });
  });
});

describe('the report of a run that failed', () => {
  it('names what failed, in which part, and shows the first of it', () => {
    const killed = outcome({}, { accepted: ['retry/0/1/1'] });
    const { holds, text } = reportOf({ ...good, killed });
    expect(holds).toBe(false);
    expect(text).toContain('FAILED  nothing that was accepted is lost: 1');
    expect(text).toContain('kills: retry/0/1/1: accepted, and nowhere');
    expect(text).toContain('failed: nothing that was accepted is lost\n');
  });

  it('fails for a refusal that no full disk explains', () => {
    const refusals = new Map([['QUEUE_FULL ()', 2]]);
    expect(failed({ killed: outcome({ refusals }) })).toEqual(['nothing is refused for another reason']);
    const both = new Map([...full.refusals, ['NOT_STORED (STORE_FAILED)', 1] as const]);
    expect(failed({ full: { ...full, refusals: both } })).toEqual(['nothing is refused for another reason']);
  });

  it('fails when a store does not open, unless its disk is full', () => {
    const unopened = new Map([['STORE_FULL', 1]]);
    expect(failed({ full: { ...full, unopened } })).toEqual([]);
    expect(failed({ killed: outcome({ unopened }) })).toHaveLength(1);
    expect(failed({ full: { ...full, unopened: new Map([['STORE_CORRUPT', 1]]) } })).toHaveLength(1);
  });

  it('fails when nothing was harmed: no log torn, no disk full', () => {
    expect(failed({ torn: { ...outcome(), cuts: { cut: 3, transactionsGone: 0 } } })).toHaveLength(1);
    expect(failed({ full: { ...full, refusals: new Map() } })).toEqual(['a full disk refuses, and says why']);
  });

  it('fails for problems and for what is left running', () => {
    expect(failed({ leftovers: ['Timeout'] })).toEqual(['no timer, socket or process is left']);
    expect(failed({ torn: { ...good.torn, problems: ['life 2: it ended'] } })).toHaveLength(1);
  });
});
