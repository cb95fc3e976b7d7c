import type { AnyStateNode } from 'xstate';
import { defaultOf, domainOf, parentOf, targetsOf } from './exiting.ts';
import type { Memory } from './Memory.ts';
import { ancestorsOf, childrenOf, type Edge, isHistory, isWithin } from './nodes.ts';

/**
 * Which nodes a set of transitions enters: SCXML's computeEntrySet as XState has it.
 *
 * E1. A node is entered by default when its parent was entered and nobody said which of its children: only then the actions of the
 *     parent's `initial` run.
 */
export class EntrySet {
  readonly nodes = new Set<AnyStateNode>();
  /** E1. */
  readonly byDefault = new Set<AnyStateNode>();
  readonly #memory: Memory;

  constructor(edges: readonly Edge[], memory: Memory) {
    this.#memory = memory;
    for (const edge of edges) this.#addEdge(edge);
  }

  #addEdge(edge: Edge): void {
    const { reenter, source, target = [] } = edge;
    const domain = domainOf(edge, this.#memory);
    for (const node of target) {
      // A transition to its own source stays in it, unless it says that it enters it again.
      const isEntered = node !== source || source !== domain || reenter;
      if (!isHistory(node) && isEntered) this.#addByDefault(node);
      this.#addDescendants(node);
    }
    const boundary = !source.parent && reenter ? undefined : domain;
    for (const node of targetsOf(edge, this.#memory)) {
      const ancestors = [...ancestorsOf(node, domain)];
      if (domain?.type === 'parallel') ancestors.push(domain);
      this.#addAncestors(ancestors, boundary);
    }
  }

  #addByDefault(node: AnyStateNode): void {
    this.nodes.add(node);
    this.byDefault.add(node);
  }

  #addDescendants(node: AnyStateNode): void {
    if (isHistory(node)) this.#addRemembered(node);
    else if (node.type === 'compound') this.#addInitial(node);
    else if (node.type === 'parallel') {
      for (const child of childrenOf(node)) {
        if (this.#hasWithin(child)) continue;
        this.#addByDefault(child);
        this.#addDescendants(child);
      }
    }
  }

  #addInitial(node: AnyStateNode): void {
    const [initial] = node.initial.target;
    if (!initial) return;
    if (!isHistory(initial)) this.#addByDefault(initial);
    this.#addDescendants(initial);
    this.#addAncestors(ancestorsOf(initial, node));
  }

  #addRemembered(history: AnyStateNode): void {
    const parent = parentOf(history);
    const remembered = this.#memory.recall(history);
    const fallback = defaultOf(history);
    const nodes = remembered ?? fallback.target;
    for (const node of nodes) {
      this.nodes.add(node);
      if (!remembered && fallback === parent.initial) this.byDefault.add(parent);
      this.#addDescendants(node);
    }
    for (const node of nodes) this.#addAncestors(ancestorsOf(node, parent));
  }

  #addAncestors(ancestors: readonly AnyStateNode[], boundary?: AnyStateNode): void {
    for (const ancestor of ancestors) {
      if (!boundary || isWithin(ancestor, boundary)) this.nodes.add(ancestor);
      if (ancestor.type !== 'parallel') continue;
      for (const child of childrenOf(ancestor)) {
        if (this.#hasWithin(child)) continue;
        this.nodes.add(child);
        this.#addDescendants(child);
      }
    }
  }

  #hasWithin(parent: AnyStateNode): boolean {
    return [...this.nodes].some((node) => isWithin(node, parent));
  }
}
