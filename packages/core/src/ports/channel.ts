import type { Failure } from '../schema/failure.ts';
import type { Json, JsonObject } from '../schema/json.ts';
import type { InboundMessage, QueuedMessage, Receipt } from '../schema/message.ts';
import type { SenderOptions } from '../schema/workerOptions.ts';

/**
 * A channel adapter is the only thing that a new platform needs.
 *
 * Invariants that an adapter keeps:
 * C1. It never retries by itself: when to try again is policy, and policy is ours.
 * C2. Every wait ends when its `signal` aborts, and then rejects with `signal.reason`.
 * C3. `Link.closed` is the only way by which a link announces its own death. It settles once, and never rejects.
 * C4. No error, failure, identity or receipt that it hands out carries a credential.
 * C5. `commit` is called after handling, never before; only then may the peer forget the items.
 * C6. `close` is idempotent, ends within `graceMs`, and never throws.
 */
export interface ChannelAdapter<Credentials = unknown, Config = unknown, Kind extends string = string> {
  /** The channel's name: `telegram`. It is an instance's `channelType`. */
  readonly kind: Kind;
  readonly capabilities: ChannelCapabilities;
  /** How often to probe an idle link, unless the instance says otherwise. Milliseconds. */
  readonly probeIntervalMs?: number | undefined;
  /** Checks what an instance brings at its start; a zod schema does. Without it anything passes. */
  readonly credentialsSchema?: InputSchema<Credentials> | undefined;
  readonly configSchema?: InputSchema<Config> | undefined;
  /**
   * "Not now": the time (milliseconds since 1970) before which this instance must not try to reconnect, because the provider
   * limits sessions and said so; undefined when it may. Asked before each counted attempt; must be quick, and is no I/O.
   */
  reconnectNotBefore?(instanceId: string): number | undefined;
  /** ONE attempt to connect. It resolves with a link that really works, or rejects with whatever went wrong. */
  connect(attempt: ConnectAttempt<Credentials, Config>): Promise<Link>;
  /** Pure and total: what an error of this channel means. Called for everything that `connect` or a link rejects with. */
  classifyFailure(error: unknown, during: ChannelOperation): Failure;
}

/** What the adapter was doing when it failed. */
export type ChannelOperation = 'connect' | 'probe' | 'poll' | 'commit' | 'send' | 'webhook';

/** The part of a zod schema (classic or mini) that Holdfast uses. */
export interface InputSchema<Output> {
  safeParse(value: unknown): { success: true; data: Output } | { success: false; error: SchemaError };
}

export interface SchemaError {
  readonly issues: readonly SchemaIssue[];
}

export interface SchemaIssue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly code?: string | undefined;
  readonly expected?: unknown;
}

export interface ChannelCapabilities {
  /** How messages come in. `none`: the channel only sends. */
  readonly inbound: 'long-poll' | 'socket' | 'webhook' | 'none';
  /** A new link may go on from the cursor of the last. */
  readonly resume: boolean;
  /** The peer keeps items until they are committed. */
  readonly ack: boolean;
  /** The peer confirms a send with a receipt. */
  readonly sendAck: boolean;
  /** Only one consumer may be connected with these credentials. */
  readonly exclusive: boolean;
  /** How many sends may run at once, over all conversations. At least 1. */
  readonly maxInFlight: number;
  /** What the peer allows: `count` sends in `perMs` milliseconds. */
  readonly sendRate?: { readonly count: number; readonly perMs: number } | undefined;
  /**
   * What suits this channel when nobody knows whether the peer has taken a message: `retry` where one that arrives twice does
   * no harm or is dropped by the peer, `hold` or `fail` where it does. Default `retry`. `sender.unknownOutcome` of the options
   * wins.
   */
  readonly unknownOutcome?: SenderOptions['unknownOutcome'] | undefined;
}

export interface ConnectAttempt<Credentials, Config> {
  readonly instanceId: string;
  readonly credentials: Credentials;
  readonly config: Config;
  /** The last committed cursor, or null at the very first start. */
  readonly cursor: Json;
  readonly signal: AbortSignal;
}

/** What says that a call is given up: an `AbortSignal`, or what does the same at a lower price. */
export interface Cancelable {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { readonly once: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What ends a send or a read early. */
export interface SendLimits {
  /** Aborts when it is given up: at its deadline, with the link, at the end of the instance. */
  readonly signal: AbortSignal;
  /**
   * Tells the same. An `AbortSignal` takes some 5 µs to make and to listen to, more than all else that a send costs here, and 760 bytes as
   * long as a read is open, so core makes `signal` when it is first read: a channel that can do with this one does not read it. Whoever else
   * calls `send` or `poll` may leave it out.
   */
  readonly cancellation?: Cancelable | undefined;
}

/** One live connection. Whoever holds it closes it. */
export interface Link {
  /** Who we are at the peer (a bot's name), for people. No secrets. */
  readonly identity: JsonObject;
  /** Resolves with the reason when the link has died by itself, or was closed. */
  readonly closed: Promise<Failure>;
  /** Reads what has come in since `cursor`, waiting up to `waitMs` for the first item. */
  poll?(request: PollRequest): Promise<PollResult>;
  /** Items up to `cursor` are handled: the peer may forget them. */
  commit?(cursor: Json): Promise<void>;
  send(message: QueuedMessage, limits: SendLimits): Promise<Receipt>;
  /** A round trip to the peer. Resolves when the link works, rejects with what is wrong. */
  probe(options: { readonly signal: AbortSignal }): Promise<void>;
  /** An inbound webhook call. It answers only when the update is safely handled, or tells the peer to come again. */
  handleWebhook?(request: WebhookRequest): Promise<WebhookResponse>;
  close(options: { readonly graceMs: number }): Promise<void>;
}

export interface PollRequest extends SendLimits {
  readonly cursor: Json;
  readonly waitMs: number;
}

export interface PollResult {
  /** In the peer's order. An item that cannot be read as a message is skipped by the adapter, its cursor is not. */
  readonly items: readonly InboundItem[];
  /** Where to go on reading once all items are handled. */
  readonly cursor: Json;
}

export interface InboundItem {
  readonly message: InboundMessage;
  /** Where to go on reading once this item is handled. */
  readonly cursor: Json;
}

/** The part of an HTTP request that a webhook needs; any web framework can make it. */
export interface WebhookRequest {
  readonly method: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

export interface WebhookResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}
