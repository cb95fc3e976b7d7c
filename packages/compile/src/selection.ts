import type { AnyEventObject, AnyMachineSnapshot, AnyStateNode, AnyTransitionDefinition, StateValue } from 'xstate';
import { compileGuard, type Test } from './guards.ts';
import type { GuardReference } from './internals.ts';
import { ancestorsOf, isAtomic } from './topology/nodes.ts';

/** A transition that is taken when its test holds, or always. */
export interface Candidate {
  readonly transition: AnyTransitionDefinition;
  readonly test: Test | undefined;
}

/**
 * How the transitions of an event are chosen. Of candidates the first whose test holds; of regions what each of them chooses, and when
 * none does, of what is left.
 */
export type Choice =
  | { readonly type: 'first'; readonly candidates: readonly Candidate[] }
  | { readonly type: 'regions'; readonly regions: readonly Choice[]; readonly otherwise: readonly Candidate[] };

/** XState goes by the value, from the leaves to the root. */
export function choiceOf(node: AnyStateNode, value: StateValue, eventType: string): Choice {
  const own = candidatesOf(node, eventType);
  if (typeof value === 'string') return choiceWithin(node, value, { eventType, own, inner: undefined });
  const keys = Object.keys(value);
  const [only] = keys;
  if (keys.length === 1 && only !== undefined) {
    return choiceWithin(node, only, { eventType, own, inner: value[only] });
  }
  const regions = keys.flatMap((key) => {
    const inner = value[key];
    return inner === undefined ? [] : [choiceOf(childOf(node, key), inner, eventType)];
  });
  return { type: 'regions', regions, otherwise: own };
}

function choiceWithin(
  node: AnyStateNode,
  key: string,
  { eventType, inner, own }: { eventType: string; own: readonly Candidate[]; inner: StateValue | undefined },
): Choice {
  const child = childOf(node, key);
  const choice: Choice =
    inner === undefined
      ? { type: 'first', candidates: candidatesOf(child, eventType) }
      : choiceOf(child, inner, eventType);
  if (choice.type === 'first') return { type: 'first', candidates: [...choice.candidates, ...own] };
  return { ...choice, otherwise: [...choice.otherwise, ...own] };
}

function childOf(node: AnyStateNode, key: string): AnyStateNode {
  const child: AnyStateNode | undefined = node.states[key];
  if (child) return child;
  throw new Error(`Child state '${key}' does not exist on '${node.id}'`);
}

/** The exact descriptor first, then the wildcards, the longest first. */
function candidatesOf(node: AnyStateNode, eventType: string): readonly Candidate[] {
  const exact = node.transitions.get(eventType) ?? [];
  const wildcards = [...node.transitions]
    .filter(([descriptor]) => descriptor !== eventType && matches(eventType, descriptor))
    .sort(([a], [b]) => b.length - a.length)
    .flatMap(([, transitions]) => transitions);
  return [...exact, ...wildcards].map((transition) => ({ transition, test: testOf(transition, node, eventType) }));
}

/** `a.*` is for `a` and all that begins with `a.`; a star in the middle of a descriptor is for nothing. */
function matches(eventType: string, descriptor: string): boolean {
  if (descriptor === '*') return true;
  if (!descriptor.endsWith('.*')) return false;
  const beginning = descriptor.slice(0, -2);
  if (beginning.split('.').includes('*')) return false;
  return eventType === beginning || eventType.startsWith(`${beginning}.`);
}

function testOf({ guard }: AnyTransitionDefinition, node: AnyStateNode, eventType: string): Test | undefined {
  if (!guard) return undefined;
  const reference = guard as GuardReference;
  const test = compileGuard(reference, node.machine);
  return (snapshot, event) => {
    try {
      return test(snapshot, event);
    } catch (error) {
      const type =
        typeof reference === 'string' ? reference : typeof reference === 'object' ? reference.type : undefined;
      const name = type ? `'${type}' ` : '';
      const message = error instanceof Error ? error.message : String(Reflect.get(Object(error), 'message'));
      throw new Error(
        `Unable to evaluate guard ${name}in transition for event '${eventType}' in state node '${node.id}':\n${message}`,
      );
    }
  };
}

/** For each leaf, in the order of the nodes, what it and the nodes around it do by themselves. */
export function eventlessOf(nodes: readonly AnyStateNode[]): readonly (readonly Candidate[])[] {
  return nodes
    .filter(isAtomic)
    .map((leaf) =>
      [leaf, ...ancestorsOf(leaf, undefined)].flatMap(({ always = [], machine }) =>
        always.map((transition): Candidate => {
          const guard = transition.guard as GuardReference | undefined;
          return { transition, test: guard === undefined ? undefined : compileGuard(guard, machine) };
        }),
      ),
    )
    .filter((candidates) => candidates.length > 0);
}

export function firstOf(
  candidates: readonly Candidate[],
  snapshot: AnyMachineSnapshot,
  event: AnyEventObject,
): AnyTransitionDefinition | undefined {
  for (const { test, transition } of candidates) {
    if (test === undefined || test(snapshot, event)) return transition;
  }
  return undefined;
}

/** In the order of XState, which decides in what order they do what they do. */
export function select(
  choice: Choice,
  snapshot: AnyMachineSnapshot,
  event: AnyEventObject,
): readonly AnyTransitionDefinition[] {
  if (choice.type === 'first') {
    const transition = firstOf(choice.candidates, snapshot, event);
    return transition === undefined ? none : [transition];
  }
  const chosen = choice.regions.flatMap((region) => select(region, snapshot, event));
  if (chosen.length > 0) return chosen;
  const transition = firstOf(choice.otherwise, snapshot, event);
  return transition === undefined ? none : [transition];
}

const none: readonly AnyTransitionDefinition[] = [];
