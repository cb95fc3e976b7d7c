import { type Agent, type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { CallFault, Reached } from './errors.ts';

/** A full batch of updates stays far below this. */
const maxAnswerBytes = 16 * 1024 * 1024;

/** What grammY hands to a `fetch` of ours. Its signal is that of a polyfill, of which only this much is sure. */
interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body: string;
  readonly signal: { addEventListener(type: 'abort', listener: () => void): void };
}

/**
 * One HTTP request and its answer, as grammY's `fetch`. Node's own `fetch` pools its sockets for the whole process and
 * grammY's default one keeps global agents and puts the URL, token and all, into its errors.
 *
 * H1. It uses no agent but the one it is given, so that destroying that one leaves no socket open.
 * H2. Nothing that it throws or keeps holds the URL.
 * H3. It knows whether the request can have arrived: `reached` is `no` until there is a connection to write to.
 */
export class HttpExchange {
  readonly fetch = async (url: string, init: FetchInit): Promise<{ json(): Promise<unknown> }> => {
    init.signal.addEventListener('abort', () => this.abort());
    const answer = await this.#exchange(new URL(url), init);
    return { json: async () => answer };
  };
  readonly #agent: Agent;
  #request: ClientRequest | undefined;
  #isAborted = false;
  #reached: Reached = 'no';
  #fault: CallFault | undefined;

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  /** Why there was no answer of the Bot API, if that is how it ended by itself. */
  get fault(): CallFault | undefined {
    return this.#fault;
  }

  get reached(): Reached {
    return this.#reached;
  }

  /** Ends it at once and closes its socket. */
  abort(): void {
    this.#isAborted = true;
    this.#request?.destroy();
  }

  async #exchange(url: URL, init: FetchInit): Promise<unknown> {
    if (this.#isAborted) throw this.#fail({ kind: 'closed' });
    let response: IncomingMessage;
    let text: string;
    try {
      response = await this.#send(url, init);
      text = await readText(response);
    } catch (error) {
      throw this.#fail({ kind: 'network', errno: errnoOf(error), reached: this.#reached });
    }
    const answer = parseAnswer(text);
    if (answer !== undefined) return answer;
    const retryAfterMs = parseRetryAfter(response.headers['retry-after']);
    throw this.#fail({ kind: 'garbled', status: response.statusCode ?? 0, retryAfterMs });
  }

  #send(url: URL, { method, headers, body }: FetchInit): Promise<IncomingMessage> {
    const isSecure = url.protocol === 'https:';
    return new Promise((resolve, reject) => {
      const request = (isSecure ? requestHttps : requestHttp)(url, { agent: this.#agent, method, headers });
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

  #fail(fault: CallFault): Error {
    this.#fault = fault;
    return new Error(fault.kind); // H2
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
function parseAnswer(text: string): unknown {
  try {
    const answer: unknown = JSON.parse(text);
    return typeof answer === 'object' && answer !== null && 'ok' in answer ? answer : undefined;
  } catch {
    return undefined;
  }
}

/** In the form in seconds; the one with a date is left to the defaults. */
function parseRetryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined;
}

function errnoOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,60}$/.test(code) ? code : 'UNKNOWN';
}
