import type { DoneActorEvent, ErrorActorEvent } from 'xstate';
import type { Outcome } from '../actors/adapterCall.ts';
import type { ChannelBinding } from '../actors/channelBinding.ts';
import type { LinkReport } from '../actors/connector.ts';
import type { LinkRef } from '../actors/linkRef.ts';
import type { Failure } from '../schema/failure.ts';
import type { RestartClass } from '../schema/healthSnapshot.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { TelemetryEventName } from '../schema/telemetryEvent.ts';

export interface ReconnectInput {
  readonly channel: ChannelBinding;
}

export interface ReconnectContext {
  readonly channel: ChannelBinding;
  /** The number of the last attempt, over the whole life of the instance. What reports another one is stale. */
  readonly epoch: number;
  /** The attempt of this outage; 0 for a first attempt, and for a look after a degraded answer. */
  readonly attempt: number;
  /** Attempts that made a link which did not last: the next outage counts on from here. */
  readonly unstableAttempts: number;
  /** How long the backoff before the next attempt is, or the last one was. Milliseconds. */
  readonly delayMs: number;
  /** How long the wait for a turn was said to be after it; 0 for a turn at once. Milliseconds. */
  readonly turnMs: number;
  /** When the round trip under way was begun. */
  readonly probedAtMs: number;
  /** What went wrong last. */
  readonly failure: Failure | null;
  /** Since when there is no link, and what began it. */
  readonly outage: { readonly sinceMs: number; readonly reason: Json } | null;
  readonly link: LinkRef | null;
  /** When outages were exhausted, within the restart window. */
  readonly restarts: readonly number[];
}

/** What the instance tells its connection. */
export type ReconnectCommand =
  | { readonly type: 'link.failed'; readonly failure: Failure; readonly epoch: number }
  | { readonly type: 'link.renew'; readonly reason: Json }
  | { readonly type: 'probe.now' }
  | { readonly type: 'retry' }
  | { readonly type: 'credentials.updated' }
  /** The instance is broken and cannot stop its workers any more. */
  | { readonly type: 'shutdown' };

export type ReconnectEvent =
  | ReconnectCommand
  | LinkReport
  /** It is this instance's turn to reconnect. */
  | { readonly type: 'turn.granted' }
  | DoneActorEvent<Outcome<LinkRef>, 'connector'>
  | DoneActorEvent<Outcome<unknown>, 'prober'>
  | ErrorActorEvent<unknown, 'connector'>
  | ErrorActorEvent<unknown, 'prober'>;

/**
 * What the connection tells its instance: the notifications of the original's worker, and what became of the link. Those that
 * say where the connection stands carry its epoch: they are its own, whatever else tells the instance the same.
 */
export type ReconnectReport =
  | { readonly type: 'notify.connecting'; readonly epoch: number }
  | { readonly type: 'notify.connected'; readonly meta: JsonObject; readonly epoch: number }
  | { readonly type: 'notify.disconnected'; readonly reason: Json; readonly epoch: number }
  | { readonly type: 'notify.failure'; readonly reason: Json }
  | {
      readonly type: 'notify.reconnectAttempt';
      readonly attempt: number;
      readonly reason: Json;
      readonly epoch: number;
    }
  | { readonly type: 'notify.restartMarker'; readonly class: RestartClass; readonly reason: Json }
  | { readonly type: 'connection.up'; readonly link: LinkRef }
  | { readonly type: 'connection.down'; readonly epoch: number }
  | { readonly type: 'connection.restarting' }
  | { readonly type: 'connection.suspended' }
  | { readonly type: 'connection.unauthorized'; readonly reason: Json }
  | { readonly type: 'connection.misconfigured'; readonly reason: Json }
  | { readonly type: 'connection.conflicted'; readonly reason: Json }
  | { readonly type: 'connection.exhausted'; readonly reason: Json }
  | WorkerSignal;

/** Telemetry of the connection. The instance publishes it, so that it keeps its place among the instance's own. */
export interface WorkerSignal {
  readonly type: 'connection.signal';
  readonly name: TelemetryEventName;
  readonly measurements: Readonly<Record<string, number>>;
  readonly metadata: JsonObject;
}

export interface ReconnectTypes {
  readonly context: ReconnectContext;
  readonly events: ReconnectEvent;
  readonly input: ReconnectInput;
}

interface InputArgs {
  readonly context: ReconnectContext;
}

export const turnInput = ({ context: { channel } }: InputArgs) => ({ channel });

export const connectorInput = ({ context: { channel, epoch } }: InputArgs) => ({ channel, epoch });

/** For the children of `linked`, which is entered with a link only. */
export const linkInput = ({ context: { channel, link } }: InputArgs) => {
  if (link === null) throw new Error('The state `linked` was entered without a link.');
  return { channel, link };
};
