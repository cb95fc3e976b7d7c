import { Chart } from '@holdfast/chart';
import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  AnyStateNode,
  AnyTransitionDefinition,
  InspectionEvent,
} from 'xstate';
import { initialNodes, passedOver, passedOverIn } from './attempts.ts';
import { ChartTree } from './ChartTree.ts';
import {
  type CoverageCounts,
  CoverageMismatchError,
  type CoverageReport,
  CoverageTooLowError,
  failuresUnder,
  findStranger,
  type RecordedCoverage,
  reportCoverage,
  type Thresholds,
} from './coverageReport.ts';
import { isOfMachine } from './isOfMachine.ts';
import { pairOf } from './possiblePairs.ts';
import { type Before, takenOf } from './taken.ts';

/** What a run has told so far of one actor. */
interface Watched {
  active: readonly AnyStateNode[];
  historyValue: Before['historyValue'];
  last: readonly string[];
}

/**
 * Which states, transitions and guard outcomes of a machine its actors have gone through: each microstep, as XState reports it. Give
 * `inspect` to `createActor` or to whatever makes the actors. Actors of other machines are passed over; those of the same machine
 * with other implementations (`provide`) count.
 */
export class ChartCoverage {
  readonly chart: Chart;
  readonly #machine: AnyStateMachine;
  readonly #tree: ChartTree;
  readonly #states = new Map<string, number>();
  readonly #transitions = new Map<string, number>();
  readonly #held = new Map<string, number>();
  readonly #failed = new Map<string, number>();
  readonly #pairs = new Map<string, number>();
  readonly #watched = new WeakMap<object, Watched>();

  constructor(machine: AnyStateMachine) {
    this.#machine = machine;
    this.chart = new Chart(machine);
    this.#tree = new ChartTree(this.chart);
  }

  readonly inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.microstep' && event.type !== '@xstate.snapshot') return;
    if (!isOfMachine(event.actorRef, this.#machine) || !isMachineSnapshot(event.snapshot)) return;
    const watched = this.#watch(event.actorRef);
    const active = event.snapshot._nodes;
    if (event.type === '@xstate.snapshot') return this.#endMacrostep(watched, event.snapshot);
    const isFirst = event.event.type === 'xstate.init' && watched.active.length === 0;
    // XState does not report the states that it began with when it leaves them at once.
    if (isFirst) {
      watched.active = initialNodes(this.#machine.root);
      this.#enter(watched.active);
    }
    const enabled = event._transitions.filter((definition) => this.chart.find(definition) !== undefined);
    this.#step(watched, event.event.type, enabled);
    watched.active = active;
    watched.historyValue = event.snapshot.historyValue;
    this.#enter(active);
  };

  /** Adds what another run has recorded. Throws CoverageMismatchError, and then adds nothing. */
  add(recorded: RecordedCoverage): void {
    this.#check(recorded);
    const { states, transitions, guards, pairs } = recorded;
    addAll(this.#states, states);
    addAll(this.#transitions, transitions);
    addAll(this.#held, guards.held);
    addAll(this.#failed, guards.failed);
    addAll(this.#pairs, pairs);
  }

  toJSON(): RecordedCoverage {
    return {
      chart: this.chart.id,
      states: Object.fromEntries(this.#states),
      transitions: Object.fromEntries(this.#transitions),
      guards: { held: Object.fromEntries(this.#held), failed: Object.fromEntries(this.#failed) },
      pairs: Object.fromEntries(this.#pairs),
    };
  }

  report(): CoverageReport {
    return reportCoverage(this.chart, this.toJSON());
  }

  /** Throws CoverageTooLowError, which names what was never taken. */
  expectAtLeast(thresholds: Thresholds): void {
    const report = this.report();
    const failures = failuresUnder(report, thresholds);
    if (failures.length > 0) throw new CoverageTooLowError(report, failures);
  }

  #step(watched: Watched, eventType: string, enabled: readonly AnyTransitionDefinition[]): void {
    const step = { active: watched.active, eventType, taken: enabled };
    for (const definition of passedOverIn(step)) this.#countGuard(this.#failed, definition);
    for (const definition of enabled) this.#countGuard(this.#held, definition);
    const transitions = enabled.flatMap((definition) => this.chart.find(definition) ?? []);
    const ids = takenOf(this.#tree, transitions, watched).map(({ id }) => id);
    if (ids.length === 0) return;
    for (const id of ids) count(this.#transitions, id);
    for (const earlier of watched.last) for (const id of ids) count(this.#pairs, pairOf(earlier, id));
    watched.last = ids;
  }

  /** Whoever rests has passed over all that it could have taken without an event. */
  #endMacrostep(watched: Watched, snapshot: AnyMachineSnapshot): void {
    if (watched.active.length === 0) this.#enter(snapshot._nodes);
    watched.active = snapshot._nodes;
    watched.historyValue = snapshot.historyValue;
    if (snapshot.status !== 'active') return;
    const step = { active: watched.active, eventType: '', taken: [] };
    for (const definition of passedOver(step)) this.#countGuard(this.#failed, definition);
  }

  #enter(active: readonly AnyStateNode[]): void {
    for (const { id } of active) count(this.#states, id);
  }

  #countGuard(counts: Map<string, number>, definition: AnyTransitionDefinition): void {
    const transition = this.chart.find(definition);
    if (transition && transition.guard !== null) count(counts, transition.id);
  }

  #watch(actorRef: object): Watched {
    const known = this.#watched.get(actorRef);
    if (known) return known;
    const watched: Watched = { active: [], historyValue: {}, last: [] };
    this.#watched.set(actorRef, watched);
    return watched;
  }

  #check(recorded: RecordedCoverage): void {
    const { id } = this.chart;
    if (recorded.chart !== id) throw new CoverageMismatchError(id, `that of "${recorded.chart}"`);
    const stranger = findStranger(this.chart, recorded);
    if (stranger !== undefined) throw new CoverageMismatchError(id, `"${stranger}", which is not in it`);
  }
}

/** Records the coverage of a machine: any XState 5 machine. */
export function chartCoverage(machine: AnyStateMachine): ChartCoverage {
  return new ChartCoverage(machine);
}

function isMachineSnapshot(snapshot: object): snapshot is AnyMachineSnapshot {
  return '_nodes' in snapshot;
}

function count(counts: Map<string, number>, id: string, by = 1): void {
  counts.set(id, (counts.get(id) ?? 0) + by);
}

function addAll(counts: Map<string, number>, more: CoverageCounts): void {
  for (const [id, by] of Object.entries(more)) count(counts, id, by);
}
