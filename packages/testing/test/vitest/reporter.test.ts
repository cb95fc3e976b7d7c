import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { chartCoverage } from '../../src/chart/index.ts';
import { ChartCoverageReporter, type ChartCoverageReporterOptions, saveCoverage } from '../../src/vitest/index.ts';

const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: {
    closed: { on: { open: 'opened', lock: { target: 'locked', guard: ({ event }) => event['key'] === 'right' } } },
    opened: { on: { close: 'closed' } },
    locked: { on: { unlock: 'closed' } },
  },
});
const lamp = createMachine({ id: 'lamp', initial: 'off', states: { off: { on: { toggle: 'on' } }, on: {} } });

let folder: string;
let before: string | undefined;
beforeEach(() => {
  before = process.env['HOLDFAST_CHART_COVERAGE'];
  folder = mkdtempSync(join(tmpdir(), 'charts-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  if (before === undefined) delete process.env['HOLDFAST_CHART_COVERAGE'];
  else process.env['HOLDFAST_CHART_COVERAGE'] = before;
  process.exitCode = undefined;
});

function begin(options: ChartCoverageReporterOptions = {}) {
  const said: string[] = [];
  const reporter = new ChartCoverageReporter({ folder, log: (text) => said.push(text), ...options });
  reporter.onTestRunStart();
  return { reporter, said };
}

/** What one test file does. */
function go(machine: typeof door | typeof lamp, ...events: readonly { readonly type: string }[]): void {
  const coverage = chartCoverage(machine);
  const actor = createActor(machine as typeof door, { inspect: coverage.inspect }).start();
  for (const event of events) actor.send(event);
  saveCoverage(coverage);
}

const lock = { type: 'lock', key: 'wrong' };

describe('the reporter', () => {
  it('prints what all files together have gone through, chart by chart, and what never', async () => {
    const { reporter, said } = begin();
    go(lamp, { type: 'toggle' });
    go(door, { type: 'open' });
    go(door, { type: 'open' }, { type: 'close' }, lock);
    await reporter.onTestRunEnd();
    expect(said).toEqual([
      `
Chart          States     Transitions          Guards           Pairs
door     3 of 4  75 %    2 of 4  50 %    1 of 2  50 %    1 of 6  16 %
  never closed → locked by lock [inline]
  never locked → closed by unlock
lamp    3 of 3  100 %   1 of 1  100 %   0 of 0  100 %   0 of 0  100 %`,
    ]);
    expect(process.exitCode).toBeUndefined();
  });

  it('fails the run under a threshold, and names what was never taken', async () => {
    const { reporter, said } = begin({ thresholds: { transitions: 60, states: 10 } });
    go(door, { type: 'open' }, { type: 'close' });
    await reporter.onTestRunEnd();
    expect(said[1]).toBe(
      '\nThe coverage of the chart "door" is too low.\ntransitions: 50.0 %, expected at least 60 %. Never:\n' +
        '  closed → locked by lock [inline]\n  locked → closed by unlock',
    );
    expect(process.exitCode).toBe(1);
  });

  it('asks for pairs too, and names those that never followed on each other', async () => {
    const { reporter, said } = begin({ thresholds: { pairs: 40 } });
    go(door, { type: 'open' }, { type: 'close' }, { type: 'open' });
    await reporter.onTestRunEnd();
    expect(said[1]).toContain(`pairs: 33.3 %, expected at least 40 %. Never:
  closed → locked by lock [inline], then locked → closed by unlock`);
    expect(process.exitCode).toBe(1);
  });

  it('holds single charts to thresholds of their own, and misses those of which nothing was recorded', async () => {
    const { reporter, said } = begin({
      thresholds: { transitions: 100 },
      thresholdsByChart: { door: { transitions: 25 }, gate: {} },
    });
    go(door, { type: 'open' });
    go(lamp);
    await reporter.onTestRunEnd();
    expect(said.slice(1)).toEqual([
      '\nThe coverage of the chart "lamp" is too low.\ntransitions: 0.0 %, expected at least 100 %. Never:\n  off → on by toggle',
      '\nExpected coverage of the chart "gate", and nothing of it was recorded.',
    ]);
    expect(process.exitCode).toBe(1);
  });

  it('writes it as JSON, with the charts', async () => {
    const jsonFile = join(folder, 'deep', 'charts.json');
    const { reporter } = begin({ jsonFile });
    go(door, { type: 'open' });
    await reporter.onTestRunEnd();
    expect(JSON.parse(readFileSync(jsonFile, 'utf8'))).toMatchObject({
      version: 1,
      charts: [
        {
          chart: { id: 'door', states: { length: 4 }, transitions: { length: 4 } },
          recorded: { transitions: { 'door.closed|open|0': 1 } },
          report: { transitions: { covered: 1, total: 4 } },
        },
      ],
    });
  });

  it('writes it as a page, where there is nothing to show too', async () => {
    const htmlFile = join(folder, 'deep', 'charts.html');
    const { reporter } = begin({ htmlFile });
    await reporter.onTestRunEnd();
    expect(readFileSync(htmlFile, 'utf8')).toContain('No coverage was recorded');
    go(door, { type: 'open' });
    await reporter.onTestRunEnd();
    expect(readFileSync(htmlFile, 'utf8')).toContain('aria-label="closed → opened by open: taken 1 time"');
  });

  it('leaves nothing behind in the folder for the processes', async () => {
    const { reporter } = begin({ folder: undefined });
    const own = process.env['HOLDFAST_CHART_COVERAGE'] ?? '';
    go(door, { type: 'open' });
    expect(existsSync(own)).toBe(true);
    await reporter.onTestRunEnd();
    expect(existsSync(own)).toBe(false);
  });

  it('begins each run anew', async () => {
    const { reporter, said } = begin();
    go(door, { type: 'open' });
    reporter.onTestRunStart();
    await reporter.onTestRunEnd();
    expect(said).toEqual(['\nNo coverage of charts: no test file has called saveCoverage.']);
  });

  it('keeps apart two machines of one id', async () => {
    const { reporter, said } = begin();
    go(door);
    go(createMachine({ id: 'door', initial: 'a', states: { a: {} } }) as typeof lamp);
    await reporter.onTestRunEnd();
    expect(said[0]?.match(/^door /gm)).toHaveLength(2);
  });

  it('refuses what another version has saved', async () => {
    const { reporter } = begin();
    go(door);
    writeFileSync(join(folder, 'x.chart.json'), '{"version":7}');
    await expect(reporter.onTestRunEnd()).rejects.toThrow('x.chart.json: expected version 1 of saved coverage, got 7.');
  });
});

it('without the reporter nothing is saved', async () => {
  delete process.env['HOLDFAST_CHART_COVERAGE'];
  go(door, { type: 'open' });
  const { reporter, said } = begin();
  await reporter.onTestRunEnd();
  expect(said[0]).toContain('No coverage of charts');
});
