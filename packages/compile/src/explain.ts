import type { AnyStateMachine, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { EntrySet } from './topology/entering.ts';
import { domainOf } from './topology/exiting.ts';
import { Memory } from './topology/Memory.ts';
import { ancestorsOf, historyNodesOf } from './topology/nodes.ts';

/** A transition whose steps are not found out once, but each time that it is taken. */
export interface PlannedAnew {
  /** The id of the state that has it. */
  readonly state: string;
  /** The event's type or pattern as XState has it; empty for `always`. */
  readonly event: string;
  readonly reason: 'history';
}

/**
 * What of a chart a compilation does more slowly: transitions that go to a history state, or may leave one that has some. What they come to
 * follows from more than the configuration. Empty when the chart compiles whole.
 */
export function explain(machine: AnyStateMachine): readonly PlannedAnew[] {
  return nodesIn(machine.root).flatMap((node) =>
    [...node.transitions.values(), node.always ?? []]
      .flat()
      .filter((transition) => touchesHistory(transition))
      .map(({ eventType, source }) => ({ state: source.id, event: eventType, reason: 'history' as const })),
  );
}

function touchesHistory(transition: AnyTransitionDefinition): boolean {
  const { reenter, source, target } = transition;
  if (!target?.length) return false;
  const memory = new Memory({});
  const domain = domainOf(transition, memory);
  new EntrySet([transition], memory);
  if (memory.isAsked) return true;
  const mayBeLeft = nodesIn(domain ?? source.machine.root).filter((node) => node !== domain || reenter);
  return mayBeLeft.some((node) => historyNodesOf(node).length > 0 && areEverTogether(node, source));
}

/** Whether both can be active: one is within the other, or they are in two regions. */
function areEverTogether(one: AnyStateNode, other: AnyStateNode): boolean {
  const lineage = [other, ...ancestorsOf(other, undefined)];
  const common = [one, ...ancestorsOf(one, undefined)].find((node) => lineage.includes(node));
  return common === one || common === other || common?.type === 'parallel';
}

function nodesIn(node: AnyStateNode): readonly AnyStateNode[] {
  return [node, ...Object.values<AnyStateNode>(node.states).flatMap(nodesIn)];
}
