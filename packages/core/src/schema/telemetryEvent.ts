import type { Json } from './json.ts';

/** The names that the original (`Jido.Messaging`) signals too, with the same measurements and metadata. */
export const seedEventNames = [
  'instance.started',
  'instance.connecting',
  'instance.connected',
  'instance.disconnected',
  'instance.error',
  'instance.stopped',
  'instance.health_probe',
  'instance.reconnect_scheduled',
  'instance.reconnect_attempt',
  'instance.reconnect_failed',
  'instance.reconnect_exhausted',
  'delivery.queued',
  'delivery.attempt',
  'delivery.retry_scheduled',
  'delivery.gave_up',
  'delivery.skipped_duplicate',
] as const;

/** The names that are ours. */
export const ownEventNames = [
  'instance.failure_counted',
  'instance.recovered',
  'instance.child_restarted',
  'instance.parked',
  'instance.reconnect_queued',
  'instance.restarted',
  'instance.escalated',
  'instance.suspended',
  'instance.settings_ignored',
  'delivery.sent',
  'delivery.paused',
  'delivery.expired',
  'delivery.withdrawn',
  'delivery.unknown',
  'delivery.held',
  'delivery.pressure_changed',
  'inbound.received',
  'inbound.skipped_duplicate',
  'inbound.handled',
  'inbound.retry_scheduled',
  'inbound.gave_up',
  'store.failed',
  'observer.failed',
] as const;

export type TelemetryEventName = (typeof seedEventNames)[number] | (typeof ownEventNames)[number];

/**
 * One telemetry event. ARCHITECTURE.md has the table of all names with their measurements (units in the name) and
 * metadata. Every metadata carries `instanceModule`, `instanceId` and `channelType`.
 */
export interface TelemetryEvent {
  readonly name: TelemetryEventName;
  readonly measurements: Readonly<Record<string, number>>;
  readonly metadata: Readonly<Record<string, Json>>;
}
