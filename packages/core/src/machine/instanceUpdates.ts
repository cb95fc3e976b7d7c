import { wholeContext } from '@holdfast/compile';
import { assign } from 'xstate';
import { Telemetry } from '../actors/telemetry.ts';
import { recordRestart } from '../policy/restartWindow.ts';
import { systemClock } from '../ports/clock.ts';
import { defaultReconnectPolicy } from '../schema/reconnectPolicy.ts';
import {
  eventOf,
  type InstanceArgs,
  type InstanceContext,
  type InstanceEvent,
  type InstanceInput,
} from './instanceModel.ts';

/** What an event changes in the context. */
type Update = (context: InstanceContext, event: InstanceEvent) => Partial<ChangingContext>;

type ChangingContext = Omit<
  InstanceContext,
  'instance' | 'failureLimit' | 'startedAt' | 'clock' | 'telemetry' | 'channel'
>;

/** One assign a transition, of a plain function that a test can call. */
function updating(update: Update) {
  return assign<InstanceContext, InstanceEvent, undefined, InstanceEvent, never>(
    wholeContext(({ context, event }: InstanceArgs) => renewed(context, update(context, event))),
  );
}

/** Written out, since a copy by spreading takes ten times as long, and one is made for each event. No field is ever undefined. */
function renewed(before: InstanceContext, changes: Partial<ChangingContext>): InstanceContext {
  return {
    instance: before.instance,
    failureLimit: before.failureLimit,
    consecutiveFailures: changes.consecutiveFailures ?? before.consecutiveFailures,
    reconnectAttempt: changes.reconnectAttempt ?? before.reconnectAttempt,
    restartCount: changes.restartCount ?? before.restartCount,
    lastError: either(changes.lastError, before.lastError),
    lastRestartReason: either(changes.lastRestartReason, before.lastRestartReason),
    lastRestartClass: either(changes.lastRestartClass, before.lastRestartClass),
    startedAt: before.startedAt,
    connectedAt: either(changes.connectedAt, before.connectedAt),
    childRestarts: changes.childRestarts ?? before.childRestarts,
    stop: either(changes.stop, before.stop),
    clock: before.clock,
    telemetry: before.telemetry,
    channel: before.channel,
  };
}

/** For a record of the chart, which has one context from its start to its end: without workers an event may change no more than this. */
export function keepContext(kept: InstanceContext, next: InstanceContext): void {
  const changing: { -readonly [Key in keyof ChangingContext]: ChangingContext[Key] } = kept;
  changing.consecutiveFailures = next.consecutiveFailures;
  changing.reconnectAttempt = next.reconnectAttempt;
  changing.restartCount = next.restartCount;
  changing.lastError = next.lastError;
  changing.lastRestartReason = next.lastRestartReason;
  changing.lastRestartClass = next.lastRestartClass;
  changing.connectedAt = next.connectedAt;
  changing.stop = next.stop;
}

/** A change may be one to null. */
function either<Value>(change: Value | undefined, before: Value): Value {
  return change === undefined ? before : change;
}

/** One for all: most instances have none. */
const noRestarts: readonly number[] = [];

/** The limit that `consecutiveFailures` reaches before the instance is in `error`; the original's. */
const defaultFailureLimit = 10;

export const createInstanceContext = wholeContext(({ input }: { readonly input: InstanceInput }): InstanceContext => {
  const { id, name, channelType, status = 'starting', settings = {} } = input.instance;
  const clock = input.clock ?? systemClock;
  const instanceModule = input.instanceModule ?? 'holdfast';
  return {
    instance: { id, name, channelType, status, settings },
    failureLimit: input.failureLimit ?? defaultFailureLimit,
    consecutiveFailures: 0,
    reconnectAttempt: 0,
    restartCount: input.history?.restartCount ?? 0,
    lastError: null,
    lastRestartReason: input.history?.lastRestartReason ?? null,
    lastRestartClass: input.history?.lastRestartClass ?? null,
    startedAt: clock.now(),
    connectedAt: null,
    childRestarts: noRestarts,
    stop: null,
    clock,
    telemetry: new Telemetry(input.observer, { instanceModule, instanceId: id, channelType }),
    channel: input.channel ?? null,
  };
});

export const recordConnected = updating(({ clock }) => ({
  connectedAt: clock.now(),
  consecutiveFailures: 0,
  reconnectAttempt: 0,
  lastError: null,
}));

/** Without a reason it is `unknown`; with null it is null. */
export const recordDisconnected = updating((_, event) => {
  const { reason = 'unknown' } = eventOf(event, 'notify.disconnected') ?? {};
  return { lastError: reason };
});

export const countFailure = updating(({ consecutiveFailures }, event) => ({
  consecutiveFailures: consecutiveFailures + 1,
  lastError: eventOf(event, 'notify.failure')?.reason ?? null,
}));

export const clearFailures = updating(() => ({ consecutiveFailures: 0 }));

export const recordAttempt = updating((context, event) => {
  const { attempt = context.reconnectAttempt, reason } = eventOf(event, 'notify.reconnectAttempt') ?? {};
  return { reconnectAttempt: attempt, lastError: reason ?? context.lastError };
});

export const countRestart = updating((context, event) => {
  const marker = eventOf(event, 'notify.restartMarker');
  return {
    restartCount: context.restartCount + 1,
    lastRestartClass: marker?.class ?? context.lastRestartClass,
    lastRestartReason: marker?.reason ?? null,
  };
});

/** What the process before had counted, and what has been counted since. */
export const addPast = updating((context, event) => {
  const past = eventOf(event, 'store.restored')?.past;
  if (!past) return {};
  return {
    restartCount: past.restartCount + context.restartCount,
    consecutiveFailures: past.consecutiveFailures + context.consecutiveFailures,
    lastError: context.lastError ?? past.lastError,
    lastRestartReason: context.lastRestartReason ?? past.lastRestartReason,
    lastRestartClass: context.lastRestartClass ?? past.lastRestartClass,
  };
});

export const countChildRestart = updating(({ channel, childRestarts, clock }) => {
  const { maxRestarts, restartWindowMs } = channel?.reconnect ?? defaultReconnectPolicy;
  return { childRestarts: recordRestart(childRestarts, clock.now(), { maxRestarts, windowMs: restartWindowMs }) };
});

/** How long an instance may finish its work when nobody says. Milliseconds. */
export const defaultDrainMs = 5_000;

export const recordStop = updating((_, event) => {
  const { reason, drainMs = defaultDrainMs } = eventOf(event, 'stop') ?? {};
  return { stop: { reason, drainMs } };
});

/** Parked: what the connection could not get over is the last error. */
export const recordParked = updating(({ lastError }, event) => ({
  lastError: 'reason' in event && event.reason !== undefined ? event.reason : lastError,
}));
