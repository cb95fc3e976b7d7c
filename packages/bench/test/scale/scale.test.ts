import { describe, expect, it } from 'vitest';
import { type Figure, Figures } from '../../src/figures/Figures.ts';
import { scaleTable } from '../../src/scale/scaleTable.ts';
import { growthsOf } from '../../src/scale/scaling.ts';

const mixed = (who: string, instances: number, ns: number): Figure => ({
  section: 'events',
  what: 'mixed',
  who,
  instances,
  unit: 'ns',
  rounds: [ns],
});
const list = (instances: number, ms: number): Figure => ({
  ...mixed('server', instances, ms),
  section: 'memory',
  what: 'list',
  unit: 'ms',
});

describe('growth', () => {
  it('is the cost over that at a thousand instances; a handful is no fleet', () => {
    const figures = new Figures(
      [1, 1_000, 10_000, 100_000].map((size, at) => mixed('server', size, [1, 10, 11, 20][at] ?? 0)),
    );
    const [growth] = growthsOf(figures);
    expect(growth?.ratios).toEqual(
      new Map([
        [10_000, 1.1],
        [100_000, 2],
      ]),
    );
    expect(growth?.isWithin).toBe(false);
  });

  it('of what was measured of all instances is that of one', () => {
    const [growth] = growthsOf(new Figures([list(1_000, 1), list(10_000, 11.5)]));
    expect(growth).toMatchObject({ label: 'list', isWithin: true });
    expect(growth?.ratios.get(10_000)).toBeCloseTo(1.15);
  });

  it('is nothing where there is one size', () => {
    expect(growthsOf(new Figures([list(1_000, 1), mixed('server', 1, 1), mixed('server', 1_000, 1)]))).toEqual([]);
  });

  it('stands beside that of the hand-written class', () => {
    const figures = new Figures([
      mixed('server', 1_000, 10),
      mixed('server', 10_000, 20),
      mixed('handWritten', 1_000, 1),
      mixed('handWritten', 10_000, 1.5),
      list(1_000, 1),
      list(10_000, 10),
    ]);
    expect(scaleTable(figures)).toMatchObject({
      heading: ['', '10,000', ''],
      rows: [
        ['a mixed event, InstanceServer', '2 × (limit 1.5 ×)', 'grows'],
        ['list', '1 ×', 'holds'],
      ],
    });
  });
});
