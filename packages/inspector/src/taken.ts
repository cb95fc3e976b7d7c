import type { AnyMachineSnapshot, AnyStateNode, AnyTransitionDefinition } from 'xstate';

/**
 * Of the transitions that XState tells of, those that it took.
 *
 * `_transitions` are those that were enabled. Where two regions want to leave the same states, SCXML lets only one of them: the one that
 * lies deeper, or the first. XState sorts the others out afterwards, and tells nobody.
 *
 * `before` is the snapshot from which they start.
 */
export function takenOf(
  enabled: readonly AnyTransitionDefinition[],
  before: AnyMachineSnapshot | undefined,
): readonly AnyTransitionDefinition[] {
  if (enabled.length < 2 || before === undefined) return enabled;
  const taken = new Map<AnyTransitionDefinition, ReadonlySet<AnyStateNode>>();
  for (const transition of enabled) {
    const exits = exitsOf(transition, before);
    const rivals = [...taken].filter(([, others]) => [...exits].some((node) => others.has(node)));
    // A rival that is not above it keeps it out.
    if (!rivals.every(([rival]) => isBelow(transition.source, rival.source))) continue;
    for (const [rival] of rivals) taken.delete(rival);
    taken.set(transition, exits);
  }
  return [...taken.keys()];
}

/** The active states that the transition leaves. */
function exitsOf(
  transition: AnyTransitionDefinition,
  { _nodes, historyValue }: AnyMachineSnapshot,
): ReadonlySet<AnyStateNode> {
  if (!transition.target?.length) return new Set();
  const targets = transition.target.flatMap((target) => resolveHistory(target, historyValue));
  const domain = domainOf(transition, targets);
  const exits = new Set(_nodes.filter((node) => domain === undefined || isBelow(node, domain)));
  if (transition.reenter && domain === transition.source) exits.add(transition.source);
  return exits;
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

/** What a history state stands for now. */
function resolveHistory(node: AnyStateNode, remembered: AnyMachineSnapshot['historyValue']): readonly AnyStateNode[] {
  if (node.type !== 'history') return [node];
  const inside = remembered[node.id];
  if (inside && inside.length > 0) return inside;
  const { parent } = node;
  if (parent === undefined) return [];
  const key: unknown = Reflect.get(node.config, 'target');
  const own = typeof key === 'string' ? parent.states[key.replace(/^\./, '')] : undefined;
  if (own) return [own];
  return parent.type === 'parallel' ? [parent] : (parent.initial?.target ?? []);
}

function isBelow(node: AnyStateNode, other: AnyStateNode): boolean {
  for (let above = node.parent; above !== undefined; above = above.parent) if (above === other) return true;
  return false;
}
