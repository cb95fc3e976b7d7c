import type { AnyStateNode, StateValue } from 'xstate';
import { ancestorsOf, childrenOf, isAtomic } from './nodes.ts';

type Children = ReadonlyMap<AnyStateNode, readonly AnyStateNode[]>;

/**
 * The state value of a configuration, in the order of its nodes, as XState makes it. Frozen: all snapshots share it. A history state of a
 * parallel one can leave XState with a configuration in which nodes are missing; in the value they are not.
 */
export function stateValueOf(root: AnyStateNode, nodes: readonly AnyStateNode[]): StateValue {
  return valueFrom(root, childrenIn(completed(nodes)));
}

function completed(nodes: readonly AnyStateNode[]): ReadonlySet<AnyStateNode> {
  const all = new Set(nodes);
  const children = childrenIn(nodes);
  // Those that are added are looked at too.
  for (const node of all) {
    if (node.type === 'compound' && !children.has(node)) addInitial(node, all);
    else if (node.type === 'parallel') {
      for (const child of childrenOf(node)) if (!all.has(child)) addInitial(child, all);
    }
  }
  for (const node of all) for (const ancestor of ancestorsOf(node, undefined)) all.add(ancestor);
  return all;
}

/** A node, and what is entered with it. */
function addInitial(node: AnyStateNode, all: Set<AnyStateNode>): void {
  const initial = new Set<AnyStateNode>();
  const visit = (one: AnyStateNode | undefined): void => {
    if (!one || initial.has(one)) return;
    initial.add(one);
    if (one.type === 'compound') visit(one.initial.target[0]);
    else if (one.type === 'parallel') childrenOf(one).forEach(visit);
  };
  visit(node);
  for (const one of initial) for (const ancestor of ancestorsOf(one, node)) initial.add(ancestor);
  for (const one of initial) all.add(one);
}

function childrenIn(nodes: Iterable<AnyStateNode>): Children {
  const children = new Map<AnyStateNode, AnyStateNode[]>();
  for (const node of nodes) {
    if (node.parent) children.set(node.parent, [...(children.get(node.parent) ?? []), node]);
  }
  return children;
}

function valueFrom(node: AnyStateNode, children: Children): StateValue {
  const own = children.get(node) ?? [];
  const [only] = own;
  if (node.type === 'compound' && only && isAtomic(only)) return only.key;
  return Object.freeze(Object.fromEntries(own.map((child) => [child.key, valueFrom(child, children)])));
}
