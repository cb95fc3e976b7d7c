import {
  type AnyEventObject,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  spawnChild,
  stopChild,
} from 'xstate';
import { compileAction, type Operation } from './actions.ts';
import { type ActionReference, actionsOf, asAction, entryOf, exitOf, type HistoryValue } from './internals.ts';
import type { Run } from './Run.ts';
import { EntrySet } from './topology/entering.ts';
import { leftBy, withoutConflicts } from './topology/exiting.ts';
import { Memory } from './topology/Memory.ts';
import { type Edge, historyNodesOf, initialNodesOf, isAtomic, isFinal, isWithin } from './topology/nodes.ts';

/** What taking these transitions together comes to, in one configuration. */
export interface Step {
  /** In the order of XState: exits, the transitions' own actions, entries. */
  readonly operations: readonly Operation[];
  /** The nodes that are active then, in the order in which XState would have them; undefined when they are the same as before. */
  readonly nodes: readonly AnyStateNode[] | undefined;
  /** What history states remember then; undefined when that is the same as before. */
  readonly historyValue: HistoryValue | undefined;
  /** Whether it holds whenever this configuration is met, and not for what history states remember now. */
  readonly isFixed: boolean;
}

export interface Situation {
  readonly machine: AnyStateMachine;
  readonly nodes: readonly AnyStateNode[];
  readonly historyValue: HistoryValue;
  readonly memory: Memory;
}

/** SCXML's microstep, up to where only context and event decide. */
export function planStep(transitions: readonly AnyTransitionDefinition[], situation: Situation): Step {
  return new Planner(situation).plan(transitions);
}

/** The first step of an actor: into the root, and from there into all that is initial. */
export function planBeginning(situation: Situation): Step {
  return new Planner(situation).planBeginning();
}

class Planner {
  readonly #machine: AnyStateMachine;
  readonly #memory: Memory;
  readonly #before: readonly AnyStateNode[];
  /** In the order in which they were entered. */
  readonly #nodes: Set<AnyStateNode>;
  readonly #operations: Operation[] = [];
  readonly #completed = new Set<AnyStateNode>();
  #historyValue: HistoryValue;
  #isDone = false;

  constructor({ historyValue, machine, memory, nodes }: Situation) {
    this.#machine = machine;
    this.#memory = memory;
    this.#before = nodes;
    this.#nodes = new Set(nodes);
    this.#historyValue = historyValue;
  }

  plan(transitions: readonly AnyTransitionDefinition[]): Step {
    const taken = withoutConflicts(transitions, this.#nodes, this.#memory);
    const historyBefore = this.#historyValue;
    this.#exit(taken);
    for (const transition of taken) this.#add(actionsOf(transition));
    this.#enter(taken, historyBefore === this.#historyValue);
    return this.#finish(historyBefore);
  }

  planBeginning(): Step {
    const { root } = this.#machine;
    this.#enter([{ source: root, target: initialNodesOf(root), reenter: true }], true);
    return this.#finish(this.#historyValue);
  }

  #finish(historyBefore: HistoryValue): Step {
    let nodes = [...this.#nodes];
    if (this.#isDone) {
      nodes = nodes.sort(innermostFirst);
      this.#add(nodes.flatMap(exitOf));
    }
    const historyIsSame = historyBefore === this.#historyValue;
    return {
      operations: this.#operations,
      nodes: historyIsSame && this.#hasTheSameNodes() ? undefined : nodes,
      historyValue: historyIsSame ? undefined : this.#historyValue,
      isFixed: historyIsSame && !this.#memory.isAsked,
    };
  }

  #hasTheSameNodes(): boolean {
    return this.#before.length === this.#nodes.size && this.#before.every((node) => this.#nodes.has(node));
  }

  #exit(taken: readonly AnyTransitionDefinition[]): void {
    const left = leftBy(taken, this.#nodes, this.#memory).sort(innermostFirst);
    for (const node of left) this.#remember(node);
    for (const node of left) {
      const stops: ActionReference[] = node.invoke.map(({ id }) => asAction(stopChild(id)));
      this.#add([...exitOf(node), ...stops]);
      this.#nodes.delete(node);
    }
  }

  #remember(left: AnyStateNode): void {
    for (const history of historyNodesOf(left)) {
      const isRemembered = (node: AnyStateNode): boolean =>
        history.history === 'deep' ? isAtomic(node) && isWithin(node, left) : node.parent === left;
      this.#historyValue = { ...this.#historyValue, [history.id]: [...this.#nodes].filter(isRemembered) };
    }
  }

  #enter(taken: readonly Edge[], historyIsSame: boolean): void {
    // What was left a moment ago is remembered already.
    const memory = historyIsSame ? this.#memory : new Memory(this.#historyValue);
    const { byDefault, nodes } = new EntrySet(taken, memory);
    for (const node of [...nodes].sort(outermostFirst)) {
      this.#nodes.add(node);
      this.#enterOne(node, byDefault.has(node));
      if (node.type === 'final') this.#complete(node);
    }
  }

  #enterOne(node: AnyStateNode, isByDefault: boolean): void {
    const invokes: ActionReference[] = node.invoke.map((definition) => {
      const { onSnapshot, src } = definition;
      return asAction(spawnChild(src as string, { ...definition, syncSnapshot: onSnapshot !== undefined } as never));
    });
    const ids = node.invoke.map(({ id }) => id);
    const initial = isByDefault ? actionsOf(node.initial) : [];
    if (ids.length > 0) this.#operations.push((run) => run.defer(ids));
    this.#add([...entryOf(node), ...invokes, ...initial]);
    if (ids.length > 0) this.#operations.push((run) => run.retry());
  }

  /** A final state is entered: which states are complete by it follows from the nodes, and what they say from the run. */
  #complete(node: AnyStateNode): void {
    const { parent } = node;
    let ancestor = parent?.type === 'parallel' ? parent : parent?.parent;
    let completed = ancestor ?? node;
    if (parent?.type === 'compound') this.#announce(parent, node);
    while (ancestor?.type === 'parallel' && !this.#completed.has(ancestor) && isFinal(this.#nodes, ancestor)) {
      this.#completed.add(ancestor);
      this.#announce(ancestor);
      completed = ancestor;
      ancestor = ancestor.parent;
    }
    if (ancestor) return;
    this.#isDone = true;
    const { root } = this.#machine;
    this.#operations.push((run) => run.finish(outputOf(root, completed, run)));
  }

  #announce({ id }: AnyStateNode, final?: AnyStateNode): void {
    const type = `xstate.done.state.${id}`;
    const mapper: unknown = final?.output;
    this.#operations.push((run) => {
      run.queue.push({ type, output: mapper === undefined ? undefined : resolve(mapper, run, run.event) });
    });
  }

  #add(actions: readonly ActionReference[]): void {
    for (const action of actions) this.#operations.push(compileAction(action, this.#machine));
  }
}

function innermostFirst(a: AnyStateNode, b: AnyStateNode): number {
  return b.order - a.order;
}

function outermostFirst(a: AnyStateNode, b: AnyStateNode): number {
  return a.order - b.order;
}

/** The output of the machine, which its root makes of what the completed state says. */
function outputOf(root: AnyStateNode, completed: AnyStateNode, run: Run): unknown {
  if (root.output === undefined) return undefined;
  const said =
    completed.output !== undefined && completed.parent ? resolve(completed.output, run, run.event) : undefined;
  return resolve(root.output, run, { type: `xstate.done.state.${completed.id}`, output: said });
}

function resolve(mapper: unknown, { context, scope }: Run, event: AnyEventObject): unknown {
  return typeof mapper === 'function' ? mapper({ context, event, self: scope.self }) : mapper;
}
