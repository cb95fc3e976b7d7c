import type { AnyMachineSnapshot, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/**
 * Of the transitions that XState tells of, those that it took.
 *
 * `_transitions` are those that an event enables. Where two regions want to leave the same states, SCXML lets only the first of them. XState
 * sorts the other out afterwards, and tells nobody. Those of `always` it tells when they are sorted out, so that nothing is left to do.
 *
 * `before` is the snapshot from which they start.
 */
export function takenOf(
  enabled: readonly AnyTransitionDefinition[],
  before: AnyMachineSnapshot | undefined,
): readonly AnyTransitionDefinition[] {
  if (enabled.length < 2 || before === undefined) return enabled;
  const left = new Set<AnyStateNode>();
  return enabled.filter((transition) => {
    const exits = exitsOf(transition, before._nodes);
    if (exits.some((node) => left.has(node))) return false;
    for (const node of exits) left.add(node);
    return true;
  });
}

/** The active states that the transition leaves. */
function exitsOf(transition: AnyTransitionDefinition, active: readonly AnyStateNode[]): readonly AnyStateNode[] {
  if (!transition.target?.length) return [];
  const domain = domainOf(transition, transition.target.flatMap(standInOf));
  return active.filter((node) => domain === undefined || isBelow(node, domain));
}

/** The state within which the transition happens. Undefined when the root itself is left. */
function domainOf(
  { source, reenter }: AnyTransitionDefinition,
  targets: readonly AnyStateNode[],
): AnyStateNode | undefined {
  const isInside = targets.every((target) => target === source || isBelow(target, source));
  if (isInside && !reenter) return source;
  const [first, ...others] = [...targets, source];
  for (let node = first?.parent; node !== undefined; node = node.parent) {
    const above = node;
    if (others.every((other) => isBelow(other, above))) return above;
  }
  return reenter ? undefined : source.machine.root;
}

/** A state beside a history state: what that remembers is there too, so that it changes nothing about what is left. */
function standInOf(node: AnyStateNode): readonly AnyStateNode[] {
  const { parent } = node;
  if (node.type !== 'history' || parent === undefined) return [node];
  return parent.type === 'parallel' ? [parent] : (parent.initial?.target ?? []);
}

function isBelow(node: AnyStateNode, other: AnyStateNode): boolean {
  for (let above = node.parent; above !== undefined; above = above.parent) if (above === other) return true;
  return false;
}
