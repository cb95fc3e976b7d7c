import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CallFault, Reached } from './errors.ts';

/** A full batch of updates stays far below this. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** What is asked of the Bot API, and for how long. */
export interface Question {
  readonly url: URL;
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
 * One HTTP request and its answer. Node's `fetch` pools its sockets for the whole process, costs several times as much, and
 * does not tell whether a request that failed can have arrived.
 *
 * H1. It uses no agent but the one it is given, so that destroying that one leaves no socket open.
 * H2. Nothing that it throws or keeps holds the URL.
 * H3. It knows whether the request can have arrived: `reached` is `no` until there is a connection to write to.
 * H4. It ends at its timeout at the latest, and closes its socket then.
 */
export class HttpExchange {
  readonly #agent: Agent;
  #request: ClientRequest | undefined;
  #isAborted = false;
  #reached: Reached = 'no';

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Ends it at once and closes its socket. */
  abort(): void {
    this.#isAborted = true;
    this.#request?.destroy();
  }

  /** Resolves with the answer of the Bot API, or rejects with `NoAnswer`. To be called once. */
  async ask({ url, body, timeoutMs }: Question): Promise<Answer> {
    if (this.#isAborted) throw new NoAnswer({ kind: 'closed' });
    let isLate = false;
    const timer = setTimeout(() => {
      isLate = true;
      this.#request?.destroy(); // H4
    }, timeoutMs);
    try {
      const response = await this.#send(url, body);
      const text = await readText(response);
      return parseAnswer(text) ?? garbled(response);
    } catch (error) {
      if (error instanceof NoAnswer) throw error;
      const reached = this.#reached;
      throw new NoAnswer(
        isLate ? { kind: 'timeout', timeoutMs, reached } : { kind: 'network', errno: errnoOf(error), reached },
      );
    } finally {
      clearTimeout(timer);
    }
  }

  #send(url: URL, body: string): Promise<IncomingMessage> {
    const isSecure = url.protocol === 'https:';
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    return new Promise((resolve, reject) => {
      const request = (isSecure ? requestHttps : requestHttp)(url, { agent: this.#agent, method: 'POST', headers });
      this.#request = request;
      request.on('error', reject);
      request.on('response', resolve);
      request.on('socket', (socket) => {
        const connected = (): void => {
          this.#reached = 'unknown'; // H3
        };
        if (request.reusedSocket) connected();
        else socket.once(isSecure ? 'secureConnect' : 'connect', connected);
      });
      request.end(body);
    });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += chunk.length;
    if (bytes > maxAnswerBytes) throw Object.assign(new Error('too large'), { code: 'ANSWER_TOO_LARGE' });
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
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

function garbled({ headers, statusCode = 0 }: IncomingMessage): never {
  throw new NoAnswer({ kind: 'garbled', status: statusCode, retryAfterMs: parseRetryAfter(headers['retry-after']) });
}

/** In the form in seconds; the one with a date is left to the defaults. */
function parseRetryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
}
