import type { SnapshotFrom } from 'xstate';
import type { ChildHealth, ChildHealthSummary, HealthSnapshot, StatusSnapshot } from '../schema/healthSnapshot.ts';
import type { InstanceStatus } from '../schema/instanceConfig.ts';
import type { instanceMachine } from './instanceMachine.ts';

export type InstanceSnapshot = SnapshotFrom<typeof instanceMachine>;

/** The top-level state: the only place where the status is. */
export function selectStatus({ value }: Pick<InstanceSnapshot, 'value'>): InstanceStatus {
  return placeOf(value).status;
}

/** The state inside the status, or null where there is none. */
export function selectSubstate({ value }: Pick<InstanceSnapshot, 'value'>): string | null {
  return placeOf(value).substate;
}

interface StatusPlace {
  readonly status: InstanceStatus;
  readonly substate: string | null;
}

/** Compiled charts have one value for each configuration, whatever the number of instances. */
const places = new WeakMap<object, StatusPlace>();

function placeOf(value: InstanceSnapshot['value']): StatusPlace {
  if (typeof value === 'string') return { status: value as InstanceStatus, substate: null };
  const known = places.get(value);
  if (known) return known;
  const [[status, inner] = []] = Object.entries(value);
  const substate = typeof inner === 'string' || inner === undefined ? (inner ?? null) : (Object.keys(inner)[0] ?? null);
  const place = { status: status as InstanceStatus, substate };
  places.set(value, place);
  return place;
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
  const actors: Readonly<Record<string, { getSnapshot(): { status: string } } | undefined>> = children;
  const health: Record<string, ChildHealth> = {};
  let totalChildren = 0;
  let runningChildren = 0;
  for (const name of context.channel.capabilities.inbound === 'none' ? withoutPoller : workers) {
    const child = healthOf(actors[name]?.getSnapshot().status);
    health[name] = child;
    totalChildren += 1;
    if (child === 'up') runningChildren += 1;
  }
  return { status: 'ok', totalChildren, runningChildren, children: health };
}

const workers = ['connection', 'poller', 'sender'];
const withoutPoller = ['connection', 'sender'];

function healthOf(status: string | undefined): ChildHealth {
  if (status === undefined) return 'down';
  return status === 'active' ? 'up' : 'restarting';
}

export function selectStatusSnapshot(snapshot: InstanceSnapshot): StatusSnapshot {
  const { context } = snapshot;
  const { status, substate } = placeOf(snapshot.value);
  // Written out, here and below: fleets of a hundred thousand are listed, and spreads would take most of the time.
  return {
    status,
    substate,
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
    startedAt: context.startedAt,
  };
}

/** `nowMs` and the queue depth are not in the chart: its owner knows them. */
export function selectHealthSnapshot(
  snapshot: InstanceSnapshot,
  facts: { readonly nowMs: number; readonly senderQueueDepth: number },
): HealthSnapshot {
  const { context } = snapshot;
  const { status, substate } = placeOf(snapshot.value);
  return {
    status,
    substate,
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
    uptimeMs: Math.max(0, facts.nowMs - context.startedAt),
    senderQueueDepth: facts.senderQueueDepth,
    ready: isReady(snapshot),
  };
}
