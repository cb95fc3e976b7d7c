import { describeEvent, nodesOf } from '@holdfast/chart';
import type { ActorRefLike, AnyActorRef, AnyEventObject, AnyStateMachine, AnyStateNode } from 'xstate';

/** Whether it is an actor of XState, and not merely something that can be sent events. */
export function isActorRef(ref: ActorRefLike | undefined): ref is AnyActorRef {
  return ref !== undefined && 'system' in ref && 'id' in ref;
}

/** The machine that an actor runs; undefined for actors of other logic. */
function machineOf(actor: ActorRefLike): AnyStateMachine | undefined {
  const logic: unknown = Reflect.get(actor, 'logic');
  return isMachine(logic) ? logic : undefined;
}

function isMachine(logic: unknown): logic is AnyStateMachine {
  return typeof logic === 'object' && logic !== null && 'root' in logic && 'config' in logic && 'id' in logic;
}

/** The ids from the root on. */
export function pathOf(actor: AnyActorRef): string {
  const parent = actor._parent;
  return parent === undefined ? actor.id : `${pathOf(parent)} › ${actor.id}`;
}

/** What an actor runs, and whose it is. */
export function describeActor(actor: AnyActorRef): string {
  const machine = machineOf(actor);
  const { src } = actor;
  const named = typeof src === 'string' && !src.startsWith('xstate.') ? `"${src}"` : undefined;
  const runs = machine === undefined ? (named ?? 'an actor') : `machine "${machine.id}"`;
  const parent = actor._parent;
  if (parent === undefined) return `${runs}, root actor`;
  const owner = `"${machineOf(parent)?.id ?? parent.id}"`;
  const invoker = invokerOf(actor.id, parent);
  return `${runs}, ${invoker === undefined ? `spawned by ${owner}` : `invoked in ${nameOf(invoker)} of ${owner}`}`;
}

/** What a delayed event of XState is for: an `after`, or one that was raised or sent with a delay. */
export function describeDelayed(event: AnyEventObject, source: AnyActorRef, target: AnyActorRef): string {
  const after = afterOf(event.type, source);
  if (after !== undefined) return `${after}, of actor "${pathOf(source)}"`;
  const way = source === target ? `of actor "${pathOf(source)}"` : `from "${pathOf(source)}" to "${pathOf(target)}"`;
  return `delayed event "${event.type}" ${way}`;
}

function afterOf(eventType: string, source: AnyActorRef): string | undefined {
  if (!eventType.startsWith('xstate.after.')) return undefined;
  const node = nodesIn(source).find((candidate) => candidate.transitions.has(eventType));
  const [definition] = node?.transitions.get(eventType) ?? [];
  if (node === undefined || definition === undefined) return undefined;
  return `delayed transition "${describeEvent(node, definition).name}" of state ${nameOf(node)}`;
}

function invokerOf(childId: string, parent: AnyActorRef): AnyStateNode | undefined {
  return nodesIn(parent).find((node) => node.invoke.some(({ id }) => id === childId));
}

function nodesIn(actor: ActorRefLike): readonly AnyStateNode[] {
  const machine = machineOf(actor);
  return machine === undefined ? [] : [...nodesOf(machine.root)];
}

/** With the machine's id in front, so that it tells which chart. */
function nameOf({ machine, path }: AnyStateNode): string {
  return [machine.id, ...path].join('.');
}
