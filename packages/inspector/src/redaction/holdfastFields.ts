import type { ChartDescription } from '../chartOf.ts';
import { type AllowedPath, Rules } from './Rules.ts';

/** What may leave of the actors of one kind. */
export interface FieldRules {
  readonly context: Rules;
  readonly events: Readonly<Record<string, Rules>>;
}

const numbers = (...paths: readonly string[]): readonly AllowedPath[] =>
  paths.map((path) => ({ path, as: 'number' as const }));
const codes = (...paths: readonly string[]): readonly AllowedPath[] =>
  paths.map((path) => ({ path, as: 'code' as const }));
const terms = (...paths: readonly string[]): readonly AllowedPath[] =>
  paths.map((path) => ({ path, as: 'term' as const }));
const rulesOf = (...paths: readonly AllowedPath[]): Rules => Rules.parse(paths, 'allow');

const reason = rulesOf(...numbers('epoch'), ...terms('reason'));
const failure = rulesOf(
  ...numbers('epoch', 'failure.retryAfterMs'),
  ...codes('failure.code', 'failure.severity', 'failure.scope'),
);
const outcome = rulesOf(
  ...numbers('output.ok', 'output.value.epoch', 'output.failure.retryAfterMs'),
  ...codes('output.failure.code', 'output.failure.severity', 'output.failure.scope'),
);

/** Counters, time stamps, codes, and under which name the app keeps an instance. No text of a peer's, no settings, no credentials. */
const instance: FieldRules = {
  context: rulesOf(
    ...['instance.id', 'instance.name', 'instance.channelType'],
    ...numbers('failureLimit', 'consecutiveFailures', 'reconnectAttempt', 'restartCount', 'childRestarts'),
    ...numbers('startedAt', 'connectedAt', 'stop.drainMs'),
    ...terms('lastError', 'lastRestartReason', 'lastRestartClass', 'stop.reason'),
  ),
  events: {
    'notify.connecting': reason,
    'notify.connected': reason,
    'notify.disconnected': reason,
    'notify.failure': reason,
    'notify.reconnectAttempt': rulesOf(...numbers('epoch', 'attempt'), ...terms('reason')),
    'notify.restartMarker': rulesOf(...terms('class', 'reason')),
    stop: rulesOf(...numbers('drainMs'), ...terms('reason')),
    'connection.up': rulesOf(...numbers('link.epoch')),
    'connection.down': reason,
    'connection.unauthorized': reason,
    'connection.misconfigured': reason,
    'connection.conflicted': reason,
    'connection.exhausted': reason,
    'connection.signal': rulesOf(
      ...numbers('measurements.attempt', 'measurements.delayMs'),
      ...terms('name', 'metadata.outcome', 'metadata.failureClass', 'metadata.reason'),
    ),
    'poller.failed': failure,
    'sender.linkSuspected': failure,
    'store.restored': rulesOf(...numbers('past.consecutiveFailures', 'past.restartCount')),
  },
};

const reconnect: FieldRules = {
  context: rulesOf(
    ...numbers('epoch', 'attempt', 'unstableAttempts', 'delayMs', 'turnMs', 'probedAtMs', 'restarts', 'outage.sinceMs'),
    ...numbers('failure.retryAfterMs', 'link.epoch'),
    ...codes('failure.code', 'failure.severity', 'failure.scope'),
    ...terms('outage.reason'),
  ),
  events: {
    'link.failed': failure,
    'link.closed': failure,
    'link.renew': reason,
    'xstate.done.actor.connector': outcome,
    'xstate.done.actor.prober': outcome,
  },
};

const nothing: FieldRules = { context: Rules.none, events: {} };

/** A chart of somebody else's may have the same id: the states tell it apart. */
const ours: readonly { readonly id: string; readonly states: readonly string[]; readonly fields: FieldRules }[] = [
  {
    id: 'instance',
    states: ['starting', 'connecting', 'connected', 'disconnected', 'error', 'stopped'],
    fields: instance,
  },
  { id: 'reconnect', states: ['attempting', 'linked', 'unlinked', 'admission'], fields: reconnect },
];

/** What may leave of the actors of a chart if nobody says anything: something of Holdfast's own charts, nothing of others. */
export function fieldsOf(chart: ChartDescription | undefined): FieldRules {
  if (chart === undefined) return nothing;
  const names = new Set(chart.states.map(({ name }) => name));
  return ours.find(({ id, states }) => id === chart.id && states.every((name) => names.has(name)))?.fields ?? nothing;
}

/** What may leave of the metadata of Holdfast's telemetry. Measurements are numbers, and may all leave. */
export const signalFields = rulesOf(
  ...numbers('attempt', 'attempts', 'consecutiveFailures', 'elapsedMs', 'restarts', 'nextInMs', 'epoch'),
  ...terms('outcome', 'failureClass', 'reason', 'finalReason', 'level', 'previous', 'scope', 'cause', 'during'),
);

/** What may leave of how an instance is now. */
export const vitalFields = rulesOf(
  ...numbers('queueDepth', 'queueCapacity', 'maxRestarts', 'restartWindowMs'),
  ...terms('pressure'),
);
