import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateNode, StateValue } from 'xstate';
import {
  type ActionArguments,
  type ActionFunction,
  type BuiltinAction,
  executesAtOnce,
  type HistoryValue,
  mayBeInspected,
  tellInspectors,
} from './internals.ts';
import { isDevelopmentBuild } from './isDevelopmentBuild.ts';

/** What a snapshot says of the states that are active. All snapshots of a configuration share it. */
export interface Place {
  readonly nodes: AnyStateNode[];
  readonly value: StateValue;
  readonly tags: Set<string>;
}

/** What XState calls an executable action. */
export interface Executable {
  readonly type: string;
  /** Undefined where nothing is provided under the name. */
  readonly exec: ActionFunction | undefined;
}

/** One macrostep under way: what it has come to so far. */
export class Run {
  readonly scope: AnyActorScope;
  /** Events that were raised, and are handled before anything that is sent. */
  readonly queue: AnyEventObject[] = [];
  /** What is handled now. */
  event: AnyEventObject;
  #retries: (readonly [action: BuiltinAction, params: unknown])[] | undefined;
  readonly #executesAtOnce: boolean;
  #deferredActorIds: readonly string[] | undefined;
  /** The last one made; what it says of context, children and status holds until something is changed. */
  #snapshot: AnyMachineSnapshot;
  #context: AnyMachineSnapshot['context'];
  #children: AnyMachineSnapshot['children'];
  #status: AnyMachineSnapshot['status'];
  #output: unknown;
  #error: unknown;
  #isChanged = false;

  constructor(snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope) {
    this.event = event;
    this.scope = scope;
    this.#snapshot = snapshot;
    this.#context = snapshot.context;
    this.#children = snapshot.children;
    this.#status = snapshot.status;
    this.#output = snapshot.output;
    this.#error = snapshot.error;
    // The development build warns where a built-in action is called within another, and knows only of those that it executes.
    this.#executesAtOnce = !isDevelopmentBuild && executesAtOnce(scope);
  }

  /** As XState would have it now. The same as before while nothing has changed. */
  get snapshot(): AnyMachineSnapshot {
    if (this.#isChanged) this.#renew(this.#snapshot, this.#snapshot.historyValue);
    return this.#snapshot;
  }

  /** What history states remember. No action changes it. */
  get historyValue(): HistoryValue {
    return this.#snapshot.historyValue as HistoryValue;
  }

  get context(): AnyMachineSnapshot['context'] {
    return this.#context;
  }

  get children(): AnyMachineSnapshot['children'] {
    return this.#children;
  }

  get isActive(): boolean {
    return this.#status === 'active';
  }

  args(): ActionArguments {
    const { self, system } = this.scope;
    return { context: this.#context, event: this.event, self, system };
  }

  execute({ exec, type }: Executable, args: ActionArguments, params: unknown): void {
    if (!this.#executesAtOnce) return this.scope.actionExecutor({ type, info: args, params, exec } as never);
    if (mayBeInspected(this.scope)) {
      tellInspectors(this.scope, { type: '@xstate.action', actorRef: this.scope.self, action: { type, params } });
    }
    exec?.(args, params);
  }

  assign(context: AnyMachineSnapshot['context'], children: AnyMachineSnapshot['children']): void {
    this.#context = context;
    this.#children = children;
    this.#isChanged = true;
  }

  /** Actors that the state which is being entered invokes: what is sent to them waits until they are there. */
  get deferredActorIds(): readonly string[] | undefined {
    return this.#deferredActorIds;
  }

  defer(actorIds: readonly string[]): void {
    this.#deferredActorIds = actorIds;
  }

  /** The actors are there that the state which was entered invokes. */
  retry(): void {
    const { scope, snapshot } = this;
    const retries = this.#retries ?? [];
    this.#retries = undefined;
    this.#deferredActorIds = undefined;
    for (const [action, params] of retries) action.retryResolve?.(scope, snapshot, params);
  }

  /** Asked again once the actors are there that the state which is being entered invokes. */
  retryLater(action: BuiltinAction, params: unknown): void {
    this.#retries ??= [];
    this.#retries.push([action, params]);
  }

  /** What a built-in action has made of `snapshot`. */
  take(next: AnyMachineSnapshot): void {
    if (next === this.#snapshot) return;
    this.#snapshot = next;
    this.#context = next.context;
    this.#children = next.children;
  }

  finish(output: unknown): void {
    this.#status = 'done';
    this.#output = output;
    this.#isChanged = true;
  }

  fail(error: unknown): void {
    this.#status = 'error';
    this.#error = error;
    this.#isChanged = true;
  }

  move({ nodes, tags, value }: Place, historyValue: HistoryValue): void {
    this.#renew({ _nodes: nodes, tags, value }, historyValue);
  }

  /** Field by field in the order of XState, which makes all of it anew each time. */
  #renew(place: Pick<AnyMachineSnapshot, '_nodes' | 'value' | 'tags'>, historyValue: HistoryValue): void {
    const { can, getMeta, hasTag, machine, matches, toJSON } = this.#snapshot;
    this.#isChanged = false;
    this.#snapshot = {
      status: this.#status,
      output: this.#output,
      error: this.#error,
      machine,
      context: this.#context,
      _nodes: place._nodes,
      value: place.value,
      tags: place.tags,
      children: this.#children,
      historyValue,
      matches,
      hasTag,
      can,
      getMeta,
      toJSON,
    } as AnyMachineSnapshot;
  }
}
