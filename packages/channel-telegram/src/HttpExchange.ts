import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { CallFault, Reached } from './errors.ts';

/** A full batch of updates stays far below this. */
const maxAnswerBytes = 16 * 1024 * 1024;

const headers = { 'content-type': 'application/json' };

/** What is asked of the Bot API, and for how long. */
export interface Question {
  readonly path: string;
  /** JSON. */
  readonly body: string;
  readonly timeoutMs: number;
}

/** An answer of the Bot API, in its own JSON: an object with `ok`. */
export interface Answer {
  readonly ok: unknown;
  readonly result?: unknown;
  readonly error_code?: unknown;
  readonly description?: unknown;
  readonly parameters?: unknown;
}

/** There is no answer of the Bot API. Holds neither the URL nor what Node said. */
export class NoAnswer extends Error {
  readonly fault: CallFault;

  constructor(fault: CallFault) {
    super(fault.kind);
    this.fault = fault;
  }
}

/**
 * One HTTP request and its answer, over undici: Node's own `fetch` pools its sockets for the whole process, and does not tell
 * whether a request that failed can have arrived.
 *
 * H1. It uses no pool but the one it is given, so that destroying that one leaves no socket open.
 * H2. Nothing that it throws or keeps holds the URL.
 * H3. It knows whether the request can have arrived: `reached` is `no` until there is a connection to write to.
 * H4. It ends at its timeout at the latest, and closes its socket then.
 */
export class HttpExchange implements Dispatcher.DispatchHandler {
  readonly #pool: Dispatcher;
  readonly #chunks: Buffer[] = [];
  #controller: Dispatcher.DispatchController | undefined;
  #resolve: (answer: Answer) => void = () => undefined;
  #reject: (error: NoAnswer) => void = () => undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAborted = false;
  #reached: Reached = 'no';
  #bytes = 0;
  #status = 0;
  #retryAfter: string | string[] | undefined;

  constructor(pool: Dispatcher) {
    this.#pool = pool;
  }

  /** Ends it at once and closes its socket. */
  abort(): void {
    this.#end({ kind: 'closed' });
  }

  /** Resolves with the answer of the Bot API, or rejects with `NoAnswer`. To be called once. */
  ask({ path, body, timeoutMs }: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      if (this.#isAborted) return this.abort();
      const expire = (): void => this.#end({ kind: 'timeout', timeoutMs, reached: this.#reached });
      this.#timer = setTimeout(expire, timeoutMs); // H4
      this.#pool.dispatch({ path, method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 }, this);
    });
  }

  /** For the pool, like all below: there is a connection. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    this.#reached = 'unknown'; // H3
    if (this.#isAborted) controller.abort(new Error('aborted'));
  }

  onResponseStart(_controller: unknown, status: number, { 'retry-after': retryAfter }: IncomingHttpHeaders): void {
    this.#status = status;
    this.#retryAfter = retryAfter;
  }

  onResponseData(_controller: unknown, chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes > maxAnswerBytes) this.#fail('ANSWER_TOO_LARGE');
  }

  onResponseEnd(): void {
    const answer = parseAnswer(Buffer.concat(this.#chunks).toString('utf8'));
    clearTimeout(this.#timer);
    if (answer) return this.#resolve(answer);
    const retryAfterMs = parseRetryAfter(this.#retryAfter);
    this.#reject(new NoAnswer({ kind: 'garbled', status: this.#status, retryAfterMs }));
  }

  onResponseError(_controller: unknown, error: Error): void {
    this.#fail(errnoOf(error));
  }

  #fail(errno: string): void {
    this.#end({ kind: 'network', errno, reached: this.#reached });
  }

  /** The first end counts: a promise settles once. */
  #end(fault: CallFault): void {
    this.#isAborted = true;
    clearTimeout(this.#timer);
    this.#reject(new NoAnswer(fault));
    this.#controller?.abort(new Error(fault.kind));
  }
}

/** The answer, if it is one of the Bot API: an object that says `ok`. */
function parseAnswer(text: string): Answer | undefined {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'ok' in answer ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** In the form in seconds; the one with a date is left to the defaults. */
function parseRetryAfter(header: string | string[] | undefined): number | undefined {
  return typeof header === 'string' && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'UND_ERR_SOCKET') return 'ECONNRESET'; // What undici says when the peer has hung up.
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
}
