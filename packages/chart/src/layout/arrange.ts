import type { ChartShape, ChartState, ChartTransition } from '../Chart.ts';

/** From which state to which others arrows lead, and what they stand for. */
export interface Way {
  readonly source: ChartState;
  readonly target: ChartState;
  readonly transitions: readonly ChartTransition[];
  /** Those that are written on it: a transition with several targets is written on its first way only. */
  readonly labelled: readonly ChartTransition[];
}

/** A chart as its drawing has it: what stands inside of what, which transitions are rows and which are arrows. */
export interface Arrangement {
  readonly root: ChartState;
  parentOf(state: ChartState): ChartState | undefined;
  /** In the order of the chart, but the initial one comes first. */
  childrenOf(state: ChartState): readonly ChartState[];
  rowsOf(state: ChartState): readonly ChartTransition[];
  readonly ways: readonly Way[];
  /** Whether an arrow leads to it, or to a state in it, from outside of it. */
  isReached(state: ChartState): boolean;
  /** What a row says of where it leads: the shortest name that is understood. Empty when it stays. */
  targetName(transition: ChartTransition): string;
}

/** A transition is a row when its source contains a target of it, or the other way round: an arrow would cross the box that it belongs to. */
export function arrange({ states, transitions }: ChartShape): Arrangement {
  const byId = new Map(states.map((state) => [state.id, state]));
  const [root] = states;
  if (!root) throw new Error('Expected a chart with a root, got one without any state.');
  const children = new Map<string | null, ChartState[]>();
  for (const state of states) children.set(state.parent, [...(children.get(state.parent) ?? []), state]);
  const contains = (outer: string, inner: string): boolean => {
    for (let id: string | null = inner; id !== null; id = byId.get(id)?.parent ?? null) if (id === outer) return true;
    return false;
  };
  const isRow = ({ source, targets }: ChartTransition): boolean =>
    targets.length === 0 || targets.some((target) => contains(source, target) || contains(target, source));
  const rows = transitions.filter(isRow);
  const initialFirst = (parent: ChartState): readonly ChartState[] => {
    const all = children.get(parent.id) ?? [];
    if (parent.type === 'parallel') return all;
    return [...all.filter(({ isInitial }) => isInitial), ...all.filter(({ isInitial }) => !isInitial)];
  };
  const ways = waysOf(
    transitions.filter((transition) => !isRow(transition)),
    byId,
  );
  return {
    root,
    parentOf: ({ parent }) => (parent === null ? undefined : byId.get(parent)),
    childrenOf: initialFirst,
    rowsOf: ({ id }) => rows.filter(({ source }) => source === id),
    ways,
    isReached: ({ id }) => ways.some(({ source, target }) => contains(id, target.id) && !contains(id, source.id)),
    targetName: ({ source, targets }) =>
      targets.map((target) => relativeName(byId.get(source), byId.get(target))).join(' + '),
  };
}

function waysOf(transitions: readonly ChartTransition[], byId: ReadonlyMap<string, ChartState>): readonly Way[] {
  const ways = new Map<string, { -readonly [Key in keyof Way]: Way[Key] }>();
  for (const transition of transitions) {
    for (const [index, id] of transition.targets.entries()) {
      const [source, target] = [byId.get(transition.source), byId.get(id)];
      if (!source || !target) continue;
      const key = JSON.stringify([source.id, target.id]);
      const way = ways.get(key) ?? { source, target, transitions: [], labelled: [] };
      way.transitions = [...way.transitions, transition];
      if (index === 0) way.labelled = [...way.labelled, transition];
      ways.set(key, way);
    }
  }
  return [...ways.values()];
}

/** Of a state within the source, the keys from there; of any other, its name. */
function relativeName(source: ChartState | undefined, target: ChartState | undefined): string {
  if (!source || !target) return '';
  if (source.id === target.id) return 'itself';
  if (source.parent === null) return target.name;
  return target.name.startsWith(`${source.name}.`) ? target.name.slice(source.name.length + 1) : target.name;
}
