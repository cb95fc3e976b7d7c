import type { AnyMachineSnapshot } from 'xstate';
import type { Cover } from './goals.ts';
import type { Moment } from './Trace.ts';

/** What of a machine's state matters for where it can go: of `context`, in most cases, a few numbers within bounds. */
export type Projection = (snapshot: AnyMachineSnapshot) => unknown;

/** Two moments with one key are taken for one. It is the text of all that decides what may follow, as far as the projection says. */
export function keyOf({ last, snapshot, timers }: Moment, project: Projection, cover: Cover): string {
  const { children, historyValue, status, value } = snapshot;
  const history = Object.entries(historyValue ?? {}).map(([id, nodes]) => [id, nodes.map((node) => node.id)]);
  return textOf([
    value,
    status,
    history,
    Object.keys(children)
      .filter((id) => children[id] !== undefined)
      .sort(),
    timers.map(({ id, remainingMs }) => [id, remainingMs]),
    project(snapshot),
    cover === 'pairs' ? last : [],
  ]);
}

/** Stable: keys in order, collections spelled out; of functions, actors and other live things only that they are there. */
function textOf(value: unknown, within: readonly object[] = []): string {
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function' || typeof value === 'symbol') return `<${typeof value}>`;
  if (typeof value !== 'object' || value === null)
    return Object.is(value, -0) ? '-0' : (JSON.stringify(value) ?? String(value));
  if (within.includes(value)) return '<cycle>';
  const inner = (part: unknown): string => textOf(part, [...within, value]);
  if (Array.isArray(value)) return `[${value.map(inner).join(',')}]`;
  if (value instanceof Date) return `Date(${value.getTime()})`;
  if (value instanceof Set) return `Set${inner([...value])}`;
  if (value instanceof Map) return `Map${inner([...value])}`;
  if (value instanceof Error) return `${value.name}(${value.message})`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype !== null && prototype !== Object.prototype) return `<${value.constructor?.name ?? 'object'}>`;
  const parts = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${parts.map(([key, part]) => `${JSON.stringify(key)}:${inner(part)}`).join(',')}}`;
}
