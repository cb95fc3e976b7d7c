/** Something that has to hold at the end. */
export interface Check {
  readonly name: string;
  readonly holds: boolean;
  /** What was found, in a few words. */
  readonly found: string;
  /** The first of what is wrong. */
  readonly details: readonly string[];
}

export interface Facts {
  readonly instances: number;
  readonly connected: number;
  /** Of the cycles: what must not have happened in them. */
  readonly complaints: readonly string[];
  readonly lost: readonly string[];
  readonly collateral: { readonly count: number; readonly details: readonly string[] };
  /** Unhandled rejections, uncaught exceptions, and warnings of listeners that pile up. */
  readonly unhandled: readonly string[];
  readonly heap: { readonly startBytes: number; readonly endBytes: number };
  readonly leftovers: readonly string[];
  /** Where the account of an instance disagrees with what was seen. */
  readonly disagreements: readonly string[];
}

/** How much more the heap may hold at its end than at its start. */
const heapTolerance = 0.1;
const shownDetails = 5;

export function checksOf(facts: Facts): Check[] {
  const { instances, connected, collateral, heap } = facts;
  const growth = heap.endBytes / heap.startBytes - 1;
  return [
    check('every instance is connected', connected === instances, `${connected} of ${instances}`),
    none('no instance is wedged, and no fault did what it must not', facts.complaints),
    none('nothing is lost', facts.lost),
    {
      name: 'no fault reaches instances that it is not done to',
      holds: collateral.count === 0,
      found: String(collateral.count),
      details: collateral.details.slice(0, shownDetails),
    },
    none('no unhandled rejection, no uncaught exception, no leak warning', facts.unhandled),
    none('the accounts add up: every accepted message has one fate', facts.disagreements),
    none('no timer, socket or process is left after the stop', facts.leftovers),
    check('the heap is within 10 % of its start', growth <= heapTolerance, describeHeap(heap, growth)),
  ];
}

function check(name: string, holds: boolean, found: string): Check {
  return { name, holds, found, details: [] };
}

function none(name: string, problems: readonly string[]): Check {
  return {
    name,
    holds: problems.length === 0,
    found: String(problems.length),
    details: problems.slice(0, shownDetails),
  };
}

function describeHeap({ startBytes, endBytes }: Facts['heap'], growth: number): string {
  const megabytes = (bytes: number): string => `${(bytes / 1_000_000).toFixed(1)} MB`;
  return `${megabytes(startBytes)} to ${megabytes(endBytes)}, ${(growth * 100).toFixed(1)} %`;
}

export function describeCheck({ name, holds, found, details }: Check): string {
  const lines = [
    `${holds ? 'holds ' : 'FAILED'}  ${name}: ${found}`,
    ...details.map((detail) => `          ${detail}`),
  ];
  return lines.join('\n');
}
