import type { AnyMachineSnapshot } from 'xstate';
import { type LiveActor, snapshotOf, statusOf, waitsFor } from './liveActor.ts';
import type { EndedRecord, Json, JsonObject, Microstep, TransitionRecord } from './records.ts';
import { errorName } from './redaction/plain.ts';
import type { Redaction } from './redaction/Redaction.ts';

/** Of a machine that has dealt with an event, and stands there now. One that broke over it has made no step, and has ignored nothing. */
export function whyIgnored(
  snapshot: AnyMachineSnapshot,
  type: string,
  microsteps: readonly Microstep[],
): TransitionRecord['ignored'] {
  if (type === 'xstate.init' || microsteps.length === 0 || microsteps.some(({ transitions }) => transitions.length > 0))
    return null;
  return waitsFor(snapshot, type) ? 'guarded' : 'unhandled';
}

/** Without `live` nobody holds the actor any more. */
export function howEnded(
  live: LiveActor | undefined,
  redaction: Redaction,
): Pick<EndedRecord, 'how' | 'error' | 'output'> {
  if (live === undefined) return { how: 'lost', error: null };
  const snapshot = snapshotOf(live);
  const status = statusOf(snapshot);
  if (snapshot && status === 'error') return { how: 'error', error: errorName(Reflect.get(snapshot, 'error')) };
  if (!snapshot || status !== 'done') return { how: 'stopped', error: null };
  const output = redaction.output(Reflect.get(snapshot, 'output'));
  return { how: 'done', error: null, ...(output === undefined ? {} : { output }) };
}

/** What is different afterwards, by path; null for a path that is gone. Null when nothing is. */
export function changesBetween(before: JsonObject, after: JsonObject): JsonObject | null {
  let changes: Record<string, Json> | null = null;
  for (const path of Object.keys(after)) {
    const value = after[path] ?? null;
    if (isSame(before[path] ?? null, value)) continue;
    changes ??= {};
    changes[path] = value;
  }
  for (const path of Object.keys(before)) {
    if (path in after || before[path] === null) continue;
    changes ??= {};
    changes[path] = null;
  }
  return changes;
}

function isSame(one: Json, other: Json): boolean {
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return one === other;
  return JSON.stringify(one) === JSON.stringify(other);
}
