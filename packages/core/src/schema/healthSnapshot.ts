import * as z from 'zod/mini';
import { InstanceStatus } from './instanceConfig.ts';
import type { Json } from './json.ts';

const count = z.int().check(z.nonnegative());
const timestamp = z.nullable(z.number());

/** `up`: running; `restarting`: it failed and is started again; `down`: it has ended. */
export const ChildHealth = z.enum(['up', 'restarting', 'down']);
export type ChildHealth = z.infer<typeof ChildHealth>;

/** The child actors of an instance. `missing`: it has none, because it has no channel or has stopped. */
export const ChildHealthSummary = z.object({
  status: z.enum(['ok', 'missing']),
  totalChildren: count,
  runningChildren: count,
  children: z.record(z.string(), ChildHealth),
});

export interface ChildHealthSummary {
  readonly status: 'ok' | 'missing';
  readonly totalChildren: number;
  readonly runningChildren: number;
  readonly children: Readonly<Record<string, ChildHealth>>;
}

const common = {
  status: InstanceStatus,
  /** The state inside the status: `healthy`, `waiting`, `unauthorized`; null where there is none. */
  substate: z.nullable(z.string()),
  instanceId: z.string(),
  channelType: z.string(),
  name: z.string(),
  /** When it was last connected; milliseconds since 1970. */
  connectedAt: timestamp,
  consecutiveFailures: count,
  lastError: z.json(),
  reconnectAttempt: count,
  restartCount: count,
  lastRestartReason: z.json(),
  lastRestartClass: z.nullable(z.enum(['recoverable', 'fatal'])),
  childHealthSummary: ChildHealthSummary,
};

/** What `status()` answers. */
export const StatusSnapshot = z.object({ ...common, startedAt: z.number() });

/** What `healthSnapshot()` answers. */
export const HealthSnapshot = z.object({ ...common, uptimeMs: count, senderQueueDepth: count, ready: z.boolean() });

interface CommonSnapshot {
  readonly status: InstanceStatus;
  readonly substate: string | null;
  readonly instanceId: string;
  readonly channelType: string;
  readonly name: string;
  readonly connectedAt: number | null;
  readonly consecutiveFailures: number;
  readonly lastError: Json;
  readonly reconnectAttempt: number;
  readonly restartCount: number;
  readonly lastRestartReason: Json;
  readonly lastRestartClass: RestartClass | null;
  readonly childHealthSummary: ChildHealthSummary;
}

/** Why something was restarted: it may help, or it does not. */
export type RestartClass = 'recoverable' | 'fatal';

export interface StatusSnapshot extends CommonSnapshot {
  readonly startedAt: number;
}

export interface HealthSnapshot extends CommonSnapshot {
  readonly uptimeMs: number;
  /** Messages accepted and not yet settled. */
  readonly senderQueueDepth: number;
  /** Connected, and not draining. */
  readonly ready: boolean;
}
