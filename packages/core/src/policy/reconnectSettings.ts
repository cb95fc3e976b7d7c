import type { Json, JsonObject } from '../schema/json.ts';
import { defaultReconnectPolicy, type ReconnectPolicy } from '../schema/reconnectPolicy.ts';

/** The settings of an instance that Holdfast reads, by the policy value that each of them sets. */
const settingNames = {
  probeIntervalMs: 'probeIntervalMs',
  maxReconnectAttempts: 'maxAttempts',
  reconnectBaseBackoffMs: 'baseBackoffMs',
  reconnectMaxBackoffMs: 'maxBackoffMs',
  reconnectJitterRatio: 'jitterRatio',
} as const satisfies Record<string, keyof ReconnectPolicy>;

export interface ResolvedReconnectSettings {
  readonly policy: ReconnectPolicy;
  /** The names of settings that were there, and of no use: not in the bounds, or of another type. */
  readonly ignored: readonly string[];
}

/**
 * The reconnect policy of an instance from its free settings, on top of its channel's probe interval and `base`.
 * Settings come from wherever instances are kept, so a value that is out of bounds does not keep the instance from
 * starting: it is passed over, as in the original, and named in `ignored`. What an app passes as `reconnect` options is
 * checked strictly instead.
 */
export function resolveReconnectSettings(
  settings: JsonObject,
  channel: { readonly probeIntervalMs?: number | null | undefined } = {},
  base: ReconnectPolicy = defaultReconnectPolicy,
): ResolvedReconnectSettings {
  const policy: { -readonly [Key in keyof ReconnectPolicy]: ReconnectPolicy[Key] } = { ...base };
  if (isPositiveInteger(channel.probeIntervalMs)) policy.probeIntervalMs = channel.probeIntervalMs;
  const ignored: string[] = [];
  for (const [name, target] of Object.entries(settingNames)) {
    const value = Object.hasOwn(settings, name) ? settings[name] : undefined;
    if (value === undefined) continue;
    if (isUsable(target, value)) policy[target] = value;
    else ignored.push(name);
  }
  return { policy, ignored };
}

function isUsable(target: (typeof settingNames)[keyof typeof settingNames], value: Json): value is number {
  return target === 'jitterRatio' ? isRatio(value) : isPositiveInteger(value);
}

function isPositiveInteger(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function isRatio(value: Json): value is number {
  return typeof value === 'number' && value >= 0 && value <= 1;
}
