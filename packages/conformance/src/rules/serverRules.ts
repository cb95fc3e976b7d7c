import type { Json, JsonObject } from 'holdfast';
import { isObject } from '../format/reader.ts';
import type { Signal } from '../format/traces.ts';
import type { Realignment, ServerStep } from './serverStep.ts';

/** An attempt that is no whole number of at least 0. */
function isForbiddenAttempt(attempt: Json | undefined): boolean {
  return !(typeof attempt === 'number' && Number.isSafeInteger(attempt) && attempt >= 0);
}

export function exitSignalsStopped(step: ServerStep): ServerStep | undefined {
  if (step.call !== 'exit' || !step.before.alive || step.alive || step.signals.length > 0) return undefined;
  return { ...step, signals: [stopped(step)] };
}

function stopped({ args: [reason = null], trace }: ServerStep): Signal {
  const { id = null, channel_type = null } = trace.instance;
  return {
    event: ['jido_messaging', 'instance', 'stopped'],
    measurements: { timestamp: 'present' },
    metadata: {
      channel_type,
      instance_id: id,
      instance_module: trace.instanceModule,
      reason,
      timestamp: 'present',
    },
  };
}

export function unknownMessageIsIgnored(step: ServerStep): ServerStep | undefined {
  if (!['info', 'unknown_cast', 'unknown_call'].includes(step.call)) return undefined;
  if (!step.before.alive || (step.alive && step.call !== 'unknown_call')) return undefined;
  const ignored = asBefore(step, step.call === 'unknown_call' ? undefined : step.returns);
  return step.alive ? ignored : { ...ignored, realign: { by: 'stop' } };
}

export function attemptIsRefused(step: ServerStep): ServerStep | undefined {
  const [attempt, reason = null] = step.args;
  if (step.call !== 'notify_reconnect_attempt' || !isForbiddenAttempt(attempt)) return undefined;
  return refused(step, () => {
    if (!isForbiddenAttempt(step.status['reconnect_attempt'])) return undefined;
    const hasMoved = step.status['status'] === 'connecting' && step.before.status['status'] !== 'connecting';
    return { by: 'attempt', attempt: hasMoved ? 1 : 0, reason };
  });
}

export function metaIsRefused(step: ServerStep): ServerStep | undefined {
  const [meta] = step.args;
  if (step.call !== 'notify_connected' || meta === undefined || isObject(meta)) return undefined;
  return refused(step, () => (step.connectedAtChanged ? { by: 'connected' } : undefined));
}

/** What the original's callers get for input that it refuses; ours get an InvalidInputError. */
const refusal: Json = { raises: 'FunctionClauseError' };

/** Refused with a typed error, and nothing has changed; then ours follows to where the original went. */
function refused(step: ServerStep, follow: () => Realignment | undefined): ServerStep {
  if (!step.before.alive) return { ...step, returns: undefined };
  const unchanged = asBefore(step, refusal);
  const realign: Realignment | undefined = step.alive ? follow() : { by: 'stop' };
  return realign === undefined ? unchanged : { ...unchanged, realign };
}

function asBefore(step: ServerStep, returns: Json | undefined): ServerStep {
  const { status, healthSnapshot } = step.before;
  return { ...step, status, healthSnapshot, returns, signals: [], alive: true, connectedAtChanged: false };
}

/** As long as the original shows the attempt that we refused, ours shows the last one that it took. */
export function refusedAttemptIsNotShown(step: ServerStep): ServerStep | undefined {
  if (!step.alive || !showsForbidden(step.status)) return undefined;
  const withOurs = (state: JsonObject): JsonObject =>
    showsForbidden(state) ? { ...state, reconnect_attempt: step.before.shownAttempt } : state;
  const returned = Array.isArray(step.returns) && isObject(step.returns[1]) ? step.returns[1] : undefined;
  return {
    ...step,
    status: withOurs(step.status),
    healthSnapshot: withOurs(step.healthSnapshot),
    ...(returned && { returns: ['ok', withOurs(returned)] }),
  };
}

function showsForbidden(state: JsonObject): boolean {
  return Object.hasOwn(state, 'reconnect_attempt') && isForbiddenAttempt(state['reconnect_attempt']);
}
