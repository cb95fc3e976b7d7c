import type { ChartShape, ChartTransition } from '@holdfast/chart';
import { matchesPattern } from './attempts.ts';
import { ChartTree } from './ChartTree.ts';
import { leadsTo, type Outcome } from './leadsTo.ts';

/** How a pair stands in a record. */
export function pairOf(before: string, after: string): string {
  return `${before}\n${after}`;
}

/**
 * The pairs that a chart allows: a transition, and one that can be the next. It asks only how the chart is built, so it is an upper bound: what a
 * guard, a context or an actor never lets happen is among them. No pair that an actor takes is missing.
 *
 * P1. The second one's source can be active where the first one leads.
 * P2. Below that source there is a state where nothing takes every such event first: whatever has no guard does.
 * P3. Where the first one leads to a state that is left without an event and without a guard, the second has no event either.
 * P4. Nothing follows when it ends the machine.
 */
export function possiblePairs(chart: ChartShape): readonly (readonly [ChartTransition, ChartTransition])[] {
  const tree = new ChartTree(chart);
  const open = new Map(chart.transitions.map((transition) => [transition, placesOf(chart, tree, transition)]));
  return chart.transitions.flatMap((first) => {
    const outcome = leadsTo(chart, tree, first);
    if (isEnd(chart, tree, outcome)) return [];
    const isPassing = passesOn(chart, first, { outcome, tree });
    return chart.transitions
      .filter(({ event }) => !isPassing || event === '')
      .filter((second) => (open.get(second) ?? []).some((id) => outcome.states.has(id)))
      .map((second) => [first, second] as const);
  });
}

/** The states without states in them from which an event gets up to a transition (P1, P2). */
function placesOf({ states, transitions }: ChartShape, tree: ChartTree, wanted: ChartTransition): readonly string[] {
  const taking = new Set(
    transitions
      .filter((other) => other.guard === null && coversAll(other.event, wanted.event))
      .filter((other) => other.source !== wanted.source || isBefore(other, wanted))
      .map(({ source }) => source),
  );
  const places = states.filter(({ id, type }) => type !== 'history' && tree.regionsOf(id).length === 0);
  return places
    .map(({ id }) => id)
    .filter((id) => {
      if (!tree.contains(wanted.source, id)) return false;
      for (const at of tree.upFrom(id)) {
        if (taking.has(at)) return false;
        if (at === wanted.source) return true;
      }
      return false;
    });
}

/** Of one source and event the first is asked first. */
function isBefore(other: ChartTransition, wanted: ChartTransition): boolean {
  return other.event === wanted.event && other.order < wanted.order;
}

/** Whether an event that matches one description always matches another. */
function coversAll(description: string, other: string): boolean {
  if (description === other) return true;
  if (description === '' || other === '') return false;
  if (other.endsWith('.*')) return matchesPattern(other.slice(0, -2), description) && description.endsWith('*');
  return other !== '*' && matchesPattern(other, description);
}

interface Led {
  readonly tree: ChartTree;
  readonly outcome: Outcome;
}

/** P3. A step that changes nothing is not followed by one without an event, so what it leads to must be another state. */
function passesOn({ transitions }: ChartShape, first: ChartTransition, { outcome, tree }: Led): boolean {
  return transitions.some(
    ({ event, guard, source }) =>
      event === '' &&
      guard === null &&
      outcome.certain.has(source) &&
      (first.event !== '' || !tree.canBeTogether(source, first.source)),
  );
}

/** P4 */
function isEnd({ states }: ChartShape, tree: ChartTree, { certain }: Outcome): boolean {
  const [root] = states;
  if (root?.type !== 'compound') return false;
  return tree.regionsOf(root.id).some(({ id, type }) => type === 'final' && certain.has(id));
}
