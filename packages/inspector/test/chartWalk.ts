import type { ChartDescription, ChartTransition, Microstep, Value } from '../src/index.ts';

/**
 * Goes through a chart by the transitions that records name, knowing nothing but the description of the chart: what a viewer does that
 * travels in time. Written against SCXML's rules, not against XState.
 */
export class ChartWalk {
  readonly #chart: ChartDescription;
  readonly #parents: ReadonlyMap<string, string | null>;
  #active: ReadonlySet<string> = new Set();

  constructor(chart: ChartDescription) {
    this.#chart = chart;
    this.#parents = new Map(chart.states.map(({ id, parent }) => [id, parent]));
  }

  begin(): void {
    const [root] = this.#chart.states;
    this.#active = new Set(root ? this.#completed([root.id]) : []);
  }

  take({ transitions }: Microstep): void {
    const before = this.#active; // All of them start from there; regions do not hinder each other.
    for (const id of transitions) {
      const transition = this.#chart.transitions.find((candidate) => candidate.id === id);
      if (!transition) throw new Error(`The chart has no transition ${id}.`);
      if (!before.has(transition.source)) throw new Error(`${id} was taken, and its source is not active.`);
      if (transition.targets.length > 0) this.#go(transition);
    }
  }

  get value(): Value {
    const [root] = this.#chart.states;
    return root ? this.#valueBelow(root.id) : null;
  }

  #go({ source, targets, reenter }: ChartTransition): void {
    const isInside = targets.every((target) => target === source || this.#isBelow(target, source));
    const domain = isInside && !reenter ? source : this.#common([source, ...targets]);
    if (domain !== null && !this.#active.has(domain)) return; // Another region has left it in this very step.
    const kept = [...this.#active].filter((id) => domain !== null && !this.#isBelow(id, domain));
    const entered = targets.flatMap((target) => [target, ...this.#above(target)]).filter((id) => !kept.includes(id));
    this.#active = new Set(this.#completed([...kept, ...entered]));
  }

  /** Every compound state gets a child, and every parallel one all of them. */
  #completed(ids: readonly string[]): readonly string[] {
    const active = new Set(ids);
    for (const { id, type } of this.#chart.states) {
      if (!active.has(id)) continue;
      const children = this.#chart.states.filter(({ parent }) => parent === id);
      if (type === 'parallel') for (const child of children) active.add(child.id);
      const isEmpty = type === 'compound' && !children.some((child) => active.has(child.id));
      if (isEmpty) active.add(children.find(({ isInitial }) => isInitial)?.id ?? '');
    }
    return [...active];
  }

  #valueBelow(id: string): Value {
    const { type } = this.#chart.states.find((state) => state.id === id) ?? {};
    const children = this.#chart.states.filter(({ id: child, parent }) => parent === id && this.#active.has(child));
    const entries = children.map((child) => [child.name.split('.').at(-1) ?? '', this.#valueBelow(child.id)] as const);
    const [only] = entries;
    if (type === 'compound' && only && isEmptyValue(only[1])) return only[0];
    return Object.fromEntries(entries);
  }

  #above(id: string): readonly string[] {
    const above: string[] = [];
    for (let one = this.#parents.get(id) ?? null; one !== null; one = this.#parents.get(one) ?? null) above.push(one);
    return above;
  }

  #isBelow(id: string, other: string): boolean {
    return this.#above(id).includes(other);
  }

  /** The nearest state that all of them are in. Null when there is none. */
  #common([first = '', ...others]: readonly string[]): string | null {
    return this.#above(first).find((id) => others.every((other) => this.#isBelow(other, id))) ?? null;
  }
}

function isEmptyValue(value: Value): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
