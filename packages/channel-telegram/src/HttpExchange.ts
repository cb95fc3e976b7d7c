import type { Dispatcher } from 'undici';
import type { CallFault, Reached } from './errors.ts';

/** A full batch of updates stays far below this. */
const maxAnswerBytes = 16 * 1024 * 1024;

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
export class HttpExchange {
  readonly #pool: Dispatcher;
  #controller: Dispatcher.DispatchController | undefined;
  #fail: (fault: CallFault) => void = () => undefined;
  #isAborted = false;
  #reached: Reached = 'no';

  constructor(pool: Dispatcher) {
    this.#pool = pool;
  }

  /** Ends it at once and closes its socket. */
  abort(): void {
    this.#isAborted = true;
    this.#end({ kind: 'closed' });
  }

  /** Resolves with the answer of the Bot API, or rejects with `NoAnswer`. To be called once. */
  ask({ path, body, timeoutMs }: Question): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end({ kind: 'timeout', timeoutMs, reached: this.#reached }), timeoutMs); // H4
      this.#fail = (fault) => {
        clearTimeout(timer);
        reject(new NoAnswer(fault));
      };
      if (this.#isAborted) return this.abort();
      const headers = { 'content-type': 'application/json' };
      const request = { path, method: 'POST', headers, body, headersTimeout: 0, bodyTimeout: 0 } as const;
      const answer = (value: Answer): void => {
        clearTimeout(timer);
        resolve(value);
      };
      this.#pool.dispatch(request, this.#handler(answer));
    });
  }

  #handler(answer: (value: Answer) => void): Dispatcher.DispatchHandler {
    const chunks: Buffer[] = [];
    let bytes = 0;
    let status = 0;
    let retryAfter: string | string[] | undefined;
    return {
      onRequestStart: (controller) => {
        this.#controller = controller;
        this.#reached = 'unknown'; // H3
        if (this.#isAborted) controller.abort(new Error('aborted'));
      },
      onResponseStart: (_controller, statusCode, headers) => {
        status = statusCode;
        retryAfter = headers['retry-after'];
      },
      onResponseData: (_controller, chunk) => {
        chunks.push(chunk);
        bytes += chunk.length;
        if (bytes > maxAnswerBytes) this.#end({ kind: 'network', errno: 'ANSWER_TOO_LARGE', reached: this.#reached });
      },
      onResponseEnd: () => {
        const parsed = parseAnswer(Buffer.concat(chunks).toString('utf8'));
        whenReusable(() => {
          if (parsed) answer(parsed);
          else this.#fail({ kind: 'garbled', status, retryAfterMs: parseRetryAfter(retryAfter) });
        });
      },
      onResponseError: (_controller, error) => {
        this.#fail({ kind: 'network', errno: errnoOf(error), reached: this.#reached });
      },
    };
  }

  /** The first end counts: a promise settles once. */
  #end(fault: CallFault): void {
    this.#isAborted = true;
    this.#fail(fault);
    this.#controller?.abort(new Error(fault.kind));
  }
}

/**
 * undici waits for a turn of the event loop before it uses a connection again, in case that the server closes it. Whoever asks
 * before would get another connection, and every link would keep twice as many as it needs.
 */
function whenReusable(callback: () => void): void {
  setImmediate(() => setImmediate(callback));
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
