import type { AnyTransitionDefinition } from 'xstate';
import { transitionId } from './chartOf.ts';
import { isStateValue, stateValueOf } from './liveActor.ts';
import type { Microstep } from './records.ts';
import { clipName } from './redaction/Redaction.ts';

/** A list of the one step: most records have one, and share it. */
export type OneStep = readonly [Microstep];

/** What a transition last made of which event. Most transitions do the same again and again: that is one object, not thousands. */
const last = new WeakMap<AnyTransitionDefinition, OneStep>();

export function stepOf(type: string, snapshot: object, taken: readonly AnyTransitionDefinition[]): OneStep {
  const [first] = taken;
  if (first === undefined || taken.length > 1) return makeStep(type, snapshot, taken);
  const known = last.get(first);
  if (known && known[0].event === type && isStateValue(snapshot, known[0].to)) return known;
  const step = makeStep(type, snapshot, taken);
  last.set(first, step);
  return step;
}

function makeStep(type: string, snapshot: object, taken: readonly AnyTransitionDefinition[]): OneStep {
  const transitions = taken.flatMap((definition) => transitionId(definition) ?? []);
  const step = { event: clipName(type), transitions: Object.freeze(transitions), to: stateValueOf(snapshot) };
  return Object.freeze([Object.freeze(step)]);
}
