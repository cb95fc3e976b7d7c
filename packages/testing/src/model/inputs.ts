import type { AnyEventObject, AnyMachineSnapshot } from 'xstate';
import { matchesPattern } from '../chart/attempts.ts';
import type { Chart } from '../chart/index.ts';
import type { ModelInput } from './input.ts';
import type { Moment } from './Trace.ts';

/** The payloads to try an event with: all of it but the type. */
export type Payloads = readonly object[] | ((snapshot: AnyMachineSnapshot) => readonly object[]);

/** By the type of event. An event that is not named is sent with its type alone. */
export type EventCases = Readonly<Record<string, Payloads>>;

/**
 * What can be done to a machine where it rests: the time passes until its next timer, each event that one of its active states waits
 * for is sent, in each of its cases; an actor that is there is done, or fails.
 */
export function inputsAt({ snapshot, timers }: Moment, events: EventCases): readonly ModelInput[] {
  if (snapshot.status !== 'active') return [];
  const patterns = new Set(snapshot._nodes.flatMap((node) => [...node.transitions.keys()]));
  const types = new Set([...patterns].flatMap((pattern) => typesOf(pattern, events)));
  const sent = [...types].flatMap((type) => casesOf(type, snapshot, events));
  const [next] = timers;
  return next === undefined ? sent : [{ waitMs: next.remainingMs }, ...sent];
}

/** The events that the machine waits for elsewhere, and should do nothing with here. */
export function strayInputsAt({ snapshot }: Moment, chart: Chart, events: EventCases): readonly ModelInput[] {
  if (snapshot.status !== 'active') return [];
  const outside = chart.transitions.filter(({ event, trigger }) => trigger === 'event' && !event.endsWith('*'));
  const types = new Set([...outside.map(({ event }) => event), ...Object.keys(events)]);
  const stray = [...types].filter((type) => !isReserved(type) && !isAwaited(snapshot, type));
  return stray.flatMap((type) => casesOf(type, snapshot, events));
}

function isAwaited({ _nodes }: AnyMachineSnapshot, type: string): boolean {
  return _nodes.some(({ transitions }) =>
    [...transitions.keys()].some((pattern) => pattern === type || matchesPattern(type, pattern)),
  );
}

/** XState makes these up: `after`s come by waiting, and a state is done when it is. */
function isOwn(type: string): boolean {
  return type === '' || type.startsWith('xstate.after.') || type.startsWith('xstate.done.state.');
}

function isReserved(type: string): boolean {
  return type === '' || type.startsWith('xstate.');
}

function typesOf(pattern: string, events: EventCases): readonly string[] {
  if (isOwn(pattern)) return [];
  if (!pattern.endsWith('*')) return [pattern];
  const listed = Object.keys(events).filter((type) => !isReserved(type) && matchesPattern(type, pattern));
  return listed.length > 0 ? listed : [pattern === '*' ? 'any.event' : `${pattern.slice(0, -1)}any`];
}

function casesOf(type: string, snapshot: AnyMachineSnapshot, events: EventCases): readonly AnyEventObject[] {
  const actorId = /^xstate\.(?:done|error|snapshot)\.actor\.(.*)$|^xstate\.snapshot\.(.*)$/.exec(type);
  const id = actorId?.[1] ?? actorId?.[2];
  if (id !== undefined && snapshot.children[id] === undefined) return [];
  const named = Object.hasOwn(events, type) ? events[type] : undefined;
  const payloads = typeof named === 'function' ? named(snapshot) : (named ?? [defaultPayload(type)]);
  return payloads.map((payload) => ({ ...{ type }, ...payload, ...(id === undefined ? {} : { actorId: id }), type }));
}

function defaultPayload(type: string): object {
  if (type.startsWith('xstate.error.actor.')) return { error: new Error('planned') };
  return type.startsWith('xstate.done.actor.') ? { output: undefined } : {};
}
