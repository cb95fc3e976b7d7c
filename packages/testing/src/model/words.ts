import type { AnyMachineSnapshot, AnyStateNode } from 'xstate';
import type { Chart } from '../chart/index.ts';
import { isWait, type ModelInput } from './input.ts';

const longestPayload = 60;

/** `connected → disconnected by notify.disconnected [reason: timeout]`: the innermost states that changed, and why. */
export function nameStep(
  chart: Chart,
  input: ModelInput,
  way: readonly [AnyMachineSnapshot, AnyMachineSnapshot],
): string {
  const [before, after] = way.map(leavesOf);
  const left = (before ?? []).filter((name) => !after?.includes(name));
  const entered = (after ?? []).filter((name) => !before?.includes(name));
  const cause = describeInput(chart, input);
  if (entered.length === 0) return `${(before ?? []).join(' + ')} stays by ${cause}`;
  return `${left.length === 0 ? (before ?? []).join(' + ') : left.join(' + ')} → ${entered.join(' + ')} by ${cause}`;
}

function describeInput(chart: Chart, input: ModelInput): string {
  if (isWait(input)) return `waiting ${input.waitMs} ms`;
  const { type, actorId: _, ...payload } = input;
  const name = chart.transitions.find(({ event }) => event === type)?.eventName ?? type;
  const parts = Object.entries(payload).filter(([, value]) => value !== undefined);
  if (parts.length === 0) return name;
  const text = parts.map(([key, value]) => `${key}: ${describeValue(value)}`).join(', ');
  return `${name} [${text.length > longestPayload ? `${text.slice(0, longestPayload - 1)}…` : text}]`;
}

function leavesOf(snapshot: AnyMachineSnapshot): readonly string[] {
  return snapshot._nodes.filter(isLeaf).map(({ id, path }) => (path.length === 0 ? id : path.join('.')));
}

function isLeaf({ type }: AnyStateNode): boolean {
  return type === 'atomic' || type === 'final';
}

function describeValue(value: unknown): string {
  if (typeof value === 'string') return value;
  if (value instanceof Error) return value.message;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return Object.prototype.toString.call(value);
  }
}
