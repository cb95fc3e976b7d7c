import { sendParent } from 'xstate';
import { reasonOf } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import type { ReconnectContext, ReconnectEvent, ReconnectReport, WorkerSignal } from './reconnectModel.ts';
import { linkOf } from './reconnectUpdates.ts';

type Report = (context: ReconnectContext, event: ReconnectEvent) => ReconnectReport;

/** One message to the instance. They arrive in the order of the actions. */
function reporting(report: Report) {
  return sendParent<ReconnectContext, ReconnectEvent, undefined, ReconnectReport, ReconnectEvent>(
    ({ context, event }) => report(context, event),
  );
}

export const reportConnecting = reporting(({ epoch }) => ({ type: 'notify.connecting', epoch }));

export const reportAttempt = reporting((context) => ({
  type: 'notify.reconnectAttempt',
  attempt: context.attempt,
  reason: outageReason(context),
  epoch: context.epoch,
}));

/** A first connection has no outage to tell of; the original calls it the probe's. */
export const reportConnected = reporting((context) => ({
  type: 'notify.connected',
  meta: connectedMeta(context),
  epoch: context.epoch,
}));

export const reportAttemptsOver = reporting(({ epoch }) => ({
  type: 'notify.reconnectAttempt',
  attempt: 0,
  reason: null,
  epoch,
}));

export const reportUp = reporting((context, event) => {
  const link = linkOf(event);
  return link ? { type: 'connection.up', link } : { type: 'connection.down', epoch: context.epoch };
});

export const reportDown = reporting(({ epoch }) => ({ type: 'connection.down', epoch }));

export const reportDisconnected = reporting((context) => ({
  type: 'notify.disconnected',
  reason: failureReason(context),
  epoch: context.epoch,
}));

export const reportUnsupported = reporting((context) => ({
  type: 'notify.reconnectAttempt',
  attempt: 0,
  reason: failureReason(context),
  epoch: context.epoch,
}));

export const reportFailure = reporting((context) => ({ type: 'notify.failure', reason: failureReason(context) }));

export const reportFatalRestart = reporting((context) => ({
  type: 'notify.restartMarker',
  class: 'fatal',
  reason: failureReason(context),
}));

export const reportExhaustion = reporting((context) => ({
  type: 'notify.failure',
  reason: ['reconnect_exhausted', failureReason(context)],
}));

export const reportRecoverableRestart = reporting((context) => ({
  type: 'notify.restartMarker',
  class: 'recoverable',
  reason: failureReason(context),
}));

export const reportRestarting = reporting(() => ({ type: 'connection.restarting' }));
export const reportSuspended = reporting(() => ({ type: 'connection.suspended' }));

/** Parked: for its credentials, or for anything else that it is set up with. */
export const reportParked = reporting((context) => ({
  type: context.failure?.scope === 'auth' ? 'connection.unauthorized' : 'connection.misconfigured',
  reason: failureReason(context),
}));

export const reportConflicted = reporting((context) => ({
  type: 'connection.conflicted',
  reason: failureReason(context),
}));

export const reportIntensityExceeded = reporting((context) => ({
  type: 'connection.exhausted',
  reason: failureReason(context),
}));

export const signalProbeFailed = reporting((context) =>
  signal(
    'instance.health_probe',
    {},
    { outcome: 'error', failureClass: severity(context), reason: failureReason(context) },
  ),
);

export const signalScheduled = reporting((context) =>
  signal(
    'instance.reconnect_scheduled',
    { attempt: context.attempt, delayMs: context.delayMs },
    { failureClass: severity(context), reason: failureReason(context) },
  ),
);

export const signalQueued = reporting((context) =>
  signal('instance.reconnect_queued', { attempt: context.attempt, delayMs: context.turnMs }, {}),
);

export const signalAttempt = reporting((context) =>
  signal('instance.reconnect_attempt', { attempt: context.attempt }, { reason: outageReason(context) }),
);

export const signalAttemptFailed = reporting((context) =>
  signal(
    'instance.reconnect_failed',
    { attempt: context.attempt },
    { failureClass: severity(context), reason: failureReason(context) },
  ),
);

export const signalExhausted = reporting((context) =>
  signal(
    'instance.reconnect_exhausted',
    { attempt: Math.max(context.attempt, context.unstableAttempts) },
    { failureClass: severity(context), reason: failureReason(context) },
  ),
);

function signal(name: TelemetryEventName, measurements: Record<string, number>, metadata: JsonObject): WorkerSignal {
  return { type: 'connection.signal', name, measurements, metadata };
}

function connectedMeta(context: ReconnectContext): JsonObject {
  const { attempt, channel, outage } = context;
  if (outage === null) return { attempts: 0, reason: 'probe' };
  return { attempts: attempt, elapsedMs: channel.clock.now() - outage.sinceMs, reason: outage.reason };
}

function failureReason({ failure }: ReconnectContext): Json {
  return failure ? reasonOf(failure) : null;
}

function outageReason({ outage }: ReconnectContext): Json {
  return outage ? outage.reason : null;
}

function severity({ failure }: ReconnectContext): string {
  return failure?.severity ?? 'recoverable';
}
