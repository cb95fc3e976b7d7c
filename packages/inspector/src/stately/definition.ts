import type { ChartDescription, ChartState, ChartTransition } from '../chartOf.ts';

/** A transition, as a machine's configuration has it. */
interface TransitionConfig {
  readonly target?: readonly string[];
  readonly guard?: string;
  readonly reenter?: true;
}

type Table = Record<string, TransitionConfig[]>;

interface NodeConfig {
  readonly id: string;
  readonly type?: 'parallel' | 'final' | 'history';
  readonly initial?: string;
  readonly on?: Table;
  readonly after?: Table;
  readonly always?: readonly TransitionConfig[];
  readonly onDone?: readonly TransitionConfig[];
  readonly states?: Record<string, NodeConfig>;
}

const known = new WeakMap<ChartDescription, string>();

/** The text that Stately's page draws a machine from: its chart, and nothing of the rest of its configuration. */
export function definitionOf(chart: ChartDescription): string {
  const [root] = chart.states;
  const text = known.get(chart) ?? JSON.stringify(root ? nodeConfig(root, chart) : { id: chart.id });
  known.set(chart, text);
  return text;
}

function nodeConfig(state: ChartState, chart: ChartDescription): NodeConfig {
  const children = chart.states.filter(({ parent }) => parent === state.id);
  const initial = children.find(({ isInitial }) => isInitial);
  const own = chart.transitions.filter(({ source }) => source === state.id);
  const always = own.filter(({ trigger }) => trigger === 'always').map(transitionConfig);
  const onDone = own.filter(({ trigger }) => trigger === 'stateDone').map(transitionConfig);
  const after = tableOf(own, ({ trigger }) => trigger === 'after', delayKey);
  const on = tableOf(
    own,
    ({ trigger }) => !['always', 'stateDone', 'after'].includes(trigger),
    ({ event }) => event,
  );
  const { type } = state;
  return {
    id: state.id,
    ...(type === 'parallel' || type === 'final' || type === 'history' ? { type } : {}),
    ...(type === 'compound' && initial ? { initial: keyOf(initial, state) } : {}),
    ...(on === undefined ? {} : { on }),
    ...(after === undefined ? {} : { after }),
    ...(always.length === 0 ? {} : { always }),
    ...(onDone.length === 0 ? {} : { onDone }),
    ...(children.length === 0
      ? {}
      : { states: Object.fromEntries(children.map((child) => [keyOf(child, state), nodeConfig(child, chart)])) }),
  };
}

function transitionConfig({ targets, guard, reenter }: ChartTransition): TransitionConfig {
  return {
    ...(targets.length === 0 ? {} : { target: targets.map((id) => `#${id}`) }),
    ...(guard === null ? {} : { guard }),
    ...(reenter ? { reenter } : {}),
  };
}

function tableOf(
  transitions: readonly ChartTransition[],
  isWanted: (transition: ChartTransition) => boolean,
  key: (transition: ChartTransition) => string,
): Table | undefined {
  const table = new Map<string, TransitionConfig[]>();
  for (const transition of transitions.filter(isWanted)) {
    const listed = table.get(key(transition)) ?? [];
    table.set(key(transition), [...listed, transitionConfig(transition)]);
  }
  return table.size === 0 ? undefined : Object.fromEntries(table);
}

/** `after 1000 ms` or `after retryDelay`: the delay alone. */
function delayKey({ eventName }: ChartTransition): string {
  return eventName.replace(/^after (?:(\d+) ms|(.*))$/, (_, ms, name) => ms ?? name);
}

/** Its own key, which may have dots in it. */
function keyOf({ name }: ChartState, parent: ChartState): string {
  return parent.parent === null ? name : name.slice(parent.name.length + 1);
}
