import type { ChartShape, ChartTransition } from '@holdfast/chart';
import { matchesPattern } from './attempts.ts';
import type { ChartTree } from './ChartTree.ts';

/** What a step with a transition in it can leave active. */
export interface Outcome {
  /** All that may be. */
  readonly states: ReadonlySet<string>;
  /** What is, whatever else the step does. */
  readonly certain: ReadonlySet<string>;
}

/**
 * Where a transition leads. What it enters is known; the regions around it may be anywhere, for the same event moves them too. One that
 * leaves no state can be taken together with one of another region that leaves this one.
 */
export function leadsTo(chart: ChartShape, tree: ChartTree, transition: ChartTransition): Outcome {
  if (!mayLeaveNothing(tree, transition)) return entering(chart, tree, transition);
  const states = new Set(chart.states.map(({ id }) => id).filter((id) => tree.canBeTogether(id, transition.source)));
  for (const other of chart.transitions) {
    if (!isBeside(tree, transition, other)) continue;
    for (const id of entering(chart, tree, other).states) states.add(id);
  }
  return { states, certain: new Set() };
}

function mayLeaveNothing(tree: ChartTree, { reenter, source, targets }: ChartTransition): boolean {
  const stays = !reenter && targets.every((target) => target === source) && tree.regionsOf(source).length === 0;
  return targets.length === 0 || stays;
}

/** Whether one event can make a chart take both, and the other leave where the first stays. */
function isBeside(tree: ChartTree, stays: ChartTransition, other: ChartTransition): boolean {
  return (
    areAskedTogether(tree, stays, other) && !mayLeaveNothing(tree, other) && canBeOneEvent(stays.event, other.event)
  );
}

/**
 * Different regions are. For an event a state is asked only when nothing in it has taken it; without one, for each region of its own: it
 * may go along with a state in it.
 */
function areAskedTogether(tree: ChartTree, first: ChartTransition, second: ChartTransition): boolean {
  const [a, b] = [first.source, second.source];
  if (!tree.contains(a, b) && !tree.contains(b, a)) return tree.canBeTogether(a, b);
  const [outer, inner] = tree.contains(a, b) ? [a, b] : [b, a];
  const between = [...tree.upFrom(inner)].filter((id) => id !== inner && tree.contains(outer, id));
  return first.event === '' && between.some((id) => tree.state(id)?.type === 'parallel');
}

function canBeOneEvent(first: string, second: string): boolean {
  if (first === second) return true;
  if (first === '' || second === '') return false;
  return isMatched(first, second) || isMatched(second, first);
}

/** Whether some event that one description stands for matches the other. */
function isMatched(description: string, pattern: string): boolean {
  if (description === '*') return true;
  return matchesPattern(description.endsWith('.*') ? description.slice(0, -2) : description, pattern);
}

function entering(chart: ChartShape, tree: ChartTree, transition: ChartTransition): Outcome {
  const all = chart.states.map(({ id }) => id);
  const histories = transition.targets.filter((id) => tree.state(id)?.type === 'history');
  const first = entry(tree, transition);
  const around =
    (target: string): ((id: string) => boolean) =>
    (id) =>
      tree.canBeTogether(id, target);
  const possible = all.filter((id) => first.entered.has(id) || isOutside(tree, id, first.domain));
  if (histories.length === 0 && first.isExact) return { states: new Set(possible), certain: first.entered };
  // Where it comes back to is anywhere in there, and what it leaves on the way is not known either.
  const comesBack = histories.flatMap((id) => all.filter(around(tree.state(id)?.parent ?? id)));
  return { states: new Set([...possible, ...comesBack]), certain: new Set() };
}

/** Whether a state can be active that a change within the domain does not concern. */
function isOutside(tree: ChartTree, id: string, domain: string | null): boolean {
  return domain !== null && !tree.isWithin(id, domain) && tree.canBeTogether(id, domain);
}

interface Entry {
  readonly domain: string | null;
  readonly entered: ReadonlySet<string>;
  /** False when an initial state comes back to something. */
  readonly isExact: boolean;
}

/** What is entered as long as there is nothing to come back to. */
function entry(tree: ChartTree, transition: ChartTransition): Entry {
  const targets = tree.targetsOf(transition, new Map());
  const domain = tree.domainOf(transition, targets);
  const entered = new Set<string>();
  const areNested = targets.some((inner) => targets.some((outer) => tree.isWithin(inner, outer)));
  let isExact = true;
  const isAimedAt = (id: string): boolean => !areNested && targets.some((target) => tree.contains(id, target));

  const enter = (id: string): void => {
    entered.add(id);
    const state = tree.state(id);
    if (state?.type === 'parallel')
      for (const region of tree.regionsOf(id)) if (!isAimedAt(region.id)) enter(region.id);
    if (state?.type !== 'compound') return;
    const initial = tree.childrenOf(id).find(({ isInitial }) => isInitial);
    if (initial?.type === 'history') {
      isExact = false;
      for (const inner of tree.insideOf(id)) entered.add(inner);
    } else if (initial) enter(initial.id);
  };

  for (const target of targets) {
    enter(target);
    for (const around of tree.upFrom(target)) {
      if (around === domain) break;
      entered.add(around);
      if (around === target || tree.state(around)?.type !== 'parallel') continue;
      for (const region of tree.regionsOf(around)) if (!isAimedAt(region.id)) enter(region.id);
    }
    // The domain itself stays, and so do those regions of it that are entered already.
    if (domain === null || tree.state(domain)?.type !== 'parallel') continue;
    for (const region of tree.regionsOf(domain)) if (!isAimedAt(region.id)) enter(region.id);
  }
  return { domain, entered, isExact: isExact && !areNested };
}
