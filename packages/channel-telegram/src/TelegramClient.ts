import type { Cancelable } from 'holdfast';
import { Pool } from 'undici';
import { type CallFault, TelegramCallError } from './errors.ts';
import { type Answer, HttpExchange, NoAnswer } from './HttpExchange.ts';
import { redact, secretsOf } from './redact.ts';

/**
 * A server hangs up on a connection that is not used, and what is sent to it while the news is on its way fails with
 * ECONNRESET, though nothing is wrong. So we hang up first: Node's servers wait 5 s, the others that we know longer.
 */
export const idleConnectionMs = 4_000;
/** A server that says for how long it waits (`Keep-Alive: timeout=…`) is believed, but no longer than this: what lies between may forget sooner. */
const maxIdleConnectionMs = 60_000;

export interface ClientOptions {
  readonly token: string;
  readonly apiRoot: string;
  /** Other strings that nobody may see. */
  readonly secrets?: readonly string[] | undefined;
  /** More connections than this are never open: what is asked beyond that waits for one. Default: no limit. */
  readonly maxConnections?: number;
  /** After so long a connection that is not used is closed, where the server promises nothing. Milliseconds; default `idleConnectionMs`. */
  readonly idleMs?: number;
  /** After so long at the latest, whatever the server promises. Milliseconds; default `maxIdleConnectionMs`. */
  readonly maxIdleMs?: number;
}

export interface Call<T> {
  /** The Bot API's name of it. */
  readonly method: string;
  /** The Bot API's parameters of it. One that is undefined is not sent. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** Each of them ends the call, which then rejects with that signal's reason. */
  readonly signals: readonly Cancelable[];
  /** Reads the result; undefined when it is not what the Bot API promises. */
  readonly read: (result: unknown) => T | undefined;
}

/**
 * The only place that knows the token.
 *
 * T1. One call is one HTTP request: nothing here retries.
 * T2. It rejects with the reason of the signal that ended it, or with a `TelegramCallError`, in which is no payload and no URL.
 * T3. After `destroy` none of its sockets is open.
 * T4. A connection that was idle for longer than its server is known to wait is not used again: it may be closed already, without our
 *     knowing.
 * T5. undici rests a connection for a turn of the event loop after each answer, in case that the server closes it, and takes another one for
 *     who asks at once: so there would be up to twice as many as there are calls under way.
 */
export class TelegramClient {
  /** With the token in it. */
  readonly #path: string;
  readonly #secrets: readonly string[];
  readonly #pool: Pool;
  #isDestroyed = false;

  constructor({ token, apiRoot, secrets = [], maxConnections, ...idle }: ClientOptions) {
    this.#secrets = [...secretsOf(token), ...secrets];
    const { origin, pathname } = new URL(apiRoot);
    this.#path = `${pathname.replace(/\/$/, '')}/bot${token}`;
    const { idleMs = idleConnectionMs, maxIdleMs = maxIdleConnectionMs } = idle;
    const kept = { keepAliveTimeout: idleMs, keepAliveMaxTimeout: maxIdleMs }; // T4
    this.#pool = new Pool(origin, { ...kept, connections: maxConnections ?? null }); // T5
  }

  async call<T>({ method, payload = {}, timeoutMs, signals, read }: Call<T>): Promise<T> {
    signals.forEach(throwIfAborted);
    if (this.#isDestroyed) throw new TelegramCallError(method, { kind: 'closed' });
    const exchange = new HttpExchange(this.#pool);
    const abort = (): void => exchange.abort();
    for (const signal of signals) signal.addEventListener('abort', abort);
    try {
      const path = `${this.#path}/${method}`;
      const answer = await exchange.ask({ path, body: JSON.stringify(payload), timeoutMs });
      if (answer.ok !== true) throw new TelegramCallError(method, this.#refusal(answer));
      const result = read(answer.result);
      if (result !== undefined) return result;
      throw new TelegramCallError(method, { kind: 'garbled', status: 200 });
    } catch (error) {
      signals.forEach(throwIfAborted); // T2
      if (error instanceof NoAnswer) throw new TelegramCallError(method, this.#faultOf(error));
      throw error;
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
    void this.#pool.destroy(); // T3
  }

  #faultOf({ fault }: NoAnswer): CallFault {
    return this.#isDestroyed ? { kind: 'closed' } : fault;
  }

  #refusal({ error_code, description, parameters }: Answer): CallFault {
    const { retry_after, migrate_to_chat_id } = Object(parameters) as Readonly<Record<string, unknown>>;
    return {
      kind: 'refused',
      status: isWhole(error_code) ? error_code : 0,
      description: typeof description === 'string' ? this.redact(description) : 'with no description',
      retryAfterMs: isCount(retry_after) ? retry_after * 1000 : undefined,
      migrateToChatId: isWhole(migrate_to_chat_id) ? migrate_to_chat_id : undefined,
    };
  }
}

function isWhole(value: unknown): value is number {
  return Number.isSafeInteger(value);
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}

export function throwIfAborted({ aborted, reason }: Cancelable): void {
  if (aborted) throw reason;
}
