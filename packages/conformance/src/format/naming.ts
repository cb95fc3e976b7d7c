import type { Json, JsonObject } from 'holdfast';

/**
 * The names that the original writes in snake_case and holdfast in camelCase. Only these are converted, and only at the
 * top level of status, snapshots, signals, metas and settings: every other key, and every value, is the app's own.
 */
const convertedNames: ReadonlyMap<string, string> = new Map(
  [
    'base_backoff_ms',
    'channel_type',
    'child_health_summary',
    'connected_at',
    'consecutive_failures',
    'correlation_id',
    'delay_ms',
    'elapsed_ms',
    'external_message_id',
    'failure_class',
    'final_reason',
    'idempotency_key',
    'instance_id',
    'instance_module',
    'job_id',
    'last_error',
    'last_restart_class',
    'last_restart_reason',
    'max_attempts',
    'max_backoff_ms',
    'max_reconnect_attempts',
    'message_id',
    'next_in_ms',
    'probe_interval_ms',
    'reconnect_attempt',
    'reconnect_base_backoff_ms',
    'reconnect_jitter_ratio',
    'reconnect_max_backoff_ms',
    'restart_count',
    'running_children',
    'sender_queue_depth',
    'sent_cache_size',
    'started_at',
    'total_children',
    'uptime_ms',
  ].map((name) => [name, name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())]),
);

function ourName(name: string): string {
  return convertedNames.get(name) ?? name;
}

/** The same object with its own keys, not those of its values, as holdfast writes them. */
export function withOurNames(object: JsonObject): Record<string, Json> {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [ourName(name), value]));
}

/** `["jido_messaging", "instance", "reconnect_scheduled"]` is `instance.reconnect_scheduled`. */
export function ourEventName(event: readonly string[]): string {
  return (event[0] === 'jido_messaging' ? event.slice(1) : event).join('.');
}
