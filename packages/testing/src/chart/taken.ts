import type { ChartTransition } from '@holdfast/chart';
import type { AnyMachineSnapshot } from 'xstate';
import type { ChartTree, Remembered } from './ChartTree.ts';

/** What an actor had before a step: as XState has it, since it is asked for seldom and kept at each step. */
export interface Before {
  readonly active: readonly Identified[];
  readonly historyValue: Readonly<Record<string, readonly Identified[]>>;
}

interface Identified {
  readonly id: string;
}

/**
 * The transitions that a step takes, of those that XState tells it with: it names all that are enabled, in every region. Of two that
 * would leave one and the same state it takes the inner one, or else the first.
 */
export function takenOf<Enabled extends ChartTransition>(
  tree: ChartTree,
  enabled: readonly Enabled[],
  before: Before,
): readonly Enabled[] {
  if (enabled.length < 2) return enabled;
  const active = before.active.map(({ id }) => id);
  const remembered = new Map(
    Object.entries(before.historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id)]),
  );
  const left = new Map(enabled.map((transition) => [transition, leftBy(tree, transition, { active, remembered })]));
  const conflict = (first: Enabled, second: Enabled): boolean =>
    [...(left.get(first) ?? [])].some((id) => left.get(second)?.has(id));
  let kept: readonly Enabled[] = [];
  for (const transition of enabled) {
    const rivals = kept.filter((other) => conflict(transition, other));
    if (rivals.every(({ source }) => tree.isWithin(transition.source, source)))
      kept = [...kept.filter((other) => !rivals.includes(other)), transition];
  }
  return kept;
}

interface Known {
  readonly active: readonly string[];
  readonly remembered: Remembered;
}

function leftBy(tree: ChartTree, transition: ChartTransition, { active, remembered }: Known): ReadonlySet<string> {
  if (transition.targets.length === 0) return new Set();
  const domain = tree.domainOf(transition, tree.targetsOf(transition, remembered));
  const left = new Set(active.filter((id) => domain === null || tree.isWithin(id, domain)));
  if (domain !== null && transition.reenter && transition.source === domain) left.add(domain);
  return left;
}

/** Of an actor of which nothing was seen yet. */
export const nothing: Before = { active: [], historyValue: {} };

/** What a step has left for the next one. */
export function afterStep({ _nodes, historyValue }: AnyMachineSnapshot): Before {
  return { active: _nodes, historyValue };
}
