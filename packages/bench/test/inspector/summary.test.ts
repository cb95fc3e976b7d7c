import { describe, expect, it } from 'vitest';
import { headerOf, reportOf } from '../../src/inspector/report.ts';
import { aimsOf, contestants, type LocalFigures, localFigures } from '../../src/inspector/summary.ts';

const memory = { resident: 200, heap: 100 };
const run = {
  load: { sent: 1_000, seconds: 2, cpuMicroseconds: 30, longestStallMs: 5 },
  seen: { frames: [10, 10, 10, 70], lags: [20, 40], bytes: 400_000 },
  seconds: 2,
  delivery: { records: 1_000, missed: 100 },
  fills: [{ name: 'history', unit: 'records' as const, highest: 10, bound: 10 }],
  firstChartMs: { cold: 200, warm: [30, 50, 90], fresh: 250 },
  samples: [{ atSeconds: 1, resident: 210, heap: 90, pageHeap: 40 }],
  early: { server: memory, pageHeap: 20 },
  end: { server: { ...memory, heap: 104 }, pageHeap: 20 },
};
const stately = {
  load: { ...run.load, cpuMicroseconds: 60 },
  samples: run.samples,
  received: { snapshots: 990, bytes: 900_000 },
  relay: { cpuSeconds: 0.02 },
  early: memory,
  end: memory,
};
const figures = localFigures(run);
const missed = (changed: Partial<LocalFigures>): readonly string[] =>
  aimsOf({ ...figures, ...changed }).flatMap(({ isMet, words }) => (isMet ? [] : words));

describe('the figures', () => {
  it('are frames over the time that they took, and the time in which a chart is there', () => {
    expect(figures.framesPerSecond).toBe(40);
    expect(figures.frameMs.worst).toBe(70);
    expect(figures.firstChartMs).toEqual({ cold: 200, warm: 50, warmWorst: 90, fresh: 250 });
  });

  it('of who watches stand beside those without, each by the event', () => {
    expect(contestants(run.load, run, stately)).toMatchObject([
      { eventsPerSecond: 500, cpu: { app: 30, relay: 0 }, delivered: null },
      { delivered: 0.9, bytesPerEvent: 400, app: { leftEarly: 100, leftEnd: 104 } },
      { cpu: { app: 60, relay: 20 }, delivered: 0.99, bytesPerEvent: 900 },
    ]);
  });
});

describe('an aim', () => {
  it('is missed by too few frames alone here', () => {
    expect(missed({})).toEqual([expect.stringContaining('45 frames')]);
  });

  it('is missed by one chart that is late, by growth, and by a buffer that is past its bound', () => {
    const fast = { framesPerSecond: 60 };
    expect(missed(fast)).toEqual([]);
    expect(missed({ ...fast, firstChartMs: { ...figures.firstChartMs, warmWorst: 300 } })).toHaveLength(1);
    expect(missed({ ...fast, page: { ...figures.page, leftEnd: 21 } })).toHaveLength(1);
    expect(missed({ ...fast, fills: run.fills.map((fill) => ({ ...fill, highest: 11 })) })).toHaveLength(1);
  });
});

it('the report says what was measured, how, and which aims are met', () => {
  const plan = { actors: 1_000, eventsPerSecond: 10_000, seconds: 20, clicks: 3 };
  expect(headerOf({ node: 'v20', cores: 2, load: 1.25 }, plan)).toMatch(
    /v20, 2 cores, load 1\.[23][\s\S]*10,000 events a second for 20 s/,
  );
  const report = reportOf(figures, contestants(run.load, run, stately));
  expect(report).toMatch(/frames a second +40\.0/);
  expect(report).toMatch(/history +10 +10 +records/);
  expect(report).toMatch(/@statelyai\/inspect, relay +500 +60\.0 +20\.0 +99\.0 % +900/);
  expect(report).toMatch(/missed the page[\s\S]*met {4}no buffer/);
});
