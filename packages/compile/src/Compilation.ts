import {
  type AnyActorRef,
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type AnyStateNode,
  type AnyTransitionDefinition,
  assign,
  stopChild,
} from 'xstate';
import { compileAction, type Operation } from './actions.ts';
import { Configuration } from './Configuration.ts';
import { type AssignArguments, asAction, mayBeInspected, tellInspectors } from './internals.ts';
import { Run } from './Run.ts';
import { planBeginning, type Step } from './Step.ts';
import { Memory } from './topology/Memory.ts';
import { returnsWholeContext, wholeContext } from './wholeContext.ts';

/** Regions multiply: of a chart with many of them not all configurations are remembered. */
const maxConfigurations = 10_000;

/**
 * A machine's macrostep.
 *
 * M1. It does what XState's `macrostep` does, in its order: what is chosen, what is executed, what inspectors are told.
 * M2. What depends on the configuration alone is found out once. Context, event and what history states remember do not belong to it.
 * M3. It keeps nothing between two macrosteps but what M2 says, so that one compilation serves any number of actors.
 * M4. Two configurations are one when they have the same nodes in the same order: XState goes through regions in the order in which
 *     they were entered.
 */
export class Compilation {
  readonly #machine: AnyStateMachine;
  readonly #configurations = new Map<string, Configuration>();
  readonly #byNodes = new WeakMap<readonly AnyStateNode[], Configuration>();
  #first: Step | undefined;
  #blank: AnyMachineSnapshot | undefined;
  #makeContext: Operation | undefined;

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
  }

  /** The snapshot after `event` and after all that was raised by it. */
  macrostep(snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope): AnyMachineSnapshot {
    const start = this.#configurationOf(snapshot._nodes);
    const transitions = start.select(snapshot, event);
    const isNothing = transitions.length === 0;
    const isFailure = isNothing && event.type.startsWith('xstate.error.actor');
    const isSettled = snapshot.status === 'active' && !start.hasEventless;
    if (isNothing && !isFailure && isSettled) {
      if (mayBeInspected(scope)) tellOfStep({ event, scope, snapshot }, noTransitions);
      return snapshot;
    }
    const run = new Run(snapshot, event, scope);
    if (isFailure) return this.#fail(run);
    this.#settle(run, this.#take(transitions, run, start));
    const end = run.snapshot;
    if (end.status !== 'active') this.#stopChildren(run);
    return end;
  }

  /** What happens by itself first, then what was raised, one after the other, until there is nothing left. */
  #settle(run: Run, start: Configuration): void {
    const maxIterations = this.#machine.options?.maxIterations ?? Number.POSITIVE_INFINITY;
    let place = start;
    let mayHaveEventless = true;
    for (let iterations = 1; run.isActive; iterations += 1) {
      if (iterations > maxIterations) throw endlessError(maxIterations);
      const before = run.snapshot;
      let transitions: readonly AnyTransitionDefinition[] = mayHaveEventless
        ? place.selectEventless(before, run.event)
        : noTransitions;
      const previous: AnyMachineSnapshot | undefined = transitions.length > 0 ? before : undefined;
      if (transitions.length === 0) {
        const raised = run.queue.shift();
        if (raised === undefined) return;
        run.event = raised;
        transitions = place.select(before, raised);
      }
      place = this.#take(transitions, run, place);
      // One that has changed nothing would be taken for ever.
      mayHaveEventless = run.snapshot !== previous;
    }
  }

  /**
   * The first snapshot of an actor of `machine`, after all that happens by itself. Whatever throws on the way is in it: XState makes it when
   * the actor is made, and tells of it when that is started.
   */
  begin(machine: AnyStateMachine & PreInitial, scope: AnyActorScope, input: unknown): AnyMachineSnapshot {
    const event = { type: 'xstate.init', input };
    this.#blank ??= blankOf(machine, scope, event);
    const { context } = machine.config;
    const given = context && typeof context !== 'function' ? context : {};
    let before = { ...this.#blank, machine, context: given } as AnyMachineSnapshot;
    try {
      const run = new Run(before, event, scope);
      if (typeof context === 'function') {
        this.#makeContext ??= compileAction(asAction(assign(contextOf(context as MakeContext))), machine);
        this.#makeContext(run);
        before = run.snapshot;
      }
      this.#settle(run, this.#beginning(run));
      const end = run.snapshot;
      if (end.status !== 'active') this.#stopChildren(run);
      return end;
    } catch (error) {
      return broken(before, error, scope);
    }
  }

  #beginning(run: Run): Configuration {
    const { historyValue, _nodes: nodes } = run.snapshot;
    const situation = { machine: this.#machine, nodes, historyValue, memory: new Memory(historyValue) };
    // Nothing is remembered yet, so that it is always the same.
    this.#first ??= planBeginning(situation);
    const step = this.#first;
    for (const operate of step.operations) operate(run);
    const place = this.#intern(step.nodes ?? nodes);
    run.move(place, historyValue);
    return place;
  }

  /** A child has failed, and nobody handles it. */
  #fail(run: Run): AnyMachineSnapshot {
    this.#stopChildren(run);
    run.fail(Reflect.get(run.event, 'error'));
    if (mayBeInspected(run.scope)) tellOfStep(run, noTransitions);
    return run.snapshot;
  }

  #take(transitions: readonly AnyTransitionDefinition[], run: Run, place: Configuration): Configuration {
    let next = place;
    if (transitions.length > 0) {
      const { historyValue } = run;
      const step = place.step(transitions, historyValue);
      for (const operate of step.operations) operate(run);
      if (step.nodes) {
        step.target ??= this.#intern(step.nodes);
        next = step.target;
        run.move(next, step.historyValue ?? historyValue);
      }
    }
    if (mayBeInspected(run.scope)) tellOfStep(run, transitions);
    return next;
  }

  #stopChildren(run: Run): void {
    for (const child of Object.values<AnyActorRef>(run.children))
      compileAction(asAction(stopChild(child)), this.#machine)(run);
  }

  #configurationOf(nodes: readonly AnyStateNode[]): Configuration {
    const known = this.#byNodes.get(nodes);
    if (known) return known;
    const configuration = this.#intern(nodes);
    this.#byNodes.set(nodes, configuration);
    return configuration;
  }

  /** M4. */
  #intern(nodes: readonly AnyStateNode[]): Configuration {
    const key = nodes.map(({ order }) => order).join();
    const known = this.#configurations.get(key);
    if (known) return known;
    const configuration = new Configuration(this.#machine, nodes);
    if (this.#configurations.size < maxConfigurations) this.#configurations.set(key, configuration);
    this.#byNodes.set(configuration.nodes, configuration);
    return configuration;
  }
}

/** Of a machine that is being started; XState's own. */
interface PreInitial {
  _getPreInitialState(scope: AnyActorScope, event: AnyEventObject, queue: AnyEventObject[]): AnyMachineSnapshot;
}

function broken(snapshot: AnyMachineSnapshot, error: unknown, scope: AnyActorScope): AnyMachineSnapshot {
  const run = new Run(snapshot, { type: 'xstate.init' }, scope);
  run.fail(error);
  return run.snapshot;
}

type MakeContext = (args: { readonly spawn: unknown; readonly input: unknown; readonly self: unknown }) => object;

function contextOf(make: MakeContext): (args: never) => object {
  const assignment = ({ event, self, spawn }: AssignArguments): object =>
    make({ spawn, input: Reflect.get(event, 'input'), self });
  return returnsWholeContext(make) ? wholeContext(assignment) : assignment;
}

/** What every actor is before anything has happened, its context not made yet. XState makes all of it anew for each. */
function blankOf(
  machine: AnyStateMachine & PreInitial,
  scope: AnyActorScope,
  event: AnyEventObject,
): AnyMachineSnapshot {
  const bare: PreInitial = Object.create(machine, { config: { value: { ...machine.config, context: {} } } });
  const blank = bare._getPreInitialState(scope, event, []);
  // All actors have these until there is something in their own.
  return { ...blank, children: Object.freeze({}), historyValue: Object.freeze({}) } as AnyMachineSnapshot;
}

const noTransitions: readonly AnyTransitionDefinition[] = [];

/** To be called where somebody may be told. */
function tellOfStep(
  { event, scope, snapshot }: Pick<Run, 'event' | 'scope' | 'snapshot'>,
  transitions: readonly AnyTransitionDefinition[],
): void {
  const actorRef = scope.self;
  tellInspectors(scope, { type: '@xstate.microstep', actorRef, event, snapshot, _transitions: transitions });
}

function endlessError(maxIterations: number): Error {
  return new Error(
    `Infinite loop detected: the machine has processed more than ${maxIterations} microsteps without reaching a stable state. This usually happens when there's a cycle of transitions (e.g., eventless transitions or raised events causing state A -> B -> C -> A).`,
  );
}
