import type { Observer, TelemetryEventName } from 'holdfast';
import { failureLimit, identity, reason } from './Machines.ts';

/** The context that libraries without statecharts are given: what the chart of an instance without a channel keeps. */
export interface PlainContext {
  readonly id: string;
  readonly observer: Observer;
  readonly consecutiveFailures: number;
  readonly reconnectAttempt: number;
  readonly lastError: string | null;
  readonly connectedAt: number | null;
  readonly startedAt: number;
}

export function createPlainContext(id: string, observer: Observer): PlainContext {
  return {
    id,
    observer,
    consecutiveFailures: 0,
    reconnectAttempt: 0,
    lastError: null,
    connectedAt: null,
    startedAt: Date.now(),
  };
}

// Updates as the libraries' own documentation writes them.

export const afterConnected = (context: PlainContext): PlainContext => ({
  ...context,
  connectedAt: Date.now(),
  consecutiveFailures: 0,
  reconnectAttempt: 0,
  lastError: null,
});

export const afterDisconnected = (context: PlainContext): PlainContext => ({ ...context, lastError: reason });

export const afterFailure = (context: PlainContext): PlainContext => ({
  ...context,
  consecutiveFailures: context.consecutiveFailures + 1,
  lastError: reason,
});

export const afterSuccess = (context: PlainContext): PlainContext => ({ ...context, consecutiveFailures: 0 });

export const isLastFailure = ({ consecutiveFailures }: PlainContext): boolean =>
  consecutiveFailures + 1 >= failureLimit;

export const hasFailures = ({ consecutiveFailures }: PlainContext): boolean => consecutiveFailures > 0;

// What they publish: the chart's events, from the context after the update.

export const publishStarted = ({ id, observer, startedAt: timestamp }: PlainContext): void =>
  observer({
    name: 'instance.started',
    measurements: { timestamp },
    metadata: { ...commonOf(id), timestamp, name: 'Bench' },
  });

export const publishConnecting = (context: PlainContext): void => publish(context, 'instance.connecting');
export const publishConnected = (context: PlainContext): void => publish(context, 'instance.connected');
export const publishRecovered = (context: PlainContext): void => publish(context, 'instance.recovered');

function publish({ id, observer }: PlainContext, name: TelemetryEventName): void {
  const timestamp = Date.now();
  const { channelType, instanceModule } = identity;
  observer({ name, measurements: { timestamp }, metadata: { instanceModule, instanceId: id, channelType, timestamp } });
}

export function publishDisconnected({ id, lastError, observer }: PlainContext): void {
  const timestamp = Date.now();
  const { channelType, instanceModule } = identity;
  observer({
    name: 'instance.disconnected',
    measurements: { timestamp },
    metadata: { instanceModule, instanceId: id, channelType, timestamp, reason: lastError },
  });
}

export function publishFailureCounted({ consecutiveFailures, id, lastError, observer }: PlainContext): void {
  const timestamp = Date.now();
  const { channelType, instanceModule } = identity;
  observer({
    name: 'instance.failure_counted',
    measurements: { timestamp },
    metadata: { instanceModule, instanceId: id, channelType, timestamp, reason: lastError, consecutiveFailures },
  });
}

export function publishError({ consecutiveFailures, id, lastError, observer }: PlainContext): void {
  const timestamp = Date.now();
  const { channelType, instanceModule } = identity;
  observer({
    name: 'instance.error',
    measurements: { timestamp },
    metadata: { instanceModule, instanceId: id, channelType, timestamp, error: lastError, consecutiveFailures },
  });
}

function commonOf(instanceId: string) {
  const { channelType, instanceModule } = identity;
  return { instanceModule, instanceId, channelType };
}
