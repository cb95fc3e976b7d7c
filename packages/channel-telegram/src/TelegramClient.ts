import { Pool } from 'undici';
import { type CallFault, TelegramCallError } from './errors.ts';
import { type Answer, HttpExchange, NoAnswer } from './HttpExchange.ts';
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
  /** The Bot API's name of it. */
  readonly method: string;
  /** The Bot API's parameters of it. One that is undefined is not sent. */
  readonly payload?: Readonly<Record<string, unknown>>;
  readonly timeoutMs: number;
  /** Each of them ends the call, which then rejects with that signal's reason. */
  readonly signals: readonly AbortSignal[];
  /** Reads the result; undefined when it is not what the Bot API promises. */
  readonly read: (result: unknown) => T | undefined;
}

/**
 * The only place that knows the token.
 *
 * T1. One call is one HTTP request: nothing here retries.
 * T2. It rejects with the reason of the signal that ended it, or with a `TelegramCallError`, in which is no payload and no URL.
 * T3. After `destroy` none of its sockets is open.
 * T4. A connection that was idle for long is not used again: it may be closed already, without our knowing.
 */
export class TelegramClient {
  /** With the token in it. */
  readonly #path: string;
  readonly #secrets: readonly string[];
  readonly #pool: Pool;
  #isDestroyed = false;

  constructor({ token, apiRoot, secrets = [], idleMs = idleConnectionMs }: ClientOptions) {
    this.#secrets = [...secretsOf(token), ...secrets];
    const { origin, pathname } = new URL(apiRoot);
    this.#path = `${pathname.replace(/\/$/, '')}/bot${token}`;
    this.#pool = new Pool(origin, { keepAliveTimeout: idleMs, keepAliveMaxTimeout: idleMs }); // T4
  }

  async call<T>({ method, payload = {}, timeoutMs, signals, read }: Call<T>): Promise<T> {
    throwIfAnyAborted(signals);
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
      throwIfAnyAborted(signals); // T2
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

function throwIfAnyAborted(signals: readonly AbortSignal[]): void {
  for (const signal of signals) signal.throwIfAborted();
}
