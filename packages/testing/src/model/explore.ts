import { type Cover, goalsOf, isWanted } from './goals.ts';
import type { ModelInput } from './input.ts';
import { type EventCases, inputsAt } from './inputs.ts';
import { keyOf, type Projection } from './keyOf.ts';
import type { Simulation } from './Simulation.ts';
import type { Moment } from './Trace.ts';

/** A state of the exploration: the first moment that was found with its key stands for all. */
export interface Place {
  readonly key: string;
  readonly moment: Moment;
  /** The way from the beginning: it certainly leads here. */
  readonly way: readonly ModelInput[];
  readonly edges: Edge[];
}

export interface Edge {
  readonly from: Place;
  readonly to: Place;
  readonly input: ModelInput;
  /** Those that are wanted. */
  readonly goals: readonly string[];
}

export interface Exploration {
  readonly start: Place;
  readonly places: ReadonlyMap<string, Place>;
  /** All that was found to be coverable. */
  readonly found: ReadonlySet<string>;
  /** What the beginning itself covers. */
  readonly initial: readonly string[];
  /** Whether nothing was left out for the bound. */
  readonly isExhaustive: boolean;
}

export interface ExploreOptions {
  readonly events: EventCases;
  readonly project: Projection;
  readonly cover: Cover;
  readonly maxStates: number;
}

/** Breadth first, until everything that the chart names is found, nothing new comes, or there are too many states. */
export function explore(simulation: Simulation, options: ExploreOptions): Exploration {
  const { cover, events, maxStates, project } = options;
  const first = simulation.begin();
  const initial = [...first.goals].filter((goal) => isWanted(goal, cover));
  const found = new Set(initial);
  const unseen = new Set(goalsOf(simulation.chart, cover).filter((goal) => !found.has(goal)));
  const start: Place = { key: keyOf(first.moment, project, cover), moment: first.moment, way: [], edges: [] };
  const places = new Map([[start.key, start]]);
  const queue = [start];
  let isCutOff = false;
  for (let from = queue.shift(); from !== undefined; from = queue.shift()) {
    // Which pairs there are is known only at the end.
    if (unseen.size === 0 && cover !== 'pairs') break;
    for (const input of inputsAt(from.moment, events)) {
      const { goals, moment } = simulation.next(from.moment, input);
      const key = keyOf(moment, project, cover);
      const wanted = [...goals].filter((goal) => isWanted(goal, cover));
      let to = places.get(key);
      if (to === undefined && places.size >= maxStates) {
        isCutOff = true;
        if (wanted.every((goal) => found.has(goal))) continue;
      }
      to ??= { key, moment, way: [...from.way, input], edges: [] };
      for (const goal of wanted) {
        found.add(goal);
        unseen.delete(goal);
      }
      if (to === from && wanted.length === 0) continue;
      from.edges.push({ from, to, input, goals: wanted });
      if (!places.has(key)) {
        places.set(key, to);
        if (places.size <= maxStates) queue.push(to);
      }
    }
  }
  return { start, places, found, initial, isExhaustive: !isCutOff };
}
