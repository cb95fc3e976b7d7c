import { describe, expect, it } from 'vitest';
import { type Figure, Figures } from '../../src/figures/Figures.ts';
import { jsonOf, type Results, reportOf, summaryOf } from '../../src/results.ts';
import { type Target, targets, verdictsOf } from '../../src/targets/targets.ts';

const none = new Figures([]);
const target = (some: Partial<Target>): Target => ({
  source: 'ours',
  text: 'bytes',
  bound: 400,
  isAtMost: true,
  unit: 'bytes',
  measure: () => 400,
  ...some,
});

describe('a target', () => {
  it.each([
    [200, true, 2],
    [400, true, 1],
    [800, false, 0.5],
  ])('of at most 400 that came to %d is met: %s, by %d', (measured, isMet, margin) => {
    expect(verdictsOf(none, [target({ measure: () => measured })])).toMatchObject([{ measured, isMet, margin }]);
  });

  it.each([
    [20, true, 2],
    [5, false, 0.5],
  ])('of at least 10 that came to %d is met: %s, by %d', (measured, isMet, margin) => {
    const [verdict] = verdictsOf(none, [target({ isAtMost: false, bound: 10, measure: () => measured })]);
    expect(verdict).toMatchObject({ measured, isMet, margin });
  });

  it('of nothing at all is met by nothing at all', () => {
    const at = (measured: number) => verdictsOf(none, [target({ bound: 0, measure: () => measured })])[0]?.isMet;
    expect([at(0), at(1)]).toEqual([true, false]);
  });

  it('that was not measured is not spoken of', () => {
    expect(verdictsOf(none, [target({ measure: () => undefined })])).toEqual([]);
    expect(verdictsOf(none)).toEqual([]);
  });
});

/** Figures as a run has them, each of them `value`. */
function figuresWith(value: number): Figure[] {
  const sizes = [1_000, 10_000, 100_000];
  const figure = (what: string, who: string, instances: number) => ({
    what,
    who,
    instances,
    unit: '' as const,
    rounds: [value],
  });
  const event = (what: string, who: string, instances: number): Figure => ({
    section: 'events',
    ...figure(what, who, instances),
  });
  const memory = (what: string, who: string, instances: number): Figure => ({
    section: 'memory',
    ...figure(what, who, instances),
  });
  const ofServer = (section: 'storm' | 'timers', what: string, instances: number): Figure => ({
    section,
    ...figure(what, 'server', instances),
  });
  const kinds = ['interpreted', 'compiled', 'server', 'store', 'robot3', 'handWritten'];
  const ofStorm = ['cpu', 'peakHeap', 'delayP99', 'delayMax', 'mostAttempts', 'budget', 'mttrMedian', 'mttrP99'];
  return [
    ...kinds.flatMap((who) => [
      ...['success', 'failureSuccess', 'connection'].map((what) => event(what, who, 1)),
      ...[1, 100, ...sizes].map((size) => event('mixed', who, size)),
    ]),
    ...sizes.flatMap((size) => [
      ...['handWritten', 'bare', 'awake'].flatMap((who) => [memory('heap', who, size), memory('open', who, size)]),
      ...['server', 'interpreted', 'handWritten'].flatMap((who) =>
        ['start', 'stop', 'status', 'health', 'list'].map((what) => memory(what, who, size)),
      ),
      ...ofStorm.map((what) => ofServer('storm', what, size)),
      ...['none', 'armed', 'probed'].map((what) => ofServer('timers', what, size)),
    ]),
    memory('send', 'server', 1),
  ];
}

const resultsWith = (figures: readonly Figure[]): Results => ({
  node: 'v20.20.2',
  cores: 2,
  isQuick: false,
  sections: ['events', 'memory', 'storm', 'timers'],
  figures,
  leftOut: ['storm with 100,000 instances: too long.'],
});

describe('the report', () => {
  const report = reportOf(resultsWith(figuresWith(50)));

  it('has a table of each section, of growth, and of each kind of target', () => {
    const titles = [...report.matchAll(/^#### (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      'Events, one instance',
      'Mixed events, many instances',
      'Bytes an instance',
      'Calls to instances without a channel',
      'Messages',
      'A reconnect storm',
      'At rest, with armed probes',
      'Scale',
      'Targets',
      'Beside the original on BEAM',
    ]);
  });

  it('shows the ratio first', () => {
    expect(report).toContain('| robot3 | 1 × · 20 M/s | 1 × · 20 M/s | 1 × · 20 M/s |');
    expect(report).toContain('| InstanceServer | 1 × · 50 ns |');
    expect(report).toContain('| 1,000 | 1 × · 50 of 50 | 50 s |');
  });

  it('says plainly what there is not, and what was left out', () => {
    expect(report).toContain('| hibernated, bare | not available | not available | not available |');
    expect(report).toContain('Left out: storm with 100,000 instances: too long.');
  });

  it('says of each target by how much it is met or missed', () => {
    expect(report).toContain('| compiled over interpreted, success | ≥ 10 × | 1 × | missed by 10 × |');
    expect(report).toContain('| bytes of a bare instance, awake and idle | ≤ 400 bytes | 50 bytes | met, 8 × |');
  });

  it('of a section alone has its tables, and those of what can be said from it', () => {
    const events = figuresWith(50).filter(({ section }) => section === 'events');
    const titles = [...reportOf(resultsWith(events)).matchAll(/^#### (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual([
      'Events, one instance',
      'Mixed events, many instances',
      'Scale',
      'Targets',
      'Beside the original on BEAM',
    ]);
  });

  it('for the front page is events, memory and targets', () => {
    const titles = [...summaryOf(resultsWith(figuresWith(50))).matchAll(/^#### (.*)$/gm)].map(([, title]) => title);
    expect(titles).toEqual(['Events, one instance', 'Mixed events, many instances', 'Bytes an instance', 'Targets']);
  });

  it('for programs has every round of every figure, and every verdict', () => {
    const figures = figuresWith(50);
    const read = JSON.parse(jsonOf(resultsWith(figures)));
    expect(read.figures).toEqual(figures);
    expect(read.verdicts).toHaveLength(verdictsOf(new Figures(figures)).length);
    expect(read.verdicts[0]).toMatchObject({ source: 'ours', atLeast: 10, measured: 1, isMet: false });
  });
});

it('every target but those of hibernation can be told from a full run', () => {
  const told = verdictsOf(new Figures(figuresWith(50))).map((verdict) => verdict.target);
  const untold = targets.filter((each) => !told.includes(each));
  expect(untold.every(({ text }) => text.includes('hibernated'))).toBe(true);
});
