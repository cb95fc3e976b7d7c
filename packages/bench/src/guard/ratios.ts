import type { FigureKey, Figures } from '../figures/Figures.ts';

/** A ratio that the machine's mood does not change much, and that a regression does. */
export interface GuardedRatio {
  readonly name: string;
  readonly group: Group;
  readonly of: FigureKey;
  readonly over: FigureKey;
  readonly isBetter: 'higher' | 'lower';
  /** By how much it may be worse than recorded: 0.3 is a third or so of the speed. */
  readonly tolerance: number;
}

/** What is measured together. */
export const groups = ['success', 'failureSuccess', 'connection', 'mixed', 'calls', 'heap'] as const;
export type Group = (typeof groups)[number];

/** Sizes at which the guard measures: large enough to say something, small enough for a minute. */
export const guardSizes = { mixed: 2_000, calls: 2_000, heap: 2_000, heapOfHandWritten: 50_000 } as const;

/** More than what runs were seen to be apart on a busy machine, of which README.md has the figures; and a fallen ratio is looked at once more. */
const tolerances = { hot: 0.35, mixed: 0.45, calls: 0.5, heap: 0.1 } as const;

const hot = [
  { group: 'success', name: 'success' },
  { group: 'failureSuccess', name: 'failure/success' },
  { group: 'connection', name: 'connected/disconnected' },
] as const;

const event = (what: Group, who: string): FigureKey => ({
  section: 'events',
  what,
  who,
  instances: what === 'mixed' ? guardSizes.mixed : 1,
});
const call = (what: string, who: string): FigureKey => ({
  section: 'memory',
  what,
  who,
  instances: guardSizes.calls,
});
const heap = (who: string, instances: number): FigureKey => ({ section: 'memory', what: 'heap', who, instances });

const toleranceOf = (group: Group): number => (group === 'mixed' ? tolerances.mixed : tolerances.hot);

const overInterpreter = (group: Group, name: string, who: 'compiled' | 'server'): GuardedRatio => ({
  name: `${name}: XState interpreted over ${who === 'compiled' ? 'compiled' : 'InstanceServer'}`,
  group,
  of: event(group, 'interpreted'),
  over: event(group, who),
  isBetter: 'higher',
  tolerance: toleranceOf(group),
});

const overHandWritten = (group: Group, name: string): GuardedRatio => ({
  name: `${name}: InstanceServer over hand-written`,
  group,
  of: event(group, 'server'),
  over: event(group, 'handWritten'),
  isBetter: 'lower',
  tolerance: toleranceOf(group),
});

export const guardedRatios: readonly GuardedRatio[] = [
  ...hot.flatMap(({ group, name }) => [
    overInterpreter(group, name, 'compiled'),
    overInterpreter(group, name, 'server'),
    // A success that finds nothing to do takes the hand-written class a nanosecond, which is no measure of anything.
    ...(group === 'success' ? [] : [overHandWritten(group, name)]),
  ]),
  overInterpreter('mixed', 'mixed', 'compiled'),
  overInterpreter('mixed', 'mixed', 'server'),
  overHandWritten('mixed', 'mixed'),
  ...(['start', 'stop', 'status', 'health', 'list'] as const).map(
    (what): GuardedRatio => ({
      name: `${what}: Holdfast over hand-written`,
      group: 'calls',
      of: call(what, 'server'),
      over: call(what, 'handWritten'),
      isBetter: 'lower',
      tolerance: tolerances.calls,
    }),
  ),
  ...(['bare', 'awake'] as const).map(
    (who): GuardedRatio => ({
      name: `bytes, ${who === 'bare' ? 'bare' : 'connected'}: Holdfast over hand-written`,
      group: 'heap',
      of: heap(who, guardSizes.heap),
      over: heap('handWritten', guardSizes.heapOfHandWritten),
      isBetter: 'lower',
      tolerance: tolerances.heap,
    }),
  ),
];

/** The median of each ratio that was measured, by its name. */
export function ratiosIn(figures: Figures, all: readonly GuardedRatio[] = guardedRatios): Map<string, number> {
  return new Map(
    all.flatMap(({ name, of, over }) => {
      const ratio = figures.ratioOf(of, over)?.median;
      return ratio === undefined ? [] : [[name, ratio] as const];
    }),
  );
}
