import type { AnyStateMachine, StateValue } from 'xstate';
import { Chart } from '../chart/index.ts';
import { ModelError } from './errors.ts';
import { type Exploration, explore } from './explore.ts';
import { type Cover, describeGoal, goalsOf } from './goals.ts';
import type { ModelInput } from './input.ts';
import type { EventCases } from './inputs.ts';
import type { Projection } from './keyOf.ts';
import { Simulation } from './Simulation.ts';
import { PathWalker, type WalkedPath } from './walkPaths.ts';
import { nameStep } from './words.ts';

export interface PlanOptions {
  /** The payloads of events, by type; of actors too: `'xstate.done.actor.fetch': [{ output: 1 }]`. Default: the type alone. */
  readonly events?: EventCases | undefined;
  /** What of the context decides where the machine can go. Default: all of it. With counters in it, clamp them. */
  readonly project?: Projection | undefined;
  /** `guards`: every transition, and every guard holding and not holding. `pairs`: every transition after every other. Default `transitions`. */
  readonly cover?: Cover | undefined;
  /** The machine's input. */
  readonly input?: unknown;
  readonly bounds?: PlanBounds | undefined;
}

export interface PlanBounds {
  /** How many states, as the projection tells them apart, are explored. At least 1; default 5,000. */
  readonly states?: number | undefined;
  /** A path that has as many steps gets no more goals; one whose only goal is further away is longer. At least 1; default 50. */
  readonly steps?: number | undefined;
}

export interface PlannedStep {
  /** `connected → disconnected by notify.disconnected [reason: timeout]`. */
  readonly name: string;
  readonly input: ModelInput;
  /** The names of the transitions that it takes, microstep by microstep. */
  readonly takes: readonly string[];
  /** Where the machine rests afterwards. */
  readonly value: StateValue;
}

export interface PlannedPath {
  /** Its last step, and how many come before. Unique in its plan, and the same as long as the chart and the options are. */
  readonly name: string;
  readonly steps: readonly PlannedStep[];
}

/** Paths through a machine, each from its beginning. */
export interface TestPlan {
  readonly paths: readonly PlannedPath[];
  /** Of all paths together. */
  readonly steps: number;
  readonly covered: number;
  /** What there is to cover. Of pairs: those that were found to be possible. */
  readonly total: number;
  /** The names of what no path was found for. */
  readonly missing: readonly string[];
  /** How many states were told apart. */
  readonly states: number;
  /** False when the bound on states was met: what is missing may lie beyond it. */
  readonly isExhaustive: boolean;
}

const defaultBounds = { states: 5_000, steps: 50 };

/**
 * Few paths that cover every transition of a machine: any XState 5 machine, with `after`, `invoke`, `always`, history and parallel
 * states. No action of yours is called, and no actor starts: an actor is done or fails when a path says so. Time passes only where
 * a path waits, until the next timer.
 *
 * The same machine and options give the same plan. Guards, `assign` and delays are called, and should be pure.
 *
 * @throws ModelError for bounds that are no numbers from 1, and when the machine throws.
 */
export function planTests(machine: AnyStateMachine, options: PlanOptions = {}): TestPlan {
  const { bounds = {}, cover = 'transitions', events = {}, input, project = wholeContext } = options;
  const maxStates = checkBound('states', bounds.states ?? defaultBounds.states);
  const maxSteps = checkBound('steps', bounds.steps ?? defaultBounds.steps);
  const chart = new Chart(machine);
  const simulation = new Simulation(machine, chart, input);
  const exploration = explore(simulation, { events, project, cover, maxStates });
  const walked = new PathWalker(simulation, exploration, { project, cover, maxSteps }).walk();
  return summarize(chart, walked, { exploration, cover });
}

function wholeContext({ context }: { readonly context: unknown }): unknown {
  return context;
}

function checkBound(name: string, value: number): number {
  if (Number.isSafeInteger(value) && value >= 1) return value;
  throw new ModelError(`Expected bounds.${name} to be a whole number from 1, got ${String(value)}.`);
}

interface Searched {
  readonly exploration: Exploration;
  readonly cover: Cover;
}

function summarize(chart: Chart, walked: readonly WalkedPath[], { cover, exploration }: Searched): TestPlan {
  const covered = new Set([
    ...exploration.initial,
    ...walked.flatMap((path) => path.flatMap(({ goals }) => [...goals])),
  ]);
  const all = [...new Set([...goalsOf(chart, cover), ...exploration.found])];
  const missing = all.filter((goal) => !covered.has(goal));
  const names = new Map<string, number>();
  return {
    paths: walked.map((path) => namePath(chart, path, names)),
    steps: walked.reduce((sum, path) => sum + path.length, 0),
    covered: all.length - missing.length,
    total: all.length,
    missing: missing.map((goal) => describeGoal(chart, goal)),
    states: exploration.places.size,
    isExhaustive: exploration.isExhaustive,
  };
}

function namePath(chart: Chart, path: WalkedPath, names: Map<string, number>): PlannedPath {
  const steps = path.map(({ before, input, moment, taken }) => ({
    name: nameStep(chart, input, [before.snapshot, moment.snapshot]),
    input,
    takes: taken.map((id) => chart.transition(id)?.name ?? id),
    value: moment.snapshot.value as StateValue,
  }));
  const last = steps.at(-1)?.name ?? '';
  const name =
    steps.length === 1 ? last : `${last}, after ${steps.length - 1} ${steps.length === 2 ? 'step' : 'steps'}`;
  const count = (names.get(name) ?? 0) + 1;
  names.set(name, count);
  return { name: count === 1 ? name : `${name} (${count})`, steps };
}
