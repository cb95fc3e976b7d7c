import type { Edge, Exploration, Place } from './explore.ts';
import { type Cover, isWanted } from './goals.ts';
import type { ModelInput } from './input.ts';
import { keyOf, type Projection } from './keyOf.ts';
import type { Simulation } from './Simulation.ts';
import type { Happening, Moment } from './Trace.ts';

export interface WalkedStep extends Happening {
  readonly input: ModelInput;
  readonly before: Moment;
}

export type WalkedPath = readonly WalkedStep[];

export interface WalkOptions {
  readonly project: Projection;
  readonly cover: Cover;
  /** A path that has as many gets no more goals. */
  readonly maxSteps: number;
}

/**
 * Few paths that cover all that an exploration has found: each goes on to the nearest thing that is not covered yet, and to the end of
 * the machine last. Every path is really walked, so that none relies on what a projection leaves out.
 */
export class PathWalker {
  readonly #simulation: Simulation;
  readonly #exploration: Exploration;
  readonly #options: WalkOptions;
  readonly #open: Set<string>;
  /** What was tried from the middle of a path and turned out otherwise there: it is walked from the beginning. */
  readonly #detours = new Set<Edge>();

  constructor(simulation: Simulation, exploration: Exploration, options: WalkOptions) {
    this.#simulation = simulation;
    this.#exploration = exploration;
    this.#options = options;
    this.#open = new Set(exploration.found);
    for (const goal of exploration.initial) this.#open.delete(goal);
  }

  /** What could not be repeated is not covered: a machine that is not deterministic. */
  walk(): readonly WalkedPath[] {
    const paths: WalkedPath[] = [];
    while (this.#open.size > 0) {
      const path = this.#walkPath();
      if (path.length > 0) paths.push(path);
    }
    return withoutRedundant(paths, this.#options.cover);
  }

  #walkPath(): WalkedPath {
    const path: WalkedStep[] = [];
    let place: Place | undefined = this.#exploration.start;
    while (place !== undefined && path.length < this.#options.maxSteps) {
      const edges: readonly Edge[] | undefined = this.#nearest(place);
      if (edges === undefined) break;
      if (path.length > 0 && path.length + edges.length > this.#options.maxSteps) break;
      const target = edges.at(-1);
      place = this.#follow(path, edges);
      if (target?.goals.some((goal) => this.#open.has(goal))) this.#detours.add(target);
    }
    return path.length > 0 ? path : this.#walkDetour();
  }

  /** By the way on which it was found. */
  #walkDetour(): WalkedPath {
    const path: WalkedStep[] = [];
    const edges = [...this.#exploration.places.values()].flatMap((place) => place.edges);
    const edge = edges.find(({ goals }) => goals.some((goal) => this.#open.has(goal)));
    for (const input of edge === undefined ? [] : [...edge.from.way, edge.input]) this.#step(path, input);
    for (const goal of edge?.goals ?? this.#open) this.#open.delete(goal);
    return path;
  }

  /** Where it has led to; undefined when that was never explored. */
  #follow(path: WalkedStep[], edges: readonly Edge[]): Place | undefined {
    const { cover, project } = this.#options;
    let place: Place | undefined;
    for (const edge of edges) {
      const { moment } = this.#step(path, edge.input);
      const key = keyOf(moment, project, cover);
      place = this.#exploration.places.get(key);
      if (key !== edge.to.key) break;
    }
    return place;
  }

  #step(path: WalkedStep[], input: ModelInput): WalkedStep {
    const before = path.at(-1)?.moment ?? this.#exploration.start.moment;
    const step = { ...this.#simulation.next(before, input), input, before };
    path.push(step);
    for (const goal of step.goals) this.#open.delete(goal);
    return step;
  }

  /** The shortest way to something open; one that does not end the machine, if there is any. */
  #nearest(from: Place): readonly Edge[] | undefined {
    const cameBy = new Map<Place, Edge | undefined>([[from, undefined]]);
    let last: Edge | undefined;
    for (const place of cameBy.keys()) {
      for (const edge of place.edges) {
        const isOpen = !this.#detours.has(edge) && edge.goals.some((goal) => this.#open.has(goal));
        if (isOpen && edge.to.moment.snapshot.status === 'active') return wayTo(edge, cameBy);
        if (isOpen) last ??= edge;
        if (!cameBy.has(edge.to)) cameBy.set(edge.to, edge);
      }
    }
    return last && wayTo(last, cameBy);
  }
}

function wayTo(edge: Edge, cameBy: ReadonlyMap<Place, Edge | undefined>): readonly Edge[] {
  const way = [edge];
  for (let before = cameBy.get(edge.from); before !== undefined; before = cameBy.get(before.from)) way.unshift(before);
  return way;
}

/** Without the paths of which everything is covered by others. */
function withoutRedundant(paths: readonly WalkedPath[], cover: Cover): readonly WalkedPath[] {
  const counts = new Map<string, number>();
  const goalsOfPath = (path: WalkedPath): Set<string> =>
    new Set(path.flatMap(({ goals }) => [...goals].filter((goal) => isWanted(goal, cover))));
  const countAll = (path: WalkedPath, by: number): void => {
    for (const goal of goalsOfPath(path)) counts.set(goal, (counts.get(goal) ?? 0) + by);
  };
  for (const path of paths) countAll(path, 1);
  return paths.filter((path) => {
    const isRedundant = [...goalsOfPath(path)].every((goal) => (counts.get(goal) ?? 0) > 1);
    if (isRedundant) countAll(path, -1);
    return !isRedundant;
  });
}
