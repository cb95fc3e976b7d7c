import type { AnyEventObject, AnyMachineSnapshot, AnyStateNode, AnyTransitionDefinition } from 'xstate';
import { initialNodes, passedOver, passedOverIn } from '../chart/attempts.ts';
import type { ChartTree } from '../chart/ChartTree.ts';
import type { Chart } from '../chart/index.ts';
import { type Before, takenOf } from '../chart/taken.ts';
import { goalOf } from './goals.ts';

/** An event that the machine has scheduled for itself: an `after`, a delayed `raise`. */
export interface ArmedTimer {
  readonly id: string;
  readonly event: AnyEventObject;
  readonly remainingMs: number;
}

/** Where a machine rests. */
export interface Moment {
  readonly snapshot: AnyMachineSnapshot;
  /** The next one first. */
  readonly timers: readonly ArmedTimer[];
  /** The ids of the transitions that were taken last. */
  readonly last: readonly string[];
}

/** What one input has brought about. */
export interface Happening {
  readonly moment: Moment;
  /** The ids of the transitions that it took, in their order. */
  readonly taken: readonly string[];
  /** All that it has covered: transitions, outcomes of guards, pairs. */
  readonly goals: ReadonlySet<string>;
}

interface Charted {
  readonly chart: Chart;
  readonly tree: ChartTree;
}

/** What the steps of one input tell. */
export class Trace {
  readonly #chart: Chart;
  readonly #tree: ChartTree;
  readonly #taken: string[] = [];
  readonly #goals = new Set<string>();
  readonly sent: AnyEventObject[] = [];
  /** Whether what the machine sends to itself is left to others. */
  isAlone = false;
  timers: readonly ArmedTimer[];
  #last: readonly string[];
  #active: readonly AnyStateNode[];
  #historyValue: Before['historyValue'];

  constructor({ chart, tree }: Charted, from: Moment | undefined) {
    this.#chart = chart;
    this.#tree = tree;
    this.timers = from?.timers ?? [];
    this.#last = from?.last ?? [];
    this.#active = from?.snapshot._nodes ?? [];
    this.#historyValue = from?.snapshot.historyValue ?? {};
  }

  microstep(
    event: AnyEventObject,
    snapshot: AnyMachineSnapshot,
    transitions: readonly AnyTransitionDefinition[],
  ): void {
    if (this.#active.length === 0) this.#active = initialNodes(snapshot.machine.root);
    const enabled = transitions.filter((definition) => this.#chart.find(definition) !== undefined);
    const step = { active: this.#active, eventType: event.type, taken: enabled };
    for (const definition of passedOverIn(step)) this.#note(goalOf.failed, definition);
    for (const definition of enabled) this.#note(goalOf.held, definition);
    const before = { active: this.#active, historyValue: this.#historyValue };
    const known = enabled.flatMap((definition) => this.#chart.find(definition) ?? []);
    const ids = takenOf(this.#tree, known, before).map(({ id }) => id);
    this.#active = snapshot._nodes;
    this.#historyValue = snapshot.historyValue;
    if (ids.length === 0) return;
    for (const id of ids) this.#goals.add(goalOf.taken(id));
    for (const before of this.#last) for (const id of ids) this.#goals.add(goalOf.pair(before, id));
    this.#taken.push(...ids);
    this.#last = ids;
  }

  rest(snapshot: AnyMachineSnapshot): void {
    this.#active = snapshot._nodes;
    if (snapshot.status !== 'active') {
      this.timers = [];
      return;
    }
    for (const definition of passedOver({ active: this.#active, eventType: '', taken: [] })) {
      this.#note(goalOf.failed, definition);
    }
  }

  end(snapshot: AnyMachineSnapshot): Happening {
    const moment = { snapshot, timers: this.timers, last: this.#last };
    return { moment, taken: this.#taken, goals: this.#goals };
  }

  arm(timer: ArmedTimer): void {
    const others = this.timers.filter(({ id }) => id !== timer.id);
    const place = others.findIndex(({ remainingMs }) => remainingMs > timer.remainingMs);
    this.timers = others.toSpliced(place === -1 ? others.length : place, 0, timer);
  }

  /** The same for the same timers, so that two ways to one state have one key. */
  freeId(eventType: string): string {
    const ids = new Set(this.timers.map(({ id }) => id));
    let number = 0;
    while (ids.has(`${eventType} #${number}`)) number += 1;
    return `${eventType} #${number}`;
  }

  disarm(timerId: string): void {
    this.timers = this.timers.filter(({ id }) => id !== timerId);
  }

  pass(ms: number): void {
    this.timers = this.timers.map((timer) => ({ ...timer, remainingMs: timer.remainingMs - ms }));
  }

  #note(goal: (id: string) => string, definition: AnyTransitionDefinition): void {
    const transition = this.#chart.find(definition);
    if (transition && transition.guard !== null) this.#goals.add(goal(transition.id));
  }
}
