import type { ErrorActorEvent } from 'xstate';
import type { ChannelBinding } from '../actors/channelBinding.ts';
import type { SenderReport } from '../actors/FailedSends.ts';
import type { PollerReport } from '../actors/poller.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import type { Clock } from '../ports/clock.ts';
import type { Observer } from '../ports/observer.ts';
import type { RestartClass } from '../schema/healthSnapshot.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { ReconnectReport } from './reconnectModel.ts';

export interface InstanceInput {
  readonly instance: Pick<Instance, 'id' | 'name' | 'channelType'> & Partial<Instance>;
  /** Gets the telemetry. Default: nobody. */
  readonly observer?: Observer | undefined;
  /** Shown as `instanceModule` in telemetry: whose instance this is. Default `holdfast`. */
  readonly instanceModule?: string | undefined;
  /** Consecutive failures that put the instance into `error`. Default 10, as in the original. */
  readonly failureLimit?: number | undefined;
  /** What it was before, when it is started again. Default: nothing, it begins from scratch. */
  readonly history?: RestartHistory | undefined;
  /** Where time stamps come from. Give the same one to `createActor(…, { clock })`. Default: the system's. */
  readonly clock?: Clock | undefined;
  /** The instance's hold on its channel. Without one there are no workers, and whoever embeds the chart drives it. */
  readonly channel?: ChannelBinding | undefined;
}

/** What outlives a restart. */
export interface RestartHistory {
  readonly restartCount: number;
  readonly lastRestartReason: Json;
  readonly lastRestartClass: RestartClass | null;
}

/** What outlives a process: how an instance had fared when the process before this one wrote it down. */
export interface PastRecord extends RestartHistory {
  readonly consecutiveFailures: number;
  readonly lastError: Json;
}

/** The counters and facts of one instance. No credentials: they are in no chart. */
export interface InstanceContext {
  readonly instance: Instance;
  readonly failureLimit: number;
  readonly consecutiveFailures: number;
  readonly reconnectAttempt: number;
  readonly restartCount: number;
  readonly lastError: Json;
  readonly lastRestartReason: Json;
  readonly lastRestartClass: RestartClass | null;
  readonly startedAt: number;
  readonly connectedAt: number | null;
  /** When workers broke and were started again, within the restart window. */
  readonly childRestarts: readonly number[];
  /** How it was told to stop: the reason, and how long it may take to finish its work. */
  readonly stop: { readonly reason?: Json | undefined; readonly drainMs: number } | null;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  readonly channel: ChannelBinding | null;
}

/** What anybody may tell an instance. Each is legal in every state, and none throws. */
export type InstanceCommand =
  | { readonly type: 'notify.connecting' }
  | { readonly type: 'notify.connected'; readonly meta?: JsonObject | undefined }
  | { readonly type: 'notify.disconnected'; readonly reason?: Json | undefined }
  | { readonly type: 'notify.failure'; readonly reason: Json }
  | { readonly type: 'notify.success' }
  | { readonly type: 'notify.reconnectAttempt'; readonly attempt: number; readonly reason?: Json | undefined }
  | { readonly type: 'notify.restartMarker'; readonly class: RestartClass; readonly reason: Json }
  | { readonly type: 'credentials.updated' }
  | { readonly type: 'retry' }
  | { readonly type: 'stop'; readonly reason?: Json | undefined; readonly drainMs?: number | undefined };

export type InstanceEvent =
  | InstanceCommand
  | { readonly type: 'store.restored'; readonly past: PastRecord }
  | ReconnectReport
  | PollerReport
  | SenderReport
  | ErrorActorEvent<unknown, 'connection'>
  | ErrorActorEvent<unknown, 'poller'>
  | ErrorActorEvent<unknown, 'sender'>;

export interface InstanceTypes {
  readonly context: InstanceContext;
  readonly events: InstanceEvent;
  readonly input: InstanceInput;
  readonly children: { readonly connection: 'connection'; readonly poller: 'poller'; readonly sender: 'sender' };
}

export interface InstanceArgs {
  readonly context: InstanceContext;
  readonly event: InstanceEvent;
}

/** The event, if it is of this type. XState hands every action the whole union. */
export function eventOf<Type extends InstanceEvent['type']>(
  event: InstanceEvent,
  type: Type,
): Extract<InstanceEvent, { type: Type }> | undefined {
  return event.type === type ? (event as Extract<InstanceEvent, { type: Type }>) : undefined;
}
