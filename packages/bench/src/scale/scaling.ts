import type { Figures, Section } from '../figures/Figures.ts';

/** How the cost of one instance, or of one event, grows with the number of instances. */
export interface Growth {
  readonly label: string;
  readonly section: Section;
  /** The cost at each size over that at the smallest, which is not in here. */
  readonly ratios: ReadonlyMap<number, number>;
  /** What the hand-written class's grew by in the same rounds: what memory itself costs. */
  readonly limits: ReadonlyMap<number, number>;
  readonly isWithin: boolean;
}

/** A cost may grow by so much, from the smallest size to any other. */
export const allowedGrowth = 1.15;
/** Below this it is one instance that is fast, rather than a fleet. */
const smallest = 1_000;

interface Cost {
  readonly label: string;
  readonly section: Section;
  readonly what: string;
  readonly who: string;
  /** What was measured is of all instances. */
  readonly isOfAll?: boolean;
  readonly hasLimit?: boolean;
}

const costs: readonly Cost[] = [
  { label: 'a mixed event, InstanceServer', section: 'events', what: 'mixed', who: 'server', hasLimit: true },
  { label: 'a mixed event, XState compiled', section: 'events', what: 'mixed', who: 'compiled', hasLimit: true },
  { label: 'heap, bare', section: 'memory', what: 'heap', who: 'bare', hasLimit: true },
  { label: 'heap, bare, hibernated', section: 'memory', what: 'heap', who: 'bareHibernated', hasLimit: true },
  { label: 'heap, connected', section: 'memory', what: 'heap', who: 'awake', hasLimit: true },
  { label: 'heap, connected, hibernated', section: 'memory', what: 'heap', who: 'awakeHibernated', hasLimit: true },
  { label: 'start', section: 'memory', what: 'start', who: 'server', hasLimit: true },
  { label: 'start and connect', section: 'memory', what: 'open', who: 'awake' },
  { label: 'stop', section: 'memory', what: 'stop', who: 'server', hasLimit: true },
  { label: 'status', section: 'memory', what: 'status', who: 'server', hasLimit: true },
  { label: 'health snapshot', section: 'memory', what: 'health', who: 'server', hasLimit: true },
  { label: 'list', section: 'memory', what: 'list', who: 'server', isOfAll: true, hasLimit: true },
  { label: 'storm, processor time', section: 'storm', what: 'cpu', who: 'server' },
  { label: 'storm, peak heap', section: 'storm', what: 'peakHeap', who: 'server', isOfAll: true },
  { label: 'at rest, probed', section: 'timers', what: 'probed', who: 'server', isOfAll: true },
];

/** Of what was measured at two sizes at least. */
export function growthsOf(figures: Figures): Growth[] {
  return costs.flatMap((cost) => {
    const ratios = ratiosOf(figures, cost);
    if (ratios.size === 0) return [];
    const limits = cost.hasLimit ? ratiosOf(figures, { ...cost, who: 'handWritten' }) : new Map<number, number>();
    const isWithin = [...ratios.values()].every((ratio) => ratio <= allowedGrowth);
    return [{ label: cost.label, section: cost.section, ratios, limits, isWithin }];
  });
}

function ratiosOf(figures: Figures, { section, what, who, isOfAll }: Cost): Map<number, number> {
  const sizes = figures.sizesOf({ section, what, who }).filter((size) => size >= smallest);
  const [first, ...others] = sizes;
  const costAt = (instances: number): number =>
    (figures.medianOf({ section, what, who, instances }) ?? Number.NaN) / (isOfAll ? instances : 1);
  return new Map(first === undefined ? [] : others.map((size) => [size, costAt(size) / costAt(first)]));
}
