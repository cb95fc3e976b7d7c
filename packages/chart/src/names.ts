import type { AnyStateNode, AnyTransitionDefinition } from 'xstate';

/** What makes a chart take a transition. */
export type Trigger = 'event' | 'after' | 'always' | 'done' | 'error' | 'snapshot' | 'stateDone';

interface EventDescription {
  readonly trigger: Trigger;
  readonly name: string;
}

/** What a transition waits for, in words. The types that XState makes up itself are `xstate.<what>.<of what>`. */
export function describeEvent(node: AnyStateNode, definition: AnyTransitionDefinition): EventDescription {
  const { eventType } = definition;
  if (eventType === '') return { trigger: 'always', name: 'always' };
  const delayed = node.after.find((candidate) => candidate.eventType === eventType);
  if (delayed) return { trigger: 'after', name: describeDelay(delayed.delay) };
  if (eventType === `xstate.done.state.${node.id}`) return { trigger: 'stateDone', name: 'done' };
  for (const { prefix, trigger, verb } of actorEvents) {
    if (eventType.startsWith(prefix)) return { trigger, name: `${verb}(${eventType.slice(prefix.length)})` };
  }
  return { trigger: 'event', name: eventType === '*' ? 'any event' : eventType };
}

const actorEvents = [
  { prefix: 'xstate.done.actor.', trigger: 'done', verb: 'done' },
  { prefix: 'xstate.error.actor.', trigger: 'error', verb: 'error' },
  { prefix: 'xstate.snapshot.', trigger: 'snapshot', verb: 'snapshot' },
] as const satisfies readonly { readonly prefix: string; readonly trigger: Trigger; readonly verb: string }[];

function describeDelay(delay: unknown): string {
  if (typeof delay === 'number') return `after ${delay} ms`;
  return typeof delay === 'string' ? `after ${delay}` : 'after a delay';
}

/** `isEmpty`, `isOver(limit: 3)`, `not(isEmpty)`; an inline function goes by its own name, if it has one. */
export function describeGuard(guard: unknown): string {
  if (typeof guard === 'string') return guard;
  if (typeof guard === 'function') return describeGuardFunction(guard);
  if (typeof guard !== 'object' || guard === null) return 'a guard';
  const { type, params } = guard as { readonly type?: unknown; readonly params?: unknown };
  const name = typeof type === 'string' ? type : 'a guard';
  if (typeof params !== 'object' || params === null) return name;
  const listed = Object.entries(params).map(([key, value]) => `${key}: ${describeParam(value)}`);
  return listed.length === 0 ? name : `${name}(${listed.join(', ')})`;
}

/** `and`, `or`, `not` and `stateIn` make functions that carry what they are made of. */
function describeGuardFunction(guard: { readonly name: string }): string {
  if (!('check' in guard)) return /^(guard)?$/.test(guard.name) ? 'inline' : guard.name;
  if ('guards' in guard && Array.isArray(guard.guards))
    return `${guard.name}(${guard.guards.map(describeGuard).join(', ')})`;
  if ('stateValue' in guard) return `stateIn(${describeParam(guard.stateValue)})`;
  return guard.name;
}

function describeParam(value: unknown): string {
  if (typeof value === 'function') return 'computed';
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
}

interface Between {
  readonly from: string;
  readonly to: readonly string[];
  readonly eventName: string;
  readonly guard: string | null;
}

/** `a → b by go [isReady]`; without a target it stays: `a stays by go`. */
export function describeTransition({ from, to, eventName, guard }: Between): string {
  const way = to.length === 0 ? `${from} stays` : `${from} → ${to.join(' + ')}`;
  return `${way} by ${eventName}${guard === null ? '' : ` [${guard}]`}`;
}
