import type { AnyActorRef, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import {
  type ActionReference,
  type AssignArguments,
  type AssignDefinition,
  actionOf,
  actorOf,
  type BuiltinAction,
  isAssign,
  isBuiltinAction,
  isSpawn,
  type SpawnDefinition,
} from './internals.ts';
import { stopped } from './light/internals.ts';
import { asRef, LightActor } from './light/LightActor.ts';
import type { Executable, Run } from './Run.ts';
import { returnsWholeContext } from './wholeContext.ts';

/** One thing to do in a step. */
export type Operation = (run: Run) => void;

type ReadParams = (run: Run) => unknown;

/** An action as XState resolves and executes it, with everything looked up that can be looked up before. */
export function compileAction(action: ActionReference, machine: AnyStateMachine): Operation {
  const found = typeof action === 'function' ? action : actionOf(machine, nameOf(action));
  const params = paramsOf(action);
  if (!isBuiltinAction(found)) return compileCustom({ type: nameOf(action), exec: found }, params);
  if (isAssign(found)) return compileAssign(found, params);
  const operate = compileBuiltin(found, params, machine);
  return isSpawn(found) ? compileSpawn(found, machine, operate) : operate;
}

function nameOf(action: ActionReference): string {
  if (typeof action === 'string') return action;
  return typeof action === 'function' ? action.name || '(anonymous)' : action.type;
}

function paramsOf(action: ActionReference): ReadParams | undefined {
  if (typeof action !== 'object' || !('params' in action)) return undefined;
  const { params } = action;
  return typeof params === 'function'
    ? ({ context, event }): unknown => params({ context, event })
    : (): unknown => params;
}

function compileCustom(action: Executable, readParams: ReadParams | undefined): Operation {
  return (run) => run.execute(action, run.args(), readParams?.(run));
}

function compileAssign(action: BuiltinAction & AssignDefinition, readParams: ReadParams | undefined): Operation {
  const { assignment } = action;
  const update =
    typeof assignment === 'function'
      ? assignment
      : (args: AssignArguments, params: unknown) => assignEach(assignment, args, params);
  const isWhole = returnsWholeContext(assignment);
  return (run) => {
    const { context, event } = run;
    if (!context) {
      throw new Error('Cannot assign to undefined `context`. Ensure that `context` is defined in the machine config.');
    }
    const { self, system } = run.scope;
    const spawner = new Spawner(run, action);
    const { spawn } = spawner;
    const changes = update({ context, event, spawn, self, system }, readParams?.(run));
    const next = isWhole && changes ? changes : Object.assign({}, context, changes);
    run.assign(next, spawner.childrenBesides(run.children));
  };
}

/** `spawn` of an assignment. XState makes it for each; hardly any asks for it, so it is XState's own that is made when it is called first. */
class Spawner {
  readonly #run: Run;
  readonly #action: BuiltinAction;
  #spawned: Record<string, AnyActorRef> | undefined;
  #spawn: Spawn | undefined;

  constructor(run: Run, action: BuiltinAction) {
    this.#run = run;
    this.#action = action;
  }

  readonly spawn: Spawn = (src, options) => {
    this.#spawn ??= this.#borrow();
    const actor = this.#spawn(src, options);
    this.#spawned = { ...this.#spawned, [actor.id]: actor };
    return actor;
  };

  childrenBesides(children: AnyMachineSnapshot['children']): AnyMachineSnapshot['children'] {
    return this.#spawned ? { ...children, ...this.#spawned } : children;
  }

  #borrow(): Spawn {
    const { queue: internalQueue, scope, snapshot } = this.#run;
    let borrowed: unknown;
    const assignment = ({ spawn }: AssignArguments): object => {
      borrowed = spawn;
      return {};
    };
    const extra = { internalQueue, deferredActorIds: undefined };
    this.#action.resolve(scope, snapshot, this.#run.args(), undefined, { assignment }, extra);
    return borrowed as Spawn;
  }
}

/** A light actor has light children. */
function compileSpawn(
  action: BuiltinAction & SpawnDefinition,
  machine: AnyStateMachine,
  ofXState: Operation,
): Operation {
  const logic = actorOf(machine, action.src);
  const { input, src, syncSnapshot, systemId, type } = action;
  return (run) => {
    const parent: unknown = run.scope.self;
    if (!logic || !(parent instanceof LightActor)) return ofXState(run);
    const args = run.args();
    const { context, event, self } = args;
    const id = typeof action.id === 'function' ? action.id(args) : action.id;
    const given: unknown = typeof input === 'function' ? input({ context, event, self }) : input;
    const child = new LightActor(logic, { id, src, parent, syncSnapshot, systemId, input: given });
    const actorRef = asRef(child);
    run.assign(run.context, { ...run.children, [id]: actorRef });
    const start = (): void => parent.defer(() => void (child._processingStatus === stopped || child.start()));
    run.execute({ type, exec: start }, args, { id: action.id, systemId, actorRef, src, input: given });
  };
}

type Spawn = (src: unknown, options?: unknown) => AnyActorRef;

function assignEach(assignment: object, args: AssignArguments, params: unknown): object {
  const changes: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(assignment))
    changes[key] = typeof value === 'function' ? value(args, params) : value;
  return changes;
}

/** A built-in action does itself what it has to do; only where it is looked up, and its params, are known before. */
function compileBuiltin(
  action: BuiltinAction,
  readParams: ReadParams | undefined,
  machine: AnyStateMachine,
): Operation {
  return (run) => {
    const { deferredActorIds, queue: internalQueue, scope } = run;
    const args = run.args();
    const extra = { internalQueue, deferredActorIds };
    const [next, resolved, inner] = action.resolve(scope, run.snapshot, args, readParams?.(run), action, extra);
    run.take(next);
    if (deferredActorIds && 'retryResolve' in action) run.retryLater(action, resolved);
    const { execute, type } = action;
    if (execute) run.execute({ type, exec: () => execute(scope, resolved) }, args, resolved);
    for (const one of inner ?? []) compileAction(one, machine)(run);
  };
}
