import { Agent as HttpAgent } from 'node:http';
import { Agent as HttpsAgent } from 'node:https';
import { Api, GrammyError } from 'grammy';
import { type CallFault, TelegramCallError } from './errors.ts';
import { HttpExchange } from './HttpExchange.ts';
import { redact, secretsOf } from './redact.ts';

/**
 * A server hangs up on a connection that is not used, and what is sent to it while the news is on its way fails with
 * ECONNRESET, though nothing is wrong. So we hang up first: Node's servers wait 5 s, the others that we know longer.
 */
export const idleConnectionMs = 4_000;

export interface ClientOptions {
  readonly token: string;
  readonly apiRoot: string;
  /** Other strings that nobody may see. */
  readonly secrets?: readonly string[] | undefined;
  /** After so long a connection that is not used is closed. Milliseconds; default `idleConnectionMs`. */
  readonly idleMs?: number;
}

export interface Call<T> {
  /** For errors: the Bot API's name of what `run` calls. */
  readonly method: string;
  readonly timeoutMs: number;
  /** Each of them ends the call, which then rejects with that signal's reason. */
  readonly signals: readonly AbortSignal[];
  readonly run: (api: Api) => Promise<unknown>;
  /** Reads the result; undefined when it is not what the Bot API promises. */
  readonly read: (result: unknown) => T | undefined;
}

/**
 * The only place that knows the token.
 *
 * T1. One call is one HTTP request: nothing here retries.
 * T2. It rejects with the reason of the signal that ended it, or with a `TelegramCallError`; grammY's own errors, which
 *     carry payloads and URLs, do not get past it.
 * T3. After `destroy` none of its sockets is open.
 * T4. A connection that was idle for long is not used again: it may be closed already, without our knowing.
 */
export class TelegramClient {
  readonly #token: string;
  readonly #apiRoot: string;
  readonly #secrets: readonly string[];
  readonly #agent: HttpAgent;
  #isDestroyed = false;

  constructor({ token, apiRoot, secrets = [], idleMs = idleConnectionMs }: ClientOptions) {
    this.#token = token;
    this.#apiRoot = apiRoot;
    this.#secrets = [...secretsOf(token), ...secrets];
    const AgentOf = apiRoot.startsWith('https:') ? HttpsAgent : HttpAgent;
    // T4: it ends idle sockets only; a call that takes longer is told, and does not listen.
    this.#agent = new AgentOf({ keepAlive: true, timeout: idleMs });
  }

  async call<T>({ method, timeoutMs, signals, run, read }: Call<T>): Promise<T> {
    throwIfAnyAborted(signals);
    if (this.#isDestroyed) throw new TelegramCallError(method, { kind: 'closed' });
    const exchange = new HttpExchange(this.#agent);
    const abort = (): void => exchange.abort();
    for (const signal of signals) signal.addEventListener('abort', abort);
    try {
      // The timeout belongs to an Api, and a long poll, a probe and a send each have their own: so one Api a call.
      const { fetch } = exchange;
      const api = new Api(this.#token, { apiRoot: this.#apiRoot, timeoutSeconds: timeoutMs / 1000, fetch });
      const result = read(await run(api));
      if (result !== undefined) return result;
      throw new TelegramCallError(method, { kind: 'garbled', status: 200 });
    } catch (error) {
      throwIfAnyAborted(signals); // T2
      if (error instanceof TelegramCallError) throw error;
      throw new TelegramCallError(method, this.#faultOf(error, exchange, timeoutMs));
    } finally {
      for (const signal of signals) signal.removeEventListener('abort', abort);
    }
  }

  /** A text from outside without the token in it. */
  redact(text: string): string {
    return redact(text, this.#secrets);
  }

  /** Ends what is running and closes every socket. */
  destroy(): void {
    this.#isDestroyed = true;
    this.#agent.destroy(); // T3
  }

  #faultOf(error: unknown, exchange: HttpExchange, timeoutMs: number): CallFault {
    if (error instanceof GrammyError) return this.#refusal(error);
    if (this.#isDestroyed) return { kind: 'closed' };
    // What ends a call from neither Telegram nor the exchange is grammY's clock.
    return exchange.fault ?? { kind: 'timeout', timeoutMs, reached: exchange.reached };
  }

  #refusal({ error_code, description, parameters }: GrammyError): CallFault {
    const { retry_after, migrate_to_chat_id } = parameters;
    return {
      kind: 'refused',
      status: Number.isInteger(error_code) ? error_code : 0,
      description: typeof description === 'string' ? this.redact(description) : 'with no description',
      retryAfterMs: isCount(retry_after) ? retry_after * 1000 : undefined,
      migrateToChatId: Number.isSafeInteger(migrate_to_chat_id) ? migrate_to_chat_id : undefined,
    };
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

function throwIfAnyAborted(signals: readonly AbortSignal[]): void {
  for (const signal of signals) signal.throwIfAborted();
}
