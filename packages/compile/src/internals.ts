import type {
  AnyActorLogic,
  AnyActorRef,
  AnyActorScope,
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';

/**
 * What we use of XState 5.33 that is not public. All of it stands here and in `topology/`; the tests compare each of these with what
 * the interpreter does.
 */

/** An action as a chart has it: a function, a name, or a name with parameters. */
export type ActionReference = string | NamedReference | ActionFunction;
/** A guard, likewise. */
export type GuardReference = string | NamedReference | GuardFunction;

export interface NamedReference {
  readonly type: string;
  readonly params?: unknown;
}

export interface ActionArguments {
  readonly context: unknown;
  readonly event: AnyEventObject;
  readonly self: AnyActorRef;
  readonly system: AnyActorScope['system'];
}

export type ActionFunction = (args: ActionArguments, params: unknown) => unknown;

/** What `assign`, `raise`, `sendTo` and their like return: XState asks them what they come to, and then to do it. */
export interface BuiltinAction extends ActionFunction {
  readonly type: string;
  readonly resolve: (
    scope: AnyActorScope,
    snapshot: AnyMachineSnapshot,
    args: ActionArguments,
    params: unknown,
    action: BuiltinAction | AssignDefinition,
    extra: Extra,
  ) => readonly [snapshot: AnyMachineSnapshot, params: unknown, actions: readonly ActionReference[] | undefined];
  readonly retryResolve?: (scope: AnyActorScope, snapshot: AnyMachineSnapshot, params: unknown) => void;
  readonly execute?: (scope: AnyActorScope, params: unknown) => void;
}

/** What `spawnChild` is made of. */
export interface SpawnDefinition {
  readonly id: string | ((args: ActionArguments) => string);
  readonly src: unknown;
  readonly systemId: string | undefined;
  readonly input: unknown;
  readonly syncSnapshot: boolean | undefined;
}

/** What `assign` is made of. */
export interface AssignDefinition {
  readonly assignment: ((args: AssignArguments, params: unknown) => object) | Readonly<Record<string, unknown>>;
}

export interface AssignArguments extends ActionArguments {
  readonly spawn: unknown;
}

export interface Extra {
  readonly internalQueue: AnyEventObject[];
  /** Ids of actors that are invoked by the state which is being entered. */
  readonly deferredActorIds: readonly string[] | undefined;
}

export interface GuardArguments {
  readonly context: unknown;
  readonly event: AnyEventObject;
}

export type GuardFunction = (args: GuardArguments, params: unknown) => boolean;

/** What `not`, `and`, `or` and `stateIn` return. */
export interface BuiltinGuard extends GuardFunction {
  readonly check: (snapshot: AnyMachineSnapshot, args: GuardArguments, guard: BuiltinGuard) => boolean;
  readonly guards?: readonly GuardReference[];
}

/** The nodes that were left last, by the id of the history state that remembers them. */
export type HistoryValue = Readonly<Record<string, readonly AnyStateNode[]>>;

export function isBuiltinAction(action: ActionFunction | undefined): action is BuiltinAction {
  return action !== undefined && 'resolve' in action;
}

export function isAssign(action: BuiltinAction): action is BuiltinAction & AssignDefinition {
  return action.type === 'xstate.assign' && 'assignment' in action;
}

export function isSpawn(action: BuiltinAction): action is BuiltinAction & SpawnDefinition {
  return action.type === 'xstate.spawnChild' && 'src' in action;
}

export function isBuiltinGuard(guard: GuardFunction): guard is BuiltinGuard {
  return 'check' in guard;
}

export function actionOf(machine: AnyStateMachine, name: string): ActionFunction | undefined {
  return Reflect.get(machine.implementations.actions, name);
}

export function guardOf(machine: AnyStateMachine, name: string): GuardReference | undefined {
  return Reflect.get(machine.implementations.guards, name);
}

/** By its name, or by its place in the chart where it was invoked without one. */
export function actorOf(machine: AnyStateMachine, src: unknown): AnyActorLogic | undefined {
  if (typeof src !== 'string') return src as AnyActorLogic | undefined;
  const [, index, nodeId] = /^xstate\.invoke\.(\d+)\.(.*)/.exec(src) ?? [];
  if (nodeId === undefined) return machine.implementations.actors[src] as AnyActorLogic | undefined;
  const invoked: unknown = machine.getStateNodeById(nodeId).config.invoke;
  return Reflect.get(Object(Array.isArray(invoked) ? invoked[Number(index)] : invoked), 'src');
}

/** What XState's own action makers return is called by its own name here. */
export function asAction(action: unknown): ActionReference {
  return action as ActionReference;
}

export function actionsOf({ actions }: Pick<AnyTransitionDefinition, 'actions'>): readonly ActionReference[] {
  return actions as readonly ActionReference[];
}

export function entryOf({ entry }: AnyStateNode): readonly ActionReference[] {
  return entry as readonly ActionReference[];
}

export function exitOf({ exit }: AnyStateNode): readonly ActionReference[] {
  return exit as readonly ActionReference[];
}

/** For inspectors; XState looks by itself whether there is one. Here and below by property, and not by `Reflect`: it is asked at each event. */
export function tellInspectors({ system }: AnyActorScope, event: object): void {
  (system as object as InternalSystem)._sendInspectionEvent?.(event);
}

/** Whether anybody may look. XState's own system does not say. */
export function mayBeInspected({ system }: AnyActorScope): boolean {
  return (system as object as InternalSystem).isInspected !== false;
}

interface InternalSystem {
  readonly isInspected?: boolean;
  readonly _sendInspectionEvent?: (event: object) => void;
}

/** An actor that is running, in its own scope, executes its actions at once; any other scope decides by itself. */
export function executesAtOnce(scope: AnyActorScope): boolean {
  const self = scope.self as object as InternalActor;
  return self._processingStatus === running && self._actorScope === scope;
}

interface InternalActor {
  readonly _processingStatus?: number;
  readonly _actorScope?: AnyActorScope;
}

const running = 1;
