import type { ChannelAdapter, QueuedMessage } from 'holdfast';

/** What a peer can be asked to say no to. */
export type RefusableOperation = 'connect' | 'probe' | 'poll' | 'send';

/** How a peer says no. */
export interface Refusal {
  /** `unauthorized`: 401; `conflict`: 409; `rateLimited`: 429; `unavailable`: 503; `message`: 400, this message never. */
  readonly kind: 'unauthorized' | 'conflict' | 'rateLimited' | 'unavailable' | 'message';
  /** What the peer says to it, where it says anything: it may repeat what nobody may see. */
  readonly words: string;
  /** For `rateLimited`. A whole number of seconds, in milliseconds. */
  readonly retryAfterMs?: number | undefined;
}

/**
 * The other side, driven by the contract: a real server on this machine, a fake one, or a scripted channel. Every method is
 * optional: facts that need one that is not there are skipped, and say so. All may answer at once or with a promise.
 */
export interface ChannelPeer {
  /** A message with this text comes in for us, in the subject's conversation. Resolves when the peer has it. */
  deliver?(text: string): void | Promise<void>;
  /** Something comes in that is no message, and that the adapter has to skip. */
  deliverUnreadable?(): void | Promise<void>;
  /** The texts of the messages that the peer has taken from us, in its order. */
  received?(): readonly string[] | Promise<readonly string[]>;
  /** How often the peer was asked to do this, until now. Of several requests for one attempt or call the first counts. */
  requests?(operation: RefusableOperation): number;
  /** How many connections to us the peer has open. An HTTP keep-alive is one. */
  openConnections?(): number;
  /** From now on it answers nothing, on connections that are open and on new ones. They stay open. */
  freeze?(): void | Promise<void>;
  /** It answers again, new requests at least. Asked for together with `freeze`. */
  thaw?(): void | Promise<void>;
  /** It is gone: connections break, and no new one can be made. */
  cutOff?(): void | Promise<void>;
  /** It breaks the connections that are open. Leave it out where a link is no connection that could break. */
  drop?(): void | Promise<void>;
  /** The next request of this kind is refused like this. */
  refuse?(operation: RefusableOperation, refusal: Refusal): void | Promise<void>;
  /** The refusals that this peer knows. Without it: all of them, for every operation. */
  canRefuse?(operation: RefusableOperation, kind: Refusal['kind']): boolean;
}

/** A channel, as its contract meets it. Made anew for each fact; making one starts nothing. */
export interface ChannelSubject {
  readonly adapter: ChannelAdapter;
  /** Whatever the peer lets in. May be a getter: it is read after `open`. */
  readonly credentials: unknown;
  /** May be a getter: it is read after `open`. */
  readonly config: unknown;
  /** Credentials of the right form that the peer does not let in. Without them: such facts are skipped. */
  readonly badCredentials?: unknown;
  /** What can be no credentials; each has to be refused before the peer is asked. */
  readonly malformedCredentials?: readonly unknown[] | undefined;
  /** What can be no config, likewise. */
  readonly malformedConfigs?: readonly unknown[] | undefined;
  /** What an `exclusive` channel needs for a second link beside the first. Others use the same for both. */
  readonly second?: { readonly credentials: unknown; readonly config: unknown } | undefined;
  /** The strings that must never be seen: the token, its parts, its derivatives. At least one. */
  readonly secrets: readonly string[];
  /** A conversation to which we may send, and in which `deliver` delivers. */
  readonly conversation: string;
  /** Changes that make a message one that can never be sent; each has to be refused before the peer is asked. */
  readonly malformedMessages?: readonly Partial<QueuedMessage>[] | undefined;
  readonly peer: ChannelPeer;
  /** Starts the peer. */
  open?(): Promise<void>;
  /** Takes away whatever `open` and the driving of the peer have left. */
  dispose?(): Promise<void>;
}

export interface ChannelContractOptions {
  /** How long anything may take that is to happen. Milliseconds, default 3,000. */
  readonly deadlineMs?: number | undefined;
  /** The grace of the closes. Milliseconds, default 200. */
  readonly graceMs?: number | undefined;
}
