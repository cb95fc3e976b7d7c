import type { Json, JsonObject } from 'holdfast';
import { type Reader, TraceFormatError } from './reader.ts';
import { readSignal, readSignals, type Signal } from './traces.ts';

/** What one health check of a script does. */
export type ScriptedResult =
  | { readonly kind: 'returns'; readonly value: Json }
  | { readonly kind: 'raises'; readonly value: Json }
  | { readonly kind: 'throws'; readonly value: Json }
  | { readonly kind: 'exits'; readonly value: Json };

/** One thing that the worker did, with the signals that came of it. */
export interface WorkerAction {
  /** `telemetry`, or the notification to the instance. */
  readonly name: string;
  readonly status: JsonObject;
  readonly signals: readonly Signal[];
}

/** All that the worker did about one health check, in one instant. */
export interface WorkerGroup {
  /** Nominal time since the start, in milliseconds. */
  readonly atMs: number;
  /** Null: there was nothing to ask. */
  readonly result: ScriptedResult | null;
  readonly phaseBefore: string;
  readonly actions: readonly WorkerAction[];
  /** Null: the worker goes on. */
  readonly exitReason: Json;
  /** When its next timer fires; null when it is gone. */
  readonly nextAtMs: number | null;
}

export interface WorkerTrace {
  readonly instanceModule: string;
  readonly instance: JsonObject;
  /** Null: no adapter at all. */
  readonly adapter: JsonObject | null;
  readonly config: JsonObject;
  readonly script: readonly ScriptedResult[];
  readonly initialStatus: JsonObject;
  readonly groups: readonly WorkerGroup[];
}

export function readWorkerTrace(trace: Reader): WorkerTrace {
  const adapter = trace.field('adapter');
  const initial = trace.field('initial');
  return {
    instanceModule: trace.field('instance_module').string(),
    instance: trace.field('instance').object(),
    adapter: adapter.or(null, (it) => (it.value === null ? null : it.object())),
    config: trace.field('config').object(),
    script: trace.field('script').list().map(readResult),
    initialStatus: initial.field('status').object(),
    groups: readGroups(trace.field('timeline').list(), initial.field('worker').field('phase').string()),
  };
}

export function readResult(entry: Reader): ScriptedResult {
  for (const kind of ['returns', 'raises', 'throws', 'exits'] as const) {
    const value = entry.field(kind);
    if (value.isThere) return { kind, value: value.json() };
  }
  throw new TraceFormatError(entry.path, 'one of returns, raises, throws, exits', entry.value);
}

/** Gathers entries up to each `worker_state` or `worker_exit`, which ends a group. */
function readGroups(timeline: readonly Reader[], firstPhase: string): WorkerGroup[] {
  const groups: WorkerGroup[] = [];
  let phaseBefore = firstPhase;
  let open = newGroup();
  for (const entry of timeline) {
    const type = entry.field('type').string();
    if (type === 'probe') {
      open.atMs = entry.field('at_ms').number();
      open.result = readResult(entry.field('result'));
    } else if (type === 'telemetry') {
      open.actions.push({ name: type, status: {}, signals: [readSignal(entry.field('signal'))] });
    } else if (type === 'notify') {
      open.actions.push(readNotify(entry));
    } else if (type === 'worker_state') {
      const worker = entry.field('worker');
      open.atMs ??= worker.field('at_ms').number();
      const afterMs = entry.field('timer').or<number | null>(null, (it) => it.field('after_ms').number());
      const nextAtMs = afterMs === null ? null : open.atMs + afterMs;
      groups.push({ ...open, atMs: open.atMs, phaseBefore, exitReason: null, nextAtMs });
      phaseBefore = worker.field('phase').string();
      open = newGroup();
    } else if (type === 'worker_exit') {
      const exitReason = entry.field('reason').json();
      groups.push({ ...open, atMs: open.atMs ?? 0, phaseBefore, exitReason, nextAtMs: null });
      open = newGroup();
    } else
      throw new TraceFormatError(`${entry.path}.type`, 'probe, telemetry, notify, worker_state or worker_exit', type);
  }
  const isCutOff = open.actions.length > 0 || open.result !== null;
  if (isCutOff) groups.push({ ...open, atMs: open.atMs ?? 0, phaseBefore, exitReason: null, nextAtMs: null });
  return groups;
}

function readNotify(entry: Reader): WorkerAction {
  return {
    name: entry.field('call').string(),
    status: entry.field('status').or({}, (it) => it.object()),
    signals: readSignals(entry.field('signals')),
  };
}

interface OpenGroup {
  atMs: number | undefined;
  result: ScriptedResult | null;
  readonly actions: WorkerAction[];
}

function newGroup(): OpenGroup {
  return { atMs: undefined, result: null, actions: [] };
}
