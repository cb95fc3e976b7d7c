import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A state of a chart. */
export interface ChartState {
  /** As XState has it. Unique in its chart. */
  readonly id: string;
  /** Its keys from the root, with dots: `connected.idle`. Of the root: the machine's id. */
  readonly name: string;
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  /** Null of the root. */
  readonly parent: string | null;
  /** Whether its parent begins with it. Of the states of a parallel one: always. */
  readonly isInitial: boolean;
}

/** What makes a chart take a transition. */
export type Trigger = 'event' | 'after' | 'always' | 'done' | 'error' | 'snapshot' | 'stateDone';

/** One transition as it stands in a machine's configuration. */
export interface ChartTransition {
  /** The source's id, the event and its place among those of that event. */
  readonly id: string;
  /** `connected → disconnected by notify.disconnected [reason]`. Two transitions may have one name. */
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
  /** The guard's name, without its params; null when there is none. */
  readonly guard: string | null;
  readonly order: number;
  readonly reenter: boolean;
}

/** The skeleton of a machine as plain JSON: names and arrows. No description, `meta`, params, input or code is in it. */
export interface ChartDescription {
  /** The machine's id. */
  readonly id: string;
  /** The root first, parents before their children. */
  readonly states: readonly ChartState[];
  readonly transitions: readonly ChartTransition[];
}

export function chartOf(machine: AnyStateMachine): ChartDescription {
  const nodes = [...nodesOf(machine.root)];
  return {
    id: machine.id,
    states: nodes.map(readState),
    transitions: nodes.flatMap((node) =>
      definitionsOf(node).map(({ definition, order }) => readTransition(node, definition, order)),
    ),
  };
}

const knownIds = new WeakMap<AnyTransitionDefinition, string>();

/** The id that the transition has in its chart; undefined for one that stands in no configuration, such as an initial one. */
export function transitionId(definition: AnyTransitionDefinition): string | undefined {
  const known = knownIds.get(definition);
  if (known !== undefined) return known;
  const place = definitionsOf(definition.source).find((candidate) => candidate.definition === definition);
  if (place === undefined) return undefined;
  const id = idOf(definition.source, definition, place.order);
  knownIds.set(definition, id);
  return id;
}

function* nodesOf(node: AnyStateNode): Generator<AnyStateNode> {
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
  return { id: node.id, name: nameOf(node), type: node.type, parent: parent?.id ?? null, isInitial };
}

function readTransition(node: AnyStateNode, definition: AnyTransitionDefinition, order: number): ChartTransition {
  const { trigger, eventName } = describeEvent(node, definition.eventType);
  const targets = definition.target ?? [];
  const guard = definition.guard === undefined ? null : guardName(definition.guard);
  const way = targets.length === 0 ? 'stays' : `→ ${targets.map(nameOf).join(' + ')}`;
  return {
    id: idOf(node, definition, order),
    name: `${nameOf(node)} ${way} by ${eventName}${guard === null ? '' : ` [${guard}]`}`,
    source: node.id,
    targets: targets.map(({ id }) => id),
    trigger,
    event: definition.eventType,
    eventName,
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

const actorEvents = [
  { prefix: 'xstate.done.actor.', trigger: 'done', verb: 'done' },
  { prefix: 'xstate.error.actor.', trigger: 'error', verb: 'error' },
  { prefix: 'xstate.snapshot.', trigger: 'snapshot', verb: 'snapshot' },
] as const satisfies readonly { readonly prefix: string; readonly trigger: Trigger; readonly verb: string }[];

function describeEvent(node: AnyStateNode, type: string): { readonly trigger: Trigger; readonly eventName: string } {
  if (type === '') return { trigger: 'always', eventName: 'always' };
  const delayed = node.after.find(({ eventType }) => eventType === type);
  if (delayed) return { trigger: 'after', eventName: delayName(delayed.delay) };
  if (type === `xstate.done.state.${node.id}`) return { trigger: 'stateDone', eventName: 'done' };
  const own = actorEvents.find(({ prefix }) => type.startsWith(prefix));
  if (own) return { trigger: own.trigger, eventName: `${own.verb}(${type.slice(own.prefix.length)})` };
  return { trigger: 'event', eventName: type === '*' ? 'any event' : type };
}

function delayName(delay: unknown): string {
  if (typeof delay === 'number') return `after ${delay} ms`;
  return typeof delay === 'string' ? `after ${delay}` : 'after a delay';
}

/** Params are data of the app's, so that only names are read: `isEmpty`, `and(isEmpty, not(isOver))`. */
function guardName(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') {
    const parts = 'guards' in guard && Array.isArray(guard.guards) ? `(${guard.guards.map(guardName).join(', ')})` : '';
    return /^(guard)?$/.test(guard.name) ? 'inline' : `${guard.name}${parts}`;
  }
  const type: unknown = typeof guard === 'object' && guard !== null ? Reflect.get(guard, 'type') : undefined;
  return typeof type === 'string' ? type : 'a guard';
}
