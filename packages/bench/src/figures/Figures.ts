import { type Spread, spreadOf } from '../report/statistics.ts';

/** The parts of the benchmark, each of which can be run alone; `scale` is read off the others. */
export const sections = ['events', 'memory', 'storm', 'timers'] as const;
export type Section = (typeof sections)[number];

/** What tells one figure from another. */
export interface FigureKey {
  readonly section: Section;
  /** What was measured: `mixed`, `heap`. */
  readonly what: string;
  /** Of whom: `compiled`, `hibernated`. */
  readonly who: string;
  readonly instances: number;
}

export const units = ['ns', 'ms', 's', 'bytes', 'MB', 'µs', '/s', 'CPU s/s', ''] as const;
export type Unit = (typeof units)[number];

/** One thing that was measured, once a round. */
export interface Figure extends FigureKey {
  readonly unit: Unit;
  /** In the order of the rounds. */
  readonly rounds: readonly number[];
}

/** All that was measured. */
export class Figures {
  readonly #figures = new Map<string, Figure>();

  constructor(figures: readonly Figure[]) {
    for (const figure of figures) this.#figures.set(keyOf(figure), figure);
  }

  get all(): readonly Figure[] {
    return [...this.#figures.values()];
  }

  find(key: FigureKey): Figure | undefined {
    return this.#figures.get(keyOf(key));
  }

  /** Undefined where it was not measured. */
  medianOf(key: FigureKey): number | undefined {
    const figure = this.find(key);
    return figure && spreadOf(figure.rounds).median;
  }

  /** How many times the one is the other, round by round where they were measured in turn. Undefined where one of them was not. */
  ratioOf(key: FigureKey, base: FigureKey): Spread | undefined {
    const [one, other] = [this.find(key), this.find(base)];
    return one && other && ratioOf(one.rounds, other.rounds);
  }

  /** The sizes at which something was measured, the smallest first. */
  sizesOf({ section, what, who }: Omit<FigureKey, 'instances'>): number[] {
    const same = this.all.filter((each) => each.section === section && each.what === what && each.who === who);
    return same.map(({ instances }) => instances).sort((one, other) => one - other);
  }
}

/** Of two that were measured in the same rounds, round by round; of others the one by the median of the other. */
export function ratioOf(figures: readonly number[], bases: readonly number[]): Spread {
  if (figures.length !== bases.length) {
    const base = spreadOf(bases).median;
    return spreadOf(figures.map((figure) => figure / base));
  }
  return spreadOf(figures.map((figure, round) => figure / (bases[round] ?? Number.NaN)));
}

function keyOf({ section, what, who, instances }: FigureKey): string {
  return JSON.stringify([section, what, who, instances]);
}
