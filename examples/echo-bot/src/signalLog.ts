import type { Json, TelemetryEvent, TelemetryEventName } from 'holdfast';
import type { Paint, Style } from './paint.ts';
import { cut, pad, show } from './text.ts';

/** A telemetry event, and when it came. */
export interface Signal {
  readonly at: Date;
  readonly event: TelemetryEvent;
}

const good = new Set<TelemetryEventName>([
  'instance.connected',
  'instance.recovered',
  'delivery.sent',
  'inbound.handled',
]);

const bad = new Set<TelemetryEventName>([
  'instance.disconnected',
  'instance.error',
  'instance.failure_counted',
  'instance.health_probe',
  'instance.parked',
  'instance.reconnect_failed',
  'instance.reconnect_exhausted',
  'delivery.gave_up',
  'inbound.gave_up',
  'observer.failed',
]);

const waiting = new Set<TelemetryEventName>([
  'instance.connecting',
  'instance.reconnect_scheduled',
  'instance.reconnect_attempt',
  'instance.child_restarted',
  'instance.suspended',
  'delivery.retry_scheduled',
  'delivery.paused',
  'inbound.retry_scheduled',
]);

const nameWidth = 'instance.reconnect_scheduled'.length;
/** In a terminal the table beside it says whose signal it is, and nobody reads the ids of messages. */
const hiddenInTerminal = new Set([
  'instanceId',
  'channelType',
  'jobId',
  'messageId',
  'correlationId',
  'idempotencyKey',
  'externalMessageId',
]);

/** One signal as one line of at most `width` columns, for a terminal. */
export function renderSignal({ at, event }: Signal, width: number, paint: Paint): string {
  const time = at.toTimeString().slice(0, 8);
  const facts = factsOf(event).filter(([key]) => !hiddenInTerminal.has(key));
  const start = `${time}  `;
  const name = pad(event.name, Math.max(Math.min(nameWidth, width - start.length), 0));
  const details = cut(`  ${formatFacts(facts)}`.trimEnd(), Math.max(width - start.length - name.length, 0));
  return `${paint('dim', cut(start, width))}${paint(styleOf(event.name), name)}${details}`.trimEnd();
}

/** One signal as one line of a log, with everything that it tells. */
export function logLine({ at, event }: Signal): string {
  return `${at.toISOString()} ${event.name} ${formatFacts(factsOf(event))}`.trimEnd();
}

/** The reason first: it is what one looks for, and a narrow terminal cuts off the end. */
function factsOf({ measurements, metadata }: TelemetryEvent): readonly (readonly [string, Json])[] {
  const { timestamp: _when, instanceModule: _ours, reason, ...facts } = { ...measurements, ...metadata };
  const entries = Object.entries(facts);
  return reason === undefined ? entries : [['reason', reason], ...entries];
}

function formatFacts(facts: readonly (readonly [string, Json])[]): string {
  return facts.map(([key, value]) => `${key}=${show(value)}`).join(' ');
}

function styleOf(name: TelemetryEventName): Style {
  if (good.has(name)) return 'green';
  if (bad.has(name)) return 'red';
  return waiting.has(name) ? 'yellow' : 'cyan';
}
