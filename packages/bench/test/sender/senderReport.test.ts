import { describe, expect, it } from 'vitest';
import { catalogue } from '../../src/contestants/catalogue.ts';
import { fullPlan } from '../../src/sender/plan.ts';
import { headerOf, reportOf } from '../../src/sender/senderReport.ts';
import type { MatchStandings, Standing } from '../../src/sender/standings.ts';

const environment = { node: 'v20.20.2', cores: 2, disk: { folder: '/tmp/x', syncMs: 0.123, isInMemory: false } };
const memory = catalogue.filter(({ name }) => ['holdfast', 'grammy'].includes(name));

function standing(name: string, messagesPerSecond: number, ratio?: number): Standing {
  const entry = memory.find((candidate) => candidate.name === name);
  if (!entry) throw new Error(name);
  const spread = (median: number) => ({ median, min: median / 2, max: median * 2 });
  return {
    entry,
    messagesPerSecond: spread(messagesPerSecond),
    cpuMicroseconds: spread(100),
    latencyMs: { paced: { p50: 0.25, p99: 1.5 }, burst: { p50: 50, p99: 120 } },
    ...(ratio === undefined ? {} : { holdfastRatio: spread(ratio) }),
  };
}

const match: MatchStandings = {
  field: 'memory',
  instances: 1,
  standings: [standing('holdfast', 6_000), standing('grammy', 400, 15)],
};

describe('the header', () => {
  const header = headerOf(environment, fullPlan, catalogue);

  it('says how each contestant is set up', () => {
    const words = header.replaceAll(/\s+/g, ' ');
    for (const { label, setUp } of catalogue) expect(words).toContain(`${label}: ${setUp}`);
  });

  it('has no line beyond 100 characters', () => {
    expect(Math.max(...header.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('warns when the disk is none', () => {
    const inMemory = { ...environment, disk: { ...environment.disk, isInMemory: true } };
    expect(header).not.toContain('in memory: syncs cost nothing');
    expect(headerOf(inMemory, fullPlan, catalogue)).toContain('/tmp/x is in memory: syncs cost nothing');
  });
});

describe('the report', () => {
  const report = reportOf([match], memory);

  it('shows each contestant with its spread, and how Holdfast stands to it', () => {
    expect(report).toMatch(/^Holdfast +6,000 +\(3,000 to 12,000\) +100 +0\.25 +1\.50 +120$/m);
    expect(report).toMatch(/^grammY +400 .* 15\.00 x +\(7\.50 to 30\.00\)$/m);
  });

  it('says what each promises on a power cut', () => {
    expect(report).toContain('  grammY: everything that is queued is lost\n');
  });

  it('says whether the aims are met', () => {
    expect(report).toContain('  met     at least 1.0 x grammY, 1 instance: 15.00 x\n');
  });
});
