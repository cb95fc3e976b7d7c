import type { FigureKey, Figures } from '../figures/Figures.ts';
import { growthsOf } from '../scale/scaling.ts';
import { beam, beamMixedNs } from './beam.ts';

/** What is aimed at. */
export interface Target {
  readonly source: 'ours' | 'BEAM';
  readonly text: string;
  readonly bound: number;
  readonly isAtMost: boolean;
  readonly unit: string;
  /** Undefined where it was not measured. */
  readonly measure: (figures: Figures) => number | undefined;
}

/** How a target stands. */
export interface Verdict {
  readonly target: Target;
  readonly measured: number;
  /** How many times as good as it has to be: from 1 on it is met. */
  readonly margin: number;
  readonly isMet: boolean;
}

/** Of those that were measured. */
export function verdictsOf(figures: Figures, all: readonly Target[] = targets): Verdict[] {
  return all.flatMap((target) => {
    const measured = target.measure(figures);
    if (measured === undefined || Number.isNaN(measured)) return [];
    const margin = target.isAtMost ? target.bound / measured : measured / target.bound;
    // Not by the margin: of a bound of nothing there is none.
    const isMet = target.isAtMost ? measured <= target.bound : measured >= target.bound;
    return [{ target, measured, margin, isMet }];
  });
}

type Measure = Target['measure'];

const event = (what: string, who: string, instances = 1): FigureKey => ({ section: 'events', what, who, instances });
const memory = (what: string, who: string, instances: number): FigureKey => ({
  section: 'memory',
  what,
  who,
  instances,
});

const ratio =
  (key: FigureKey, base: FigureKey): Measure =>
  (figures) =>
    figures.ratioOf(key, base)?.median;
const median =
  (key: FigureKey): Measure =>
  (figures) =>
    figures.medianOf(key);
const rate =
  (key: FigureKey): Measure =>
  (figures) => {
    const ns = figures.medianOf(key);
    return ns === undefined ? undefined : 1e9 / ns;
  };

/** At the largest size that was measured. */
const atLargest =
  (what: string, who: string, measureAt: (key: FigureKey) => Measure): Measure =>
  (figures) => {
    const instances = figures.sizesOf({ section: 'memory', what, who }).at(-1);
    return instances === undefined ? undefined : measureAt(memory(what, who, instances))(figures);
  };

const hot = [
  { what: 'success', name: 'success', perSecond: beam.successPerSecond },
  { what: 'failureSuccess', name: 'failure/success', perSecond: beam.failureSuccessPerSecond },
  { what: 'connection', name: 'connected/disconnected', perSecond: beam.connectionPerSecond },
] as const;

const ours: readonly Omit<Target, 'source'>[] = [
  ...hot.map(({ name, what }) => ({
    text: `compiled over interpreted, ${name}`,
    bound: 10,
    isAtMost: false,
    unit: '×',
    measure: ratio(event(what, 'interpreted'), event(what, 'compiled')),
  })),
  {
    text: 'compiled over interpreted, mixed, 10,000 instances',
    bound: 5,
    isAtMost: false,
    unit: '×',
    measure: ratio(event('mixed', 'interpreted', 10_000), event('mixed', 'compiled', 10_000)),
  },
  ...[10_000, 100_000].map((instances) => ({
    text: `InstanceServer over hand-written, mixed, ${instances.toLocaleString('en')} instances`,
    bound: 2,
    isAtMost: true,
    unit: '×',
    measure: ratio(event('mixed', 'server', instances), event('mixed', 'handWritten', instances)),
  })),
  {
    text: 'bytes of a bare instance, hibernated',
    bound: 400,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'bareHibernated', median),
  },
  {
    text: 'bytes of a bare instance, awake and idle',
    bound: 400,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'bare', median),
  },
  {
    text: 'bytes of a connected instance, hibernated',
    bound: 1_000,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'awakeHibernated', median),
  },
  {
    text: 'bytes of a connected instance, awake and idle',
    bound: 1_000,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'awake', median),
  },
  {
    text: 'starts, no channel',
    bound: 500_000,
    isAtMost: false,
    unit: '/s',
    measure: atLargest('start', 'server', rate),
  },
  {
    text: 'list of 100,000 with health',
    bound: 200,
    isAtMost: true,
    unit: 'ms',
    measure: median(memory('list', 'server', 100_000)),
  },
  {
    text: 'enqueue and deliver, one instance',
    bound: 250_000,
    isAtMost: false,
    unit: '/s',
    measure: rate(memory('send', 'server', 1)),
  },
  {
    text: 'costs that grow with the number of instances',
    bound: 0,
    isAtMost: true,
    unit: '',
    measure: (figures) => {
      const growths = growthsOf(figures);
      return growths.length === 0 ? undefined : growths.filter(({ isWithin }) => !isWithin).length;
    },
  },
];

const theirs: readonly Omit<Target, 'source'>[] = [
  ...hot.map(({ name, perSecond, what }) => ({
    text: `${name}, InstanceServer`,
    bound: perSecond,
    isAtMost: false,
    unit: '/s',
    measure: rate(event(what, 'server')),
  })),
  ...[...beamMixedNs].map(([instances, bound]) => ({
    text: `mixed event, InstanceServer, ${instances.toLocaleString('en')} instances`,
    bound,
    isAtMost: true,
    unit: 'ns',
    measure: median(event('mixed', 'server', instances)),
  })),
  ...(['status', 'health'] as const).map((what) => ({
    text: what === 'status' ? 'status' : 'health snapshot',
    bound: what === 'status' ? beam.statusPerSecond : beam.healthPerSecond,
    isAtMost: false,
    unit: '/s',
    measure: atLargest(what, 'server', rate),
  })),
  {
    text: 'start and stop, no channel',
    bound: beam.startAndStopPerSecond,
    isAtMost: false,
    unit: '/s',
    measure: (figures) => {
      const [start, stop] = (['start', 'stop'] as const).map((what) => atLargest(what, 'server', median)(figures));
      return start === undefined || stop === undefined ? undefined : 1e9 / (start + stop);
    },
  },
  {
    text: '100,000 started, no channel',
    bound: beam.start100kSeconds,
    isAtMost: true,
    unit: 's',
    measure: secondsToOpen('bare'),
  },
  {
    text: '100,000 started with their children, and connected',
    bound: beam.startSubtrees100kSeconds,
    isAtMost: true,
    unit: 's',
    measure: secondsToOpen('awake'),
  },
  {
    text: 'list of 100,000 with health',
    bound: beam.list100kMs,
    isAtMost: true,
    unit: 'ms',
    measure: median(memory('list', 'server', 100_000)),
  },
  {
    text: 'enqueue and deliver, one instance',
    bound: beam.messagesPerSecond,
    isAtMost: false,
    unit: '/s',
    measure: rate(memory('send', 'server', 1)),
  },
  {
    text: 'bytes of a bare instance, idle',
    bound: beam.idleBytes,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'bare', median),
  },
  {
    text: 'bytes of a bare instance, hibernated',
    bound: beam.hibernatedBytes,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'bareHibernated', median),
  },
  {
    text: 'bytes of a connected instance with its children',
    bound: beam.subtreeBytes,
    isAtMost: true,
    unit: 'bytes',
    measure: atLargest('heap', 'awake', median),
  },
];

function secondsToOpen(who: 'bare' | 'awake'): Measure {
  return (figures) => {
    const microseconds = figures.medianOf(memory('open', who, 100_000));
    return microseconds === undefined ? undefined : microseconds / 10;
  };
}

export const targets: readonly Target[] = [
  ...ours.map((target) => ({ ...target, source: 'ours' as const })),
  ...theirs.map((target) => ({ ...target, source: 'BEAM' as const })),
];
