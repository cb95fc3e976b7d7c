import type { AnyStateNode } from 'xstate';
import type { Memory } from './Memory.ts';
import { ancestorsOf, type Edge, isHistory, isWithin } from './nodes.ts';

/*
 * Which nodes a set of transitions leaves: the algorithm of SCXML (https://www.w3.org/TR/scxml/#AlgorithmforSCXMLInterpretation) as
 * XState has it, with its own notion of a transition's domain.
 */

/** The transitions that can be taken together: of two that leave the same nodes the inner one, or else the first. */
export function withoutConflicts<Taken extends Edge>(
  enabled: readonly Taken[],
  nodes: ReadonlySet<AnyStateNode>,
  memory: Memory,
): readonly Taken[] {
  const kept = new Set<Taken>();
  for (const edge of enabled) {
    const beaten = rivalsOf(edge, [...kept], { nodes, memory });
    if (beaten === undefined) continue;
    for (const other of beaten) kept.delete(other);
    kept.add(edge);
  }
  return [...kept];
}

/** Those that it beats; undefined when one of them beats it. */
function rivalsOf<Taken extends Edge>(
  edge: Taken,
  kept: readonly Taken[],
  { nodes, memory }: { readonly nodes: ReadonlySet<AnyStateNode>; readonly memory: Memory },
): readonly Taken[] | undefined {
  const beaten: Taken[] = [];
  for (const other of kept) {
    const left = new Set(leftBy([other], nodes, memory));
    if (!leftBy([edge], nodes, memory).some((node) => left.has(node))) continue;
    if (!isWithin(edge.source, other.source)) return undefined;
    beaten.push(other);
  }
  return beaten;
}

/** The nodes that are left, in no order that means anything. */
export function leftBy(edges: readonly Edge[], nodes: ReadonlySet<AnyStateNode>, memory: Memory): AnyStateNode[] {
  const left = new Set<AnyStateNode>();
  for (const edge of edges) {
    if (!edge.target?.length) continue;
    const domain = domainOf(edge, memory);
    for (const node of nodes) if (isWithin(node, domain)) left.add(node);
  }
  return [...left];
}

/** The innermost node within which all of a transition happens; undefined when the root itself is entered again. */
export function domainOf(edge: Edge, memory: Memory): AnyStateNode | undefined {
  const targets = targetsOf(edge, memory);
  const { source } = edge;
  if (!edge.reenter && targets.every((target) => target === source || isWithin(target, source))) return source;
  const [first, ...others] = [...targets, source];
  const common = first && ancestorsOf(first, undefined).find((node) => others.every((other) => isWithin(other, node)));
  if (common) return common;
  return edge.reenter ? undefined : source.machine.root;
}

/** The targets, with what it remembers, or its default, in place of a history state. */
export function targetsOf({ target = [] }: Pick<Edge, 'target'>, memory: Memory): readonly AnyStateNode[] {
  const targets = new Set<AnyStateNode>();
  for (const node of target) {
    const meant = isHistory(node) ? (memory.recall(node) ?? targetsOf(defaultOf(node), memory)) : [node];
    for (const one of meant) targets.add(one);
  }
  return [...targets];
}

/** Where a history state leads that remembers nothing. */
export function defaultOf(node: AnyStateNode): { readonly target: readonly AnyStateNode[] } {
  const parent = parentOf(node);
  const target: unknown = Reflect.get(node.config, 'target');
  if (target === undefined) return parent.type === 'parallel' ? { target: [parent] } : parent.initial;
  const paths: readonly unknown[] = Array.isArray(target) ? target : [target];
  return { target: paths.map((path) => find(parent, String(path))) };
}

/** By id, or by the keys from `parent` down, with dots between them; a dot that belongs to a key has a backslash before it. */
function find(parent: AnyStateNode, path: string): AnyStateNode {
  if (path.startsWith('#')) return parent.machine.getStateNodeById(path);
  let node = parent;
  for (const part of path.split(/(?<!\\)\./)) {
    const child: AnyStateNode | undefined = node.states[part.replaceAll('\\', '')];
    if (!child) throw new Error(`The state ${node.id} has no state "${part}", to which its history leads: ${path}.`);
    node = child;
  }
  return node;
}

export function parentOf(node: AnyStateNode): AnyStateNode {
  if (node.parent) return node.parent;
  throw new Error(`The state ${node.id} has no parent, which only the root of a chart may do without.`);
}
