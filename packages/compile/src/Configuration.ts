import type {
  AnyEventObject,
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
} from 'xstate';
import type { HistoryValue } from './internals.ts';
import type { Place } from './Run.ts';
import { planStep, type Step } from './Step.ts';
import { type Choice, choiceOf, eventlessOf, firstOf, select } from './selection.ts';
import { withoutConflicts } from './topology/exiting.ts';
import { Memory } from './topology/Memory.ts';
import { stateValueOf } from './topology/stateValue.ts';

/** Event types are the app's, and may be without end: those that no transition is for are not all remembered. */
const maxEventTypes = 1_000;

const noTransitions: readonly AnyTransitionDefinition[] = [];

/**
 * The nodes that are active together, and what is known of them: which transitions an event may take, and what taking them comes to.
 * All of it is found out when it is first asked for.
 */
export class Configuration implements Place {
  readonly nodes: AnyStateNode[];
  readonly value: Place['value'];
  readonly tags: Set<string>;
  /** Whether anything happens here by itself. */
  readonly hasEventless: boolean;
  readonly #machine: AnyStateMachine;
  readonly #eventless: ReturnType<typeof eventlessOf>;
  readonly #choices = new Map<string, Choice>();
  /** Of one transition, and of several by their places among those that were ever taken together. */
  readonly #steps = new Map<AnyTransitionDefinition, PlannedStep>();
  readonly #jointSteps = new Map<string, PlannedStep>();
  readonly #places = new Map<AnyTransitionDefinition, number>();

  constructor(machine: AnyStateMachine, nodes: readonly AnyStateNode[]) {
    this.#machine = machine;
    this.nodes = [...nodes];
    this.value = stateValueOf(machine.root, nodes);
    this.tags = new Set(nodes.flatMap(({ tags }) => tags));
    this.#eventless = eventlessOf(nodes);
    this.hasEventless = this.#eventless.length > 0;
  }

  select(snapshot: AnyMachineSnapshot, event: AnyEventObject): readonly AnyTransitionDefinition[] {
    let choice = this.#choices.get(event.type);
    if (choice === undefined) {
      choice = choiceOf(this.#machine.root, this.value, event.type);
      if (this.#choices.size < maxEventTypes) this.#choices.set(event.type, choice);
    }
    return select(choice, snapshot, event);
  }

  selectEventless(snapshot: AnyMachineSnapshot, event: AnyEventObject): readonly AnyTransitionDefinition[] {
    if (!this.hasEventless) return noTransitions;
    const enabled = new Set<AnyTransitionDefinition>();
    for (const candidates of this.#eventless) {
      const transition = firstOf(candidates, snapshot, event);
      if (transition) enabled.add(transition);
    }
    return withoutConflicts([...enabled], new Set(this.nodes), new Memory(snapshot.historyValue));
  }

  /** What taking these comes to. */
  step(transitions: readonly AnyTransitionDefinition[], historyValue: HistoryValue): PlannedStep {
    const [only] = transitions;
    if (only !== undefined && transitions.length === 1) {
      const known = this.#steps.get(only);
      if (known) return known;
      const step = this.#plan(transitions, historyValue);
      if (step.isFixed) this.#steps.set(only, step);
      return step;
    }
    const key = transitions.map((transition) => this.#placeOf(transition)).join();
    const known = this.#jointSteps.get(key);
    if (known) return known;
    const step = this.#plan(transitions, historyValue);
    if (step.isFixed) this.#jointSteps.set(key, step);
    return step;
  }

  #plan(transitions: readonly AnyTransitionDefinition[], historyValue: HistoryValue): PlannedStep {
    const memory = new Memory(historyValue);
    const situation = { machine: this.#machine, nodes: this.nodes, historyValue, memory };
    return { ...planStep(transitions, situation), target: undefined };
  }

  #placeOf(transition: AnyTransitionDefinition): number {
    const place = this.#places.get(transition) ?? this.#places.size;
    this.#places.set(transition, place);
    return place;
  }
}

/** A step that knows where it leads once it was taken. */
export interface PlannedStep extends Step {
  target: Configuration | undefined;
}
