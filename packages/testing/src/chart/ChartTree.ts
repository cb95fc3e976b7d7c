import type { ChartShape, ChartState, ChartTransition } from '@holdfast/chart';

/** What was active when the states around history states were last left, by the ids of those. */
export type Remembered = ReadonlyMap<string, readonly string[]>;

/** Which states of a chart are within which, and what a transition leaves: as XState decides it, by ids. */
export class ChartTree {
  readonly #states: ReadonlyMap<string, ChartState>;
  readonly #children = new Map<string, readonly ChartState[]>();
  readonly #root: string;

  constructor({ states }: Pick<ChartShape, 'states'>) {
    this.#states = new Map(states.map((state) => [state.id, state]));
    this.#root = states[0]?.id ?? '';
    for (const state of states) {
      if (state.parent !== null) this.#children.set(state.parent, [...this.childrenOf(state.parent), state]);
    }
  }

  state(id: string): ChartState | undefined {
    return this.#states.get(id);
  }

  /** Those that can be active: no history state. */
  regionsOf(id: string): readonly ChartState[] {
    return this.childrenOf(id).filter(({ type }) => type !== 'history');
  }

  childrenOf(id: string): readonly ChartState[] {
    return this.#children.get(id) ?? [];
  }

  /** All states within it that can be active. */
  *insideOf(id: string): Generator<string> {
    for (const child of this.regionsOf(id)) {
      yield child.id;
      yield* this.insideOf(child.id);
    }
  }

  /** The state itself, its parent, and so on to the root. */
  *upFrom(id: string): Generator<string> {
    for (let at: string | null = id; at !== null; at = this.#states.get(at)?.parent ?? null) yield at;
  }

  contains(outer: string, inner: string): boolean {
    for (const id of this.upFrom(inner)) if (id === outer) return true;
    return false;
  }

  /** Not the state itself. */
  isWithin(inner: string, outer: string): boolean {
    return inner !== outer && this.contains(outer, inner);
  }

  /** Whether both can be active at once: one contains the other, or they are in different regions of a parallel state. */
  canBeTogether(first: string, second: string): boolean {
    if (this.contains(first, second) || this.contains(second, first)) return true;
    const around = new Set(this.upFrom(first));
    for (const id of this.upFrom(second)) if (around.has(id)) return this.#states.get(id)?.type === 'parallel';
    return false;
  }

  /** Where a transition really leads. */
  targetsOf({ targets }: ChartTransition, remembered: Remembered): readonly string[] {
    const resolve = (id: string): readonly string[] => {
      const state = this.#states.get(id);
      if (state?.type !== 'history') return [id];
      return remembered.get(id) ?? (state.defaults ?? []).flatMap(resolve);
    };
    return [...new Set(targets.flatMap(resolve))];
  }

  /** The state within which a transition changes something; null when it leaves the root too. */
  domainOf({ reenter, source }: ChartTransition, targets: readonly string[]): string | null {
    if (!reenter && targets.every((target) => this.contains(source, target))) return source;
    const [first, ...others] = [...targets, source];
    for (const id of first === undefined ? [] : this.upFrom(first)) {
      if (id !== first && others.every((other) => this.isWithin(other, id))) return id;
    }
    return reenter ? null : this.#root;
  }
}
