import { describe, expect, it } from 'vitest';
import { patterns } from '../../src/events/eventsPlan.ts';
import { measureMixed, measurePattern } from '../../src/events/measureEvents.ts';
import { handWritten } from '../../src/machines/handWrittenMachines.ts';
import type { MachineKind } from '../../src/machines/Machines.ts';
import { machineKindOf } from '../../src/machines/machineKinds.ts';

const turns = { turnMs: 0.1, rounds: 2, warmUpRounds: 1 };
const kinds = [machineKindOf('compiled'), handWritten];

describe('events', () => {
  it.each(patterns)('of the pattern %s are timed for each kind, round by round', (pattern) => {
    const figures = measurePattern(pattern, { ...turns, kinds });
    expect(figures.map(({ what, who, instances }) => [what, who, instances])).toEqual([
      [pattern, 'compiled', 1],
      [pattern, 'handWritten', 1],
    ]);
    for (const { rounds } of figures) expect(rounds).toHaveLength(2);
  });

  it('that are mixed go to as many instances as are asked for', () => {
    const figures = measureMixed(50, { ...turns, kinds });
    expect(figures.map(({ what, who, instances }) => [what, who, instances])).toEqual([
      ['mixed', 'compiled', 50],
      ['mixed', 'handWritten', 50],
    ]);
  });

  it('that somebody does not tell of are not compared', () => {
    const silent: MachineKind = {
      ...handWritten,
      open: (setting) => handWritten.open({ ...setting, observer: () => undefined }),
    };
    expect(() => measurePattern('connection', { ...turns, kinds: [silent] })).toThrow('nothing to compare');
  });
});
