import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { Figure } from '../../src/figures/Figures.ts';
import { Figures } from '../../src/figures/Figures.ts';
import { type Comparison, compare, comparisonTable, complaintsOf, howToRecord } from '../../src/guard/comparison.ts';
import { type Group, type GuardedRatio, groups, guardedRatios, ratiosIn } from '../../src/guard/ratios.ts';
import { readRecorded, writeRecorded } from '../../src/guard/recorded.ts';
import { measureRatios, runGuard, secondEffort } from '../../src/guard/runGuard.ts';

const key = (who: string) => ({ section: 'events', what: 'success', who, instances: 1 }) as const;
const ratioWith = (some: Partial<GuardedRatio>): GuardedRatio => ({
  name: 'speed',
  group: 'success',
  of: key('interpreted'),
  over: key('compiled'),
  isBetter: 'higher',
  tolerance: 0.25,
  ...some,
});

function compareOne(ratio: GuardedRatio, recorded: number, measured: number): Comparison {
  const [comparison] = compare([ratio], new Map([[ratio.name, recorded]]), new Map([[ratio.name, measured]]));
  if (!comparison) throw new Error('nothing was compared');
  return comparison;
}

describe('a ratio beside what was recorded', () => {
  it.each([
    ['higher', 8],
    ['higher', 20],
    ['higher', 6],
    ['lower', 8],
    ['lower', 2],
    ['lower', 10.6],
  ] as const)('of 8 holds that is better %s, and %d now', (isBetter, measured) => {
    expect(compareOne(ratioWith({ isBetter }), 8, measured).hasFallen).toBe(false);
  });

  it.each([
    ['higher', 5.9],
    ['higher', Number.NaN],
    ['lower', 10.7],
  ] as const)('of 8 has fallen that is better %s, and %d now', (isBetter, measured) => {
    expect(compareOne(ratioWith({ isBetter }), 8, measured).hasFallen).toBe(true);
  });

  it('is refused when it was never recorded, with what to do, or not measured', () => {
    const one = new Map([['speed', 1]]);
    expect(() => compare([ratioWith({})], new Map(), one)).toThrow(howToRecord);
    expect(() => compare([ratioWith({})], one, new Map())).toThrow('not measured');
  });

  it('is complained of by name, with both figures, by how much it is worse, and what is allowed', () => {
    const fallen = [
      compareOne(ratioWith({ name: 'speed' }), 8, 4),
      compareOne(ratioWith({ name: 'bytes', isBetter: 'lower', tolerance: 0.1 }), 100, 125),
      compareOne(ratioWith({ name: 'fine' }), 8, 8),
    ];
    expect(complaintsOf(fallen)).toEqual([
      '"speed" fell from 8 to 4: 50 % worse, and 25 % are allowed.',
      '"bytes" rose from 100 to 125: 20 % worse, and 10 % are allowed.',
    ]);
  });

  it('stands in a table', () => {
    const { rows } = comparisonTable([compareOne(ratioWith({}), 8, 4), compareOne(ratioWith({}), 8, 9)]);
    expect(rows).toEqual([
      ['speed', 'higher', '8', '4', '-50 %', '-25 %', 'FALLEN'],
      ['speed', 'higher', '8', '9', '+13 %', '-25 %', 'holds'],
    ]);
  });
});

/** Figures with which all ratios of a group are `ratio`, or as many times worse as `worse` says. */
function figuresOf(group: Group, worse: number): Figure[] {
  return guardedRatios
    .filter((ratio) => ratio.group === group)
    .flatMap(({ isBetter, of, over }) => [
      { ...over, unit: '' as const, rounds: [1, 1] },
      { ...of, unit: '' as const, rounds: isBetter === 'higher' ? [9 / worse, 9 / worse] : [9 * worse, 9 * worse] },
    ]);
}

describe('the guard', () => {
  const recorded = ratiosIn(new Figures(groups.flatMap((group) => figuresOf(group, 1))));

  it('has every ratio recorded, so that none can fall unseen', () => {
    const { ratios } = readRecorded(readFileSync(new URL('../../recorded.json', import.meta.url), 'utf8'));
    expect(Object.keys(ratios).sort()).toEqual(guardedRatios.map(({ name }) => name).sort());
  });

  it('measures each group once while all is well', async () => {
    const asked: string[] = [];
    const measure = async (group: Group, effort: number) => {
      asked.push(`${group} ${effort}`);
      return figuresOf(group, 1);
    };
    const comparisons = await runGuard({ recorded, measure, onProgress: () => undefined });
    expect(asked).toEqual(groups.map((group) => `${group} 1`));
    expect(complaintsOf(comparisons)).toEqual([]);
    expect(comparisons).toHaveLength(guardedRatios.length);
  });

  it('measures a group once more and longer when one of its ratios has fallen, and believes that', async () => {
    const asked: string[] = [];
    const measure = async (group: Group, effort: number) => {
      asked.push(`${group} ${effort}`);
      return figuresOf(group, group === 'mixed' && effort === 1 ? 5 : 1);
    };
    const comparisons = await runGuard({ recorded, measure, onProgress: () => undefined });
    expect(asked.filter((each) => !each.endsWith(' 1'))).toEqual([`mixed ${secondEffort}`]);
    expect(complaintsOf(comparisons)).toEqual([]);
  });

  it('complains when it has fallen both times, of this group alone', async () => {
    const told: string[] = [];
    const measure = async (group: Group) => figuresOf(group, group === 'heap' ? 2 : 1);
    const comparisons = await runGuard({ recorded, measure, onProgress: (what) => told.push(what) });
    const fallen = comparisons.filter(({ hasFallen }) => hasFallen);
    expect(fallen.map(({ ratio }) => ratio.group)).toEqual(['heap', 'heap']);
    expect(told.filter((what) => what.includes('once more'))).toHaveLength(1);
  });

  it('records what it measures as carefully as when it is in doubt', async () => {
    const efforts = new Set<number>();
    const measure = async (group: Group, effort: number) => {
      efforts.add(effort);
      return figuresOf(group, 1);
    };
    expect(await measureRatios({ measure, onProgress: () => undefined })).toEqual(recorded);
    expect([...efforts]).toEqual([secondEffort]);
  });
});

describe('recorded.json', () => {
  it('is read as it was written, with four digits that count', () => {
    const figure = { ...key('compiled'), unit: 'ns', rounds: [123.456_789, 100_000, 0.000_123_456] } as const;
    const results = { node: 'v20', cores: 2, isQuick: false, sections: [], figures: [figure], leftOut: [] };
    const text = writeRecorded({ ratios: { speed: 8.123_456 }, results });
    expect(text).toContain('[123.5, 100000, 0.0001235]');
    const figures = [{ ...figure, rounds: [123.5, 100_000, 0.000_123_5] }];
    expect(readRecorded(text)).toEqual({ ratios: { speed: 8.123 }, results: { ...results, figures } });
  });

  it.each(['{}', 'null', '{"ratios":[true]}', '{"ratios":{"speed":"8"}}', '{"ratios":{"speed":0}}'])(
    'is refused as %s, with what to do',
    (text) => {
      expect(() => readRecorded(text)).toThrow('record it anew');
    },
  );
});
