import type { Cancelable, Failure, JsonObject, Link, QueuedMessage, Receipt, SendLimits } from 'holdfast';
import { TelegramCallError } from './errors.ts';
import { type OutboundCall, readOutbound } from './outbound.ts';
import { type TelegramClient, throwIfAborted } from './TelegramClient.ts';

/** More chats than this are hardly ever turned into supergroups while one link lives. */
const maxMigrations = 1_000;

export interface LinkParts {
  readonly client: TelegramClient;
  readonly identity: JsonObject;
  readonly requestTimeoutMs: number;
}

/**
 * What both ways of reading have in common: sending, and coming to an end.
 *
 * L1. `closed` settles when `close` has ended, and only then: there is no connection that could die by itself between
 *     two calls, and each call says what is wrong.
 * L2. `close` ends reading and probing at once, lets sends that are under way come to their result within the grace, and
 *     then leaves no socket and no timer.
 */
export abstract class TelegramLink implements Link {
  readonly identity: JsonObject;
  readonly closed: Promise<Failure>;
  protected readonly client: TelegramClient;
  protected readonly requestTimeoutMs: number;
  /** Aborts as soon as the link is being closed. */
  protected readonly closing = new AbortController();
  readonly #chatIds = new Map<number | string, number>();
  readonly #sending = new Set<Promise<unknown>>();
  #settleClosed: (failure: Failure) => void = () => {};
  #close: Promise<void> | undefined;

  constructor({ client, identity, requestTimeoutMs }: LinkParts) {
    this.client = client;
    this.identity = identity;
    this.requestTimeoutMs = requestTimeoutMs;
    this.closed = new Promise((resolve) => {
      this.#settleClosed = resolve;
    });
  }

  abstract probe(options: { readonly signal: AbortSignal }): Promise<void>;

  /** The last call to Telegram, if one is due; given up when `signal` aborts. */
  protected abstract sayGoodbye(signal: AbortSignal): Promise<void>;

  async send(message: QueuedMessage, limits: SendLimits): Promise<Receipt> {
    const cancellation = limits.cancellation ?? limits.signal;
    throwIfAborted(cancellation);
    const outbound = readOutbound(message);
    if (this.closing.signal.aborted) throw new TelegramCallError('sendMessage', { kind: 'closed' });
    const sent = this.#deliver(outbound, cancellation);
    this.#sending.add(sent);
    try {
      return await sent;
    } finally {
      this.#sending.delete(sent);
    }
  }

  close({ graceMs }: { readonly graceMs: number }): Promise<void> {
    this.#close ??= this.#end(graceMs);
    return this.#close;
  }

  /** Who we are, and that the token is good. */
  protected async getMe(signal: AbortSignal): Promise<void> {
    await this.client.call({
      method: 'getMe',
      timeoutMs: this.requestTimeoutMs,
      signals: [signal, this.closing.signal],
      read: () => true,
    });
  }

  async #deliver(outbound: OutboundCall, signal: Cancelable): Promise<Receipt> {
    const chatId = this.#chatIds.get(outbound.chatId) ?? outbound.chatId;
    try {
      return await this.#call({ ...outbound, chatId }, signal);
    } catch (error) {
      const movedTo = migrationOf(error);
      if (movedTo === undefined) throw error;
      this.#remember(outbound.chatId, movedTo);
      // No retry: Telegram took nothing and said what the address is. The second half of the same send.
      return await this.#call({ ...outbound, chatId: movedTo }, signal);
    }
  }

  #call({ chatId, text, options }: OutboundCall, signal: Cancelable): Promise<Receipt> {
    return this.client.call({
      method: 'sendMessage',
      timeoutMs: this.requestTimeoutMs,
      signals: [signal],
      payload: {
        chat_id: chatId,
        text,
        ...(options.parseMode && { parse_mode: options.parseMode }),
        ...(options.replyTo && {
          reply_parameters: { message_id: options.replyTo, allow_sending_without_reply: true },
        }),
        ...(options.threadId && { message_thread_id: options.threadId }),
        ...(options.disableNotification && { disable_notification: true }),
        ...(options.disableLinkPreview && { link_preview_options: { is_disabled: true } }),
        ...(options.protectContent && { protect_content: true }),
      },
      read: readReceipt,
    });
  }

  #remember(chatId: number | string, movedTo: number): void {
    const [oldest] = this.#chatIds.keys();
    if (this.#chatIds.size >= maxMigrations && oldest !== undefined) this.#chatIds.delete(oldest);
    this.#chatIds.set(chatId, movedTo);
  }

  async #end(graceMs: number): Promise<void> {
    this.closing.abort(new TelegramCallError('close', { kind: 'closed' }));
    const grace = new AbortController();
    const timer = setTimeout(() => grace.abort(new Error('The grace is over.')), graceMs);
    const isOver = new Promise((resolve) => grace.signal.addEventListener('abort', resolve, { once: true }));
    const work = Promise.allSettled([...this.#sending, this.sayGoodbye(grace.signal)]);
    await Promise.race([work, isOver]);
    clearTimeout(timer);
    this.client.destroy(); // L2
    this.#settleClosed({
      severity: 'recoverable',
      scope: 'link',
      code: 'telegram.closed',
      message: 'The link was closed.',
    }); // L1
  }
}

function migrationOf(error: unknown): number | undefined {
  if (!(error instanceof TelegramCallError) || error.fault.kind !== 'refused') return undefined;
  return error.fault.migrateToChatId;
}

/** Telegram said ok, so the message is sent, even should its id be missing. */
function readReceipt(result: unknown): Receipt {
  const id = typeof result === 'object' && result !== null && 'message_id' in result ? result.message_id : null;
  return { externalMessageId: typeof id === 'number' ? id : null };
}
