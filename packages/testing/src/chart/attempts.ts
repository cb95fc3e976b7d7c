import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

type Candidates = readonly AnyTransitionDefinition[];

/** They are asked for at each step of each actor, and are the same as long as the machine is. */
const known = new WeakMap<AnyStateNode, Map<string, Candidates>>();
/** An actor may be sent events of any number of types. */
const maxKnown = 200;

/** The transitions that XState asks of one state for an event, in its order: those of the type itself, then of its patterns, the longest first. */
function candidatesOf(node: AnyStateNode, eventType: string): Candidates {
  const ofNode = known.get(node) ?? new Map<string, Candidates>();
  const found = ofNode.get(eventType) ?? findCandidates(node, eventType);
  if (ofNode.size < maxKnown) known.set(node, ofNode.set(eventType, found));
  return found;
}

function findCandidates(node: AnyStateNode, eventType: string): Candidates {
  if (eventType === '') return node.always ?? [];
  const patterns = [...node.transitions.keys()].filter(
    (pattern) => pattern !== eventType && matchesPattern(eventType, pattern),
  );
  const descriptors = [eventType, ...patterns.sort((a, b) => b.length - a.length)];
  return descriptors.flatMap((descriptor) => node.transitions.get(descriptor) ?? []);
}

/** `*` takes any event, `a.*` takes `a` and whatever begins with `a.`. */
export function matchesPattern(eventType: string, pattern: string): boolean {
  if (pattern === '*') return true;
  if (!pattern.endsWith('.*')) return false;
  const wanted = pattern.slice(0, -2);
  return eventType === wanted || eventType.startsWith(`${wanted}.`);
}

/** XState starts and stops an actor by these, and asks no transition. */
const notAsked: ReadonlySet<string> = new Set(['xstate.init', 'xstate.stop']);

/** The transitions that a microstep, as XState reports it, has certainly passed over. */
export function passedOverIn({ active, eventType, taken }: Step): readonly AnyTransitionDefinition[] {
  if (taken.length === 0 && notAsked.has(eventType)) return [];
  const isEventless = taken.some((definition) => definition.eventType === '');
  return passedOver({ active, eventType: isEventless ? '' : eventType, taken });
}

interface Step {
  /** What was active before it. */
  readonly active: readonly AnyStateNode[];
  /** Empty for the transitions without an event. */
  readonly eventType: string;
  readonly taken: readonly AnyTransitionDefinition[];
}

/**
 * The transitions that XState has certainly passed over in a step because their guards did not hold. It asks from the innermost states
 * outwards, and a state only when nothing within it was found; of a state's transitions it takes the first whose guard holds. A
 * transition of one region may hold and yet yield to one of another, so nothing is said of the regions of which none was taken.
 */
export function passedOver({ active, eventType, taken }: Step): readonly AnyTransitionDefinition[] {
  if (taken.length === 0) return active.flatMap((node) => candidatesOf(node, eventType));
  return taken.flatMap((definition) => {
    const { source } = definition;
    const before = upTo(candidatesOf(source, eventType), definition);
    const within = active.filter((node) => node !== source && isWithin(node, source));
    return [...before, ...within.flatMap((node) => candidatesOf(node, eventType))];
  });
}

function upTo(
  candidates: readonly AnyTransitionDefinition[],
  end: AnyTransitionDefinition,
): readonly AnyTransitionDefinition[] {
  return candidates.slice(0, Math.max(0, candidates.indexOf(end)));
}

function isWithin(node: AnyStateNode, ancestor: AnyStateNode): boolean {
  for (let current: AnyStateNode | undefined = node; current; current = current.parent) {
    if (current === ancestor) return true;
  }
  return false;
}

/** What is active when a machine begins, before any transition. */
export function initialNodes(root: AnyStateNode): readonly AnyStateNode[] {
  const entered = new Set<AnyStateNode>();
  const enter = (node: AnyStateNode, from: AnyStateNode): void => {
    for (let outer = node; outer !== from && outer.parent; outer = outer.parent) entered.add(outer);
    entered.add(node);
    const regions = node.type === 'parallel' ? Object.values(node.states) : (node.initial?.target ?? []);
    for (const inner of regions) if (inner.type !== 'history') enter(inner, node);
  };
  enter(root, root);
  return [...entered];
}
