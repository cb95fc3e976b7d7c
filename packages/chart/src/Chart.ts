import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { describeEvent, describeGuard, describeTransition, type Trigger } from './names.ts';

/** A state of a chart. */
export interface ChartState {
  /** As XState has it: `machine.parent.child`, or what the machine's author gave it. Unique in its chart. */
  readonly id: string;
  /** Its keys from the root, with dots: `connected.idle`. Of the root: the machine's id. */
  readonly name: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Of a history state: whether it comes back to the states within states too. */
  readonly history?: 'shallow' | 'deep';
  /** Of a history state: the ids of the states that it leads to as long as there is nothing to come back to. */
  readonly defaults?: readonly string[];
  /** Null of the root. */
  readonly parent: string | null;
  /** Whether its parent begins with it. Of the states of a parallel one: always. */
  readonly isInitial: boolean;
}

/** One transition as it stands in a machine's configuration. */
export interface ChartTransition {
  /** Stable as long as the chart is the same: the source's id, the event and its place among those of that event. */
  readonly id: string;
  /** `connected → disconnected by notify.disconnected [reason]`. Unique in its chart. */
  readonly name: string;
  /** The id of a state. */
  readonly source: string;
  /** The ids of states; empty when it changes no state. */
  readonly targets: readonly string[];
  readonly trigger: Trigger;
  /** The event's type or pattern as XState has it; empty for `always`. */
  readonly event: string;
  /** For people: `notify.success`, `after 1000 ms`, `done(job)`. */
  readonly eventName: string;
  /** For people; null when there is none. */
  readonly guard: string | null;
  /** Its place among the transitions of its source for its event: XState takes the first whose guard holds. */
  readonly order: number;
  /** Whether its source is left and entered again though the target lies within. */
  readonly reenter: boolean;
}

/** A chart as a value: what `Chart` reads from a machine, or what JSON has kept of it. */
export interface ChartShape {
  /** The machine's id. */
  readonly id: string;
  /** The root first, parents before their children. */
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

/**
 * The states and transitions of a machine, in the order of its configuration. What a machine is provided with changes nothing of
 * this: all machines of one configuration have one chart, id by id.
 */
export class Chart implements ChartShape {
  readonly id: string;
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
  readonly #byDefinition = new WeakMap<object, ChartTransition>();
  readonly #byId = new Map<string, ChartTransition>();
  readonly #statesById = new Map<string, ChartState>();

  constructor(machine: AnyStateMachine) {
    this.id = machine.id;
    const nodes = [...nodesOf(machine.root)];
    this.states = nodes.map((node) => readState(node));
    for (const state of this.states) this.#statesById.set(state.id, state);
    const found = nodes.flatMap((node) => definitionsOf(node).map((place) => ({ node, ...place })));
    const names = new Map<string, number>();
    this.transitions = found.map(({ node, definition, order }) => {
      const transition = readTransition(node, definition, order);
      const count = (names.get(transition.name) ?? 0) + 1;
      names.set(transition.name, count);
      const unique = count === 1 ? transition : { ...transition, name: `${transition.name} (${count})` };
      this.#byDefinition.set(definition, unique);
      this.#byId.set(unique.id, unique);
      return unique;
    });
  }

  state(id: string): ChartState | undefined {
    return this.#statesById.get(id);
  }

  transition(id: string): ChartTransition | undefined {
    return this.#byId.get(id);
  }

  /** The transition that XState speaks of, of this machine or of one with the same configuration; undefined for an initial one. */
  find(definition: AnyTransitionDefinition): ChartTransition | undefined {
    const known = this.#byDefinition.get(definition);
    if (known) return known;
    const place = definitionsOf(definition.source).find((candidate) => candidate.definition === definition);
    const found = place && this.#byId.get(idOf(definition.source, definition, place.order));
    if (found) this.#byDefinition.set(definition, found);
    return found;
  }
}

/** A state and all within it, parents before their children. */
export function* nodesOf(node: AnyStateNode): Generator<AnyStateNode> {
  yield node;
  for (const child of Object.values(node.states)) yield* nodesOf(child);
}

interface Place {
  readonly definition: AnyTransitionDefinition;
  readonly order: number;
}

function definitionsOf(node: AnyStateNode): readonly Place[] {
  const groups = [...node.transitions.values(), node.always ?? []];
  return groups.flatMap((definitions) => definitions.map((definition, order) => ({ definition, order })));
}

function readState(node: AnyStateNode): ChartState {
  const { parent } = node;
  const isInitial =
    parent === undefined ||
    parent.type === 'parallel' ||
    (parent.initial?.target ?? []).some((target) => target === node);
  const state: ChartState = { id: node.id, name: nameOf(node), type: node.type, parent: parent?.id ?? null, isInitial };
  if (node.type !== 'history') return state;
  const defaults = defaultsOf(node).map(({ id }) => id);
  return { ...state, history: node.history === 'deep' ? 'deep' : 'shallow', defaults };
}

function defaultsOf({ config, machine, parent }: AnyStateNode): readonly AnyStateNode[] {
  const wanted: string | readonly string[] | undefined = 'target' in config ? config.target : undefined;
  if (!parent) return [];
  if (wanted === undefined) return parent.type === 'parallel' ? [parent] : (parent.initial?.target ?? []);
  return [wanted].flat().flatMap((target) => {
    if (target.startsWith('#')) return [machine.getStateNodeById(target)];
    let found: AnyStateNode | undefined = parent;
    for (const key of target.split('.')) found = found?.states[key];
    return found ? [found] : [];
  });
}

function readTransition(node: AnyStateNode, definition: AnyTransitionDefinition, order: number): ChartTransition {
  const event = describeEvent(node, definition);
  const targets = definition.target ?? [];
  const guard = definition.guard === undefined ? null : describeGuard(definition.guard);
  const between = { from: nameOf(node), to: targets.map(nameOf), eventName: event.name, guard };
  return {
    id: idOf(node, definition, order),
    name: describeTransition(between),
    source: node.id,
    targets: targets.map((target) => target.id),
    trigger: event.trigger,
    event: definition.eventType,
    eventName: event.name,
    guard,
    order,
    reenter: definition.reenter,
  };
}

function idOf(node: AnyStateNode, { eventType }: AnyTransitionDefinition, order: number): string {
  return `${node.id}|${eventType}|${order}`;
}

function nameOf(node: AnyStateNode): string {
  return node.path.length === 0 ? node.id : node.path.join('.');
}
