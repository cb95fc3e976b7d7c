import type { JsonObject } from '../schema/json.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';
import { eventOf, type InstanceArgs } from './instanceModel.ts';

/** Signals belong to transitions, not to states: the original enters `connecting` without one on a counted attempt. */
function publish(
  { context: { clock, telemetry } }: InstanceArgs,
  name: TelemetryEventName,
  metadata: JsonObject = {},
): void {
  telemetry.publishAt(clock.now(), name, metadata);
}

export const publishStarted = (args: InstanceArgs): void =>
  publish(args, 'instance.started', { name: args.context.instance.name });

export const publishConnecting = (args: InstanceArgs): void => publish(args, 'instance.connecting');

/** What the notifier knows wins over what every signal carries. */
export const publishConnected = (args: InstanceArgs): void =>
  publish(args, 'instance.connected', eventOf(args.event, 'notify.connected')?.meta ?? {});

export const publishDisconnected = (args: InstanceArgs): void =>
  publish(args, 'instance.disconnected', { reason: args.context.lastError });

export const publishFailureCounted = (args: InstanceArgs): void =>
  publish(args, 'instance.failure_counted', {
    reason: args.context.lastError,
    consecutiveFailures: args.context.consecutiveFailures,
  });

export const publishRecovered = (args: InstanceArgs): void => publish(args, 'instance.recovered');

export const publishError = (args: InstanceArgs): void =>
  publish(args, 'instance.error', {
    error: args.context.lastError,
    consecutiveFailures: args.context.consecutiveFailures,
  });

export const publishParked = (args: InstanceArgs): void =>
  publish(args, 'instance.parked', { cause: args.event.type, reason: args.context.lastError });

export const publishSuspended = (args: InstanceArgs): void => publish(args, 'instance.suspended');

export const publishChildRestarted = (args: InstanceArgs): void =>
  publish(args, 'instance.child_restarted', { cause: args.event.type });

/** An ordinary stop has no reason. */
export const publishStopped = (args: InstanceArgs): void => {
  const reason = args.context.stop?.reason;
  publish(args, 'instance.stopped', reason === undefined ? {} : { reason });
};

/** What the connection has to tell keeps its place among the instance's own signals. */
export const publishWorkerSignal = ({ context: { telemetry }, event }: InstanceArgs): void => {
  const signal = eventOf(event, 'connection.signal');
  if (signal) telemetry.publish(signal.name, signal.measurements, signal.metadata);
};
