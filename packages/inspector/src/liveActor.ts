import type { ActorRefLike, AnyMachineSnapshot, AnyStateMachine, AnyStateNode } from 'xstate';
import type { Value } from './records.ts';

/**
 * What the inspector reads of a live actor. Some of it are fields that XState's types do not show; `test/xstateFields.test.ts` says
 * whether they are still there.
 */

/** An actor of XState. */
export type LiveActor = ActorRefLike;

/** `_processingStatus` of an actor that was only made, and of one that is over; XState keeps the numbers, because @xstate/react reads them. */
const notStarted = 0;
const stopped = 2;
/** Names deeper than that are no state value. */
const deepestValue = 50;

export function parentOf(actor: LiveActor): LiveActor | undefined {
  return asActor(Reflect.get(actor, '_parent'));
}

export function localIdOf(actor: LiveActor): unknown {
  return Reflect.get(actor, 'id');
}

/** The name under which the logic was provided; undefined when it was given itself. */
export function sourceNameOf(actor: LiveActor): string | undefined {
  const src: unknown = Reflect.get(actor, 'src');
  return typeof src === 'string' ? src : undefined;
}

/** What it was started with. */
export function inputOf(actor: LiveActor): unknown {
  const options: unknown = Reflect.get(actor, 'options');
  return typeof options === 'object' && options !== null ? Reflect.get(options, 'input') : undefined;
}

/** The machine that it runs, or that what it runs was made of: compiled charts inherit from theirs. */
export function machineOf(actor: LiveActor): AnyStateMachine | undefined {
  const logic: unknown = Reflect.get(actor, 'logic');
  if (typeof logic !== 'object' || logic === null) return undefined;
  const root: unknown = Reflect.get(logic, 'root');
  const machine: unknown = typeof root === 'object' && root !== null ? Reflect.get(root, 'machine') : undefined;
  if (typeof machine !== 'object' || machine === null) return undefined;
  const isOfMachine = machine === logic || Object.prototype.isPrototypeOf.call(machine, logic);
  return isOfMachine ? (machine as AnyStateMachine) : undefined;
}

interface ActorSystem {
  inspect(observer: (event: never) => void): { unsubscribe(): void };
}

export function systemOf(actor: LiveActor): ActorSystem | undefined {
  const system: unknown = Reflect.get(actor, 'system');
  const canInspect = typeof system === 'object' && system !== null && 'inspect' in system;
  return canInspect ? (system as ActorSystem) : undefined;
}

/** What `_initState` and transitions have left; undefined while the actor is being made. */
export function snapshotOf(actor: LiveActor): object | undefined {
  const snapshot: unknown = Reflect.get(actor, '_snapshot');
  return typeof snapshot === 'object' && snapshot !== null ? snapshot : undefined;
}

export function statusOf(snapshot: object | undefined): unknown {
  return snapshot && Reflect.get(snapshot, 'status');
}

export function hasStarted(actor: LiveActor): boolean {
  return Reflect.get(actor, '_processingStatus') !== notStarted;
}

/** Done, failed or stopped. */
export function isOver(actor: LiveActor): boolean {
  if (Reflect.get(actor, '_processingStatus') === stopped) return true;
  const status = statusOf(snapshotOf(actor));
  return status !== undefined && status !== 'active';
}

export function isMachineSnapshot(snapshot: object | undefined): snapshot is AnyMachineSnapshot {
  return snapshot !== undefined && 'machine' in snapshot && 'value' in snapshot && '_nodes' in snapshot;
}

/** A copy: what the app does to the original changes no record. */
export function stateValueOf(snapshot: object | undefined): Value {
  return isMachineSnapshot(snapshot) ? copyValue(snapshot.value, deepestValue) : null;
}

/** Whether this is the value of the snapshot. */
export function isStateValue(snapshot: object, value: Value): boolean {
  return isMachineSnapshot(snapshot) ? isSameValue(snapshot.value, value) : value === null;
}

function isSameValue(one: unknown, other: Value): boolean {
  if (typeof one !== 'object' || one === null || typeof other !== 'object' || other === null) return one === other;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => isSameValue(Reflect.get(one, key), other[key] ?? null));
}

function copyValue(value: unknown, depth: number): Value {
  if (typeof value === 'string') return value;
  if (typeof value !== 'object' || value === null || depth === 0) return null;
  const copy: Record<string, Value> = {};
  for (const key of Object.keys(value)) copy[key] = copyValue(Reflect.get(value, key), depth - 1);
  return copy;
}

export function childrenOf(actor: LiveActor): readonly LiveActor[] {
  const snapshot = snapshotOf(actor);
  if (!isMachineSnapshot(snapshot)) return [];
  return Object.values(snapshot.children).flatMap((child) => asActor(child) ?? []);
}

/** Whether one of the active states waits for such an event: its guards were all false then, or it would have been taken. */
export function waitsFor(snapshot: AnyMachineSnapshot, type: string): boolean {
  return snapshot._nodes.some(
    (node) => node.transitions.has(type) || patternsOf(node).some((matches) => matches(type)),
  );
}

const knownPatterns = new WeakMap<AnyStateNode, readonly ((type: string) => boolean)[]>();

function patternsOf(node: AnyStateNode): readonly ((type: string) => boolean)[] {
  const known = knownPatterns.get(node);
  if (known) return known;
  const patterns = [...node.transitions.keys()].filter((key) => key === '*' || key.endsWith('.*'));
  const matchers = patterns.map((pattern) => (type: string) => {
    const prefix = pattern.slice(0, -1);
    return type.startsWith(prefix) || `${type}.` === prefix;
  });
  knownPatterns.set(node, matchers);
  return matchers;
}

function asActor(value: unknown): LiveActor | undefined {
  const isActor = typeof value === 'object' && value !== null && typeof Reflect.get(value, 'sessionId') === 'string';
  return isActor ? (value as LiveActor) : undefined;
}
