import type { SnapshotFrom } from 'xstate';
import type { ChildHealth, ChildHealthSummary, HealthSnapshot, StatusSnapshot } from '../schema/healthSnapshot.ts';
import type { InstanceStatus } from '../schema/instanceConfig.ts';
import type { instanceMachine } from './instanceMachine.ts';

export type InstanceSnapshot = SnapshotFrom<typeof instanceMachine>;

/** The top-level state: the only place where the status is. */
export function selectStatus({ value }: Pick<InstanceSnapshot, 'value'>): InstanceStatus {
  return (typeof value === 'string' ? value : Object.keys(value)[0]) as InstanceStatus;
}

/** The state inside the status, or null where there is none. */
export function selectSubstate({ value }: Pick<InstanceSnapshot, 'value'>): string | null {
  if (typeof value === 'string') return null;
  const [inner] = Object.values(value);
  if (inner === undefined) return null;
  return typeof inner === 'string' ? inner : (Object.keys(inner)[0] ?? null);
}

/** Connected, and not about to stop. */
export function isReady(snapshot: Pick<InstanceSnapshot, 'value'>): boolean {
  return connectedAs(snapshot) !== undefined && !isDraining(snapshot);
}

/** Told to stop while it was connected, and finishing its work. */
export function isDraining(snapshot: Pick<InstanceSnapshot, 'value'>): boolean {
  const substate = connectedAs(snapshot);
  return typeof substate === 'object' && 'draining' in substate;
}

/** Connected, and something has failed since the last success. */
export function isDegraded(snapshot: Pick<InstanceSnapshot, 'value'>): boolean {
  return connectedAs(snapshot) === 'degraded';
}

/** Asked for every message: `matches` of XState makes 1.6 kB of garbage to answer the same. */
function connectedAs({ value }: Pick<InstanceSnapshot, 'value'>) {
  return typeof value === 'object' && 'connected' in value ? value.connected : undefined;
}

/** The workers of an instance. One that has no channel has none, as in the original without its subtree. */
export function selectChildHealth({ children, context }: InstanceSnapshot): ChildHealthSummary {
  if (context.channel === null) return { status: 'missing', totalChildren: 0, runningChildren: 0, children: {} };
  const names =
    context.channel.capabilities.inbound === 'none' ? ['connection', 'sender'] : ['connection', 'poller', 'sender'];
  const actors: Readonly<Record<string, { getSnapshot(): { status: string } } | undefined>> = children;
  const health = Object.fromEntries(names.map((name) => [name, healthOf(actors[name]?.getSnapshot().status)]));
  const runningChildren = Object.values(health).filter((child) => child === 'up').length;
  return { status: 'ok', totalChildren: names.length, runningChildren, children: health };
}

function healthOf(status: string | undefined): ChildHealth {
  if (status === undefined) return 'down';
  return status === 'active' ? 'up' : 'restarting';
}

export function selectStatusSnapshot(snapshot: InstanceSnapshot): StatusSnapshot {
  return { ...commonFields(snapshot), startedAt: snapshot.context.startedAt };
}

/** `nowMs` and the queue depth are not in the chart: its owner knows them. */
export function selectHealthSnapshot(
  snapshot: InstanceSnapshot,
  facts: { readonly nowMs: number; readonly senderQueueDepth: number },
): HealthSnapshot {
  return {
    ...commonFields(snapshot),
    uptimeMs: Math.max(0, facts.nowMs - snapshot.context.startedAt),
    senderQueueDepth: facts.senderQueueDepth,
    ready: isReady(snapshot),
  };
}

function commonFields(snapshot: InstanceSnapshot) {
  const { context } = snapshot;
  return {
    status: selectStatus(snapshot),
    substate: selectSubstate(snapshot),
    instanceId: context.instance.id,
    channelType: context.instance.channelType,
    name: context.instance.name,
    connectedAt: context.connectedAt,
    consecutiveFailures: context.consecutiveFailures,
    lastError: context.lastError,
    reconnectAttempt: context.reconnectAttempt,
    restartCount: context.restartCount,
    lastRestartReason: context.lastRestartReason,
    lastRestartClass: context.lastRestartClass,
    childHealthSummary: selectChildHealth(snapshot),
  };
}
