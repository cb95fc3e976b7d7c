import type { Json, JsonObject } from 'holdfast';

/** What an instance shows right after its start, as the original shows it. */
export const initialStatus: JsonObject = {
  status: 'starting',
  instance_id: 'bot',
  channel_type: 'telegram',
  name: 'Bot',
  connected_at: null,
  started_at: 'present',
  consecutive_failures: 0,
  last_error: null,
  reconnect_attempt: 0,
  restart_count: 0,
  last_restart_reason: null,
  last_restart_class: null,
  child_health_summary: { children: {}, running_children: 0, status: 'missing', total_children: 0 },
};

export function signal(name: string, metadata: JsonObject = {}): JsonObject {
  const identity = { channel_type: 'telegram', instance_id: 'bot', instance_module: 'TestMessaging' };
  return {
    event: ['jido_messaging', 'instance', name],
    measurements: { timestamp: 'present' },
    metadata: { ...identity, timestamp: 'present', ...metadata },
  };
}

/** A step, and what the original was seen to do about it. */
export interface Seen {
  readonly call: string;
  readonly args?: readonly Json[];
  readonly expect?: JsonObject;
}

/** A trace of an instance server in delta encoding. */
export function serverTrace(seen: readonly Seen[]): JsonObject {
  const { started_at: _, ...shown } = initialStatus;
  return {
    name: 'made up',
    kind: 'instance_server',
    encoding: 'delta',
    instance_module: 'TestMessaging',
    instance: {
      id: 'bot',
      name: 'Bot',
      channel_type: 'telegram',
      status: 'disconnected',
      credentials: {},
      settings: {},
    },
    initial: {
      status: initialStatus,
      health_snapshot: { ...shown, uptime_ms: 'present', sender_queue_depth: 0 },
      signals: [signal('started', { name: 'Bot' })],
    },
    steps: seen.map(({ call, args = [] }) => ({ call, args })),
    expect: seen.map(({ expect = {} }) => expect),
  };
}
