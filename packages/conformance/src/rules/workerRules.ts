import type { Json, JsonObject } from 'holdfast';
import { isList, isObject } from '../format/reader.ts';
import type { Signal } from '../format/traces.ts';
import type { WorkerAction, WorkerGroup, WorkerTrace } from '../format/workerTrace.ts';
import { childHealthOfOurs } from './childHealth.ts';
import { type ClassifiedReason, retryLaterIsRecoverable, unknownIsRecoverable } from './classification.ts';

/** What is expected of one instant of a worker's timeline. Rules hand back a changed one. */
export interface WorkerStep extends WorkerGroup {
  readonly trace: WorkerTrace;
  readonly isFirst: boolean;
  /** The wait before this instant. */
  readonly gapMs: number;
  /** Ours goes on where the original ends: only what comes first is compared. */
  readonly isOpenEnded: boolean;
  readonly isStatusCompared: boolean;
  /** From here on nothing is asked of the peer. */
  readonly isParked: boolean;
  readonly statusBefore: JsonObject;
}

/** The whole status after what the worker did. */
export function statusAfter({ actions, statusBefore }: Pick<WorkerStep, 'actions' | 'statusBefore'>): JsonObject {
  return Object.assign({}, statusBefore, ...actions.map(({ status }) => status));
}

export function firstAttemptComesAtOnce(step: WorkerStep): WorkerStep | undefined {
  return step.isFirst ? { ...step, gapMs: 0 } : undefined;
}

export function healthyProbeIsQuiet(step: WorkerStep): WorkerStep | undefined {
  const isHealthy = step.result?.kind === 'returns' && step.result.value === 'ok';
  return isHealthy && step.phaseBefore === 'connected' ? { ...step, actions: [] } : undefined;
}

export function fatalParks(step: WorkerStep): WorkerStep | undefined {
  const failure = fatalFailureOf(step);
  if (failure === undefined || isOtherwiseForUs(failure)) return undefined;
  const error = signalOf(step.trace, 'error', {
    consecutive_failures: statusAfter(step)['consecutive_failures'] ?? null,
    error: failure.reason,
    timestamp: 'present',
  });
  const parked: WorkerAction = { name: 'parked', status: { status: 'error' }, signals: [error] };
  return { ...step, actions: [...step.actions, parked], isParked: true };
}

export function retryLaterGoesOn(step: WorkerStep): WorkerStep | undefined {
  return goesOn(step, retryLaterIsRecoverable);
}

export function unknownGoesOn(step: WorkerStep): WorkerStep | undefined {
  return goesOn(step, unknownIsRecoverable);
}

/** What is fatal to the original is recoverable for us: the same signals with another class, and then the next attempt. */
function goesOn(
  step: WorkerStep,
  rule: (row: ClassifiedReason) => ClassifiedReason | undefined,
): WorkerStep | undefined {
  const failure = fatalFailureOf(step);
  if (failure === undefined || rule(failure) === undefined) return undefined;
  const kept = step.actions.filter(({ name }) => name !== 'notify_failure' && name !== 'notify_restart_marker');
  const actions = kept.map((action) => ({ ...action, signals: action.signals.map(asRecoverable) }));
  const [attempt] = actions.flatMap(({ signals }) => signals).flatMap(attemptThatFailed);
  const isLastAttempt = attempt !== undefined && attempt >= Number(step.trace.config['max_reconnect_attempts']);
  return { ...step, actions, exitReason: null, isOpenEnded: true, isStatusCompared: !isLastAttempt };
}

function attemptThatFailed({ event, measurements }: Signal): number[] {
  return event.at(-1) === 'reconnect_failed' ? [Number(measurements['attempt'])] : [];
}

export function exhaustionGoesOn(step: WorkerStep): WorkerStep | undefined {
  if (!isList(step.exitReason) || step.exitReason[1] !== 'reconnect_exhausted') return undefined;
  const metadata: JsonObject = step.actions.flatMap(({ signals }) => signals).at(-1)?.metadata ?? {};
  const next = signalOf(step.trace, 'reconnect_scheduled', {
    failure_class: metadata['failure_class'] ?? null,
    reason: metadata['reason'] ?? null,
  });
  const measurements = { attempt: 1, delay_ms: step.trace.config['reconnect_max_backoff_ms'] ?? null };
  const signals = [{ ...next, measurements }];
  const begun: WorkerAction = { name: 'begun again', status: { status: 'disconnected' }, signals };
  return { ...step, actions: [...step.actions, begun] };
}

export function garbageIsContained(step: WorkerStep): WorkerStep | undefined {
  return isList(step.exitReason) && step.exitReason[0] === 'crash'
    ? { ...step, isOpenEnded: true, isStatusCompared: false }
    : undefined;
}

/** The failure that made the original's worker give up for good, as the original classed it. */
function fatalFailureOf({ exitReason }: WorkerStep): ClassifiedReason | undefined {
  if (!isList(exitReason) || !isList(exitReason[1])) return undefined;
  const [term, reason = null] = exitReason[1];
  return term === 'fatal_probe' || term === 'fatal_reconnect' ? { reason, class: 'fatal' } : undefined;
}

function isOtherwiseForUs(failure: ClassifiedReason): boolean {
  return retryLaterIsRecoverable(failure) !== undefined || unknownIsRecoverable(failure) !== undefined;
}

function asRecoverable(signal: Signal): Signal {
  if (signal.metadata['failure_class'] !== 'fatal') return signal;
  return { ...signal, metadata: { ...signal.metadata, failure_class: 'recoverable' } };
}

function signalOf(trace: WorkerTrace, name: string, metadata: Readonly<Record<string, Json>>): Signal {
  const { id = null, channel_type = null } = trace.instance;
  return {
    event: ['jido_messaging', 'instance', name],
    measurements: Object.hasOwn(metadata, 'timestamp') ? { timestamp: 'present' } : {},
    metadata: { channel_type, instance_id: id, instance_module: trace.instanceModule, ...metadata },
  };
}

/** Nothing to compare: without a channel ours makes no claim of being connected. */
export function noAdapterNoClaim(trace: WorkerTrace): 'skip' | undefined {
  return trace.adapter?.['check_health'] === true ? undefined : 'skip';
}

export function childrenAreThere(trace: WorkerTrace): WorkerTrace | undefined {
  const { child_health_summary: summary } = trace.initialStatus;
  if (!isObject(summary)) return undefined;
  return { ...trace, initialStatus: { ...trace.initialStatus, child_health_summary: childHealthOfOurs } };
}
