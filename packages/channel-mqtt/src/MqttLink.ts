import type { Failure, Json, JsonObject, Link, PollRequest, PollResult, QueuedMessage, Receipt } from 'holdfast';
import { MqttCallError } from './errors.ts';
import { classifyMqttFailure } from './failures.ts';
import type { Inbox } from './Inbox.ts';
import type { MqttConnection } from './MqttConnection.ts';
import { type PublishLimits, readOutbound } from './outbound.ts';

export interface LinkParts {
  readonly connection: MqttConnection;
  readonly inbox: Inbox;
  readonly limits: PublishLimits;
  readonly identity: JsonObject;
  /** Called once, when the link is no more. */
  readonly onEnd: () => void;
}

/**
 * A connection as holdfast sees it.
 *
 * L1. `closed` settles when the connection ends, by whomever, or when only another one can bring what is left.
 * L2. `close` ends reading and probing at once, lets publishes that are under way come to their end within the grace,
 *     says goodbye, and then leaves no socket and no timer. What is not committed stays with the broker.
 */
export class MqttLink implements Link {
  readonly identity: JsonObject;
  readonly closed: Promise<Failure>;
  readonly #connection: MqttConnection;
  readonly #inbox: Inbox;
  readonly #limits: PublishLimits;
  readonly #closing = new AbortController();
  readonly #sending = new Set<Promise<void>>();
  #settleClosed: (failure: Failure) => void = () => {};
  #close: Promise<void> | undefined;

  constructor({ connection, inbox, limits, identity, onEnd }: LinkParts) {
    this.#connection = connection;
    this.#inbox = inbox;
    this.#limits = limits;
    this.identity = identity;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
    const { ended } = connection;
    const end = (): void => {
      onEnd();
      this.#settleClosed(classifyMqttFailure(ended.reason, 'poll')); // L1
    };
    if (ended.aborted) end();
    else ended.addEventListener('abort', end, { once: true });
  }

  async poll(request: PollRequest): Promise<PollResult> {
    const { cursor, waitMs } = request;
    const given = request.cancellation ?? request.signal;
    await this.#inbox.whenFilled({ cursor, waitMs, signals: [given, this.#closing.signal, this.#connection.ended] });
    return this.#inbox.read(cursor);
  }

  async commit(cursor: Json): Promise<void> {
    this.#connection.ended.throwIfAborted();
    await this.#connection.acknowledge(this.#inbox.commit(cursor));
    if (this.#inbox.isSpent) {
      this.#settleClosed(classifyMqttFailure(new MqttCallError('receive', { kind: 'overflow' }), 'poll')); // L1
    }
  }

  async send(message: QueuedMessage, { signal }: { readonly signal: AbortSignal }): Promise<Receipt> {
    signal.throwIfAborted();
    const outbound = readOutbound(message, this.#limits);
    if (this.#closing.signal.aborted) throw new MqttCallError('publish', { kind: 'closed' }, 'no');
    const sent = this.#connection.publish(outbound, signal);
    this.#sending.add(sent);
    try {
      await sent;
      // The packet's number is the connection's, and soon that of another packet: it names no message.
      return { externalMessageId: null };
    } finally {
      this.#sending.delete(sent);
    }
  }

  async probe({ signal }: { readonly signal: AbortSignal }): Promise<void> {
    await this.#connection.ping([signal, this.#closing.signal]);
  }

  close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#close ??= this.#end(graceMs);
    return this.#close;
  }

  async #end(graceMs: number): Promise<void> {
    this.#closing.abort(new MqttCallError('link', { kind: 'closed' }));
    const grace = new AbortController();
    const timer = setTimeout(() => grace.abort(new Error('The grace is over.')), graceMs);
    const isOver = new Promise((resolve) => grace.signal.addEventListener('abort', resolve, { once: true }));
    await Promise.race([Promise.allSettled(this.#sending), isOver]);
    await this.#connection.disconnect(grace.signal);
    clearTimeout(timer);
  }
}
