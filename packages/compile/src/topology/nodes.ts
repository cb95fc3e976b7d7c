import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** A step from one configuration to another: a transition of the chart, or the way to its first states. */
export type Edge = Pick<AnyTransitionDefinition, 'target' | 'source' | 'reenter'>;

export function isAtomic({ type }: AnyStateNode): boolean {
  return type === 'atomic' || type === 'final';
}

export function isHistory({ type }: AnyStateNode): boolean {
  return type === 'history';
}

/** Without the history states. */
export function childrenOf({ states }: AnyStateNode): readonly AnyStateNode[] {
  return Object.values<AnyStateNode>(states).filter((node) => !isHistory(node));
}

export function historyNodesOf({ states }: AnyStateNode): readonly AnyStateNode[] {
  return Object.values<AnyStateNode>(states).filter(isHistory);
}

/** From its parent up, without `end` and what is above it. Of `end` itself: none. */
export function ancestorsOf(node: AnyStateNode, end: AnyStateNode | undefined): readonly AnyStateNode[] {
  if (node === end) return [];
  const ancestors: AnyStateNode[] = [];
  for (let ancestor = node.parent; ancestor && ancestor !== end; ancestor = ancestor.parent) ancestors.push(ancestor);
  return ancestors;
}

/** Whether it lies within `parent`, and is not it. Within no parent all nodes lie, the root too. */
export function isWithin(node: AnyStateNode, parent: AnyStateNode | undefined): boolean {
  let marker = node;
  while (marker.parent && marker.parent !== parent) marker = marker.parent;
  return marker.parent === parent;
}

/** The node, and all that is entered with it when nobody says which of its children. */
export function initialNodesOf(node: AnyStateNode): readonly AnyStateNode[] {
  const inner = node.type === 'parallel' ? childrenOf(node) : node.type === 'compound' ? node.initial.target : [];
  return [node, ...inner.flatMap(initialNodesOf)];
}

/** Whether these nodes are a final configuration of `node`. */
export function isFinal(nodes: ReadonlySet<AnyStateNode>, node: AnyStateNode): boolean {
  if (node.type === 'compound') return childrenOf(node).some((child) => child.type === 'final' && nodes.has(child));
  if (node.type === 'parallel') return childrenOf(node).every((child) => isFinal(nodes, child));
  return node.type === 'final';
}
