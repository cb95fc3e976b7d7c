import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

export type Fault = (response: ServerResponse) => void;

export interface ReceivedCall {
  readonly method: string;
  readonly body: Record<string, unknown>;
}

/** Telegram says no. */
export function refuses(status: number, description: string, parameters?: object): Fault {
  return (response) => answerJson(response, status, { ok: false, error_code: status, description, parameters });
}

/** Something in between answers, and not with JSON. */
export function answersHtml(status: number, headers: Record<string, string> = {}): Fault {
  return (response) => {
    response.writeHead(status, { 'content-type': 'text/html', ...headers });
    response.end(`<html><body><h1>${status}</h1></body></html>`);
  };
}

/** An answer of any content. */
export function answers(body: unknown): Fault {
  return (response) => answerJson(response, 200, body);
}

/** The answer breaks off in the middle. */
export const cutsBody: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"ok":true,"result":', () => response.socket?.destroy());
};

/** The answer never comes. */
export const hangs: Fault = () => {};

/** The connection is reset instead of an answer. */
export const resets: Fault = (response) => {
  response.socket?.resetAndDestroy();
};

const defaults: Record<string, unknown> = {
  getMe: { id: 12345, is_bot: true, first_name: 'Fake', username: 'fake_bot' },
  getWebhookInfo: { url: '', has_custom_certificate: false, pending_update_count: 0 },
  getUpdates: [],
  deleteWebhook: true,
  setWebhook: true,
};

/**
 * A Bot API that is strict about what it is asked, and has the faults that crabline does not: each is given for one call
 * of a method. Everything else it answers as Telegram does to a bot that has nothing to read.
 */
export class FaultyTelegram {
  readonly token: string;
  readonly calls: ReceivedCall[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #unanswered = new Set<ServerResponse>();
  readonly #faults = new Map<string, Fault[]>();
  #messageId = 0;

  private constructor(token: string) {
    this.token = token;
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  static async start(token = '12345:AAE-fake-token-fake-token'): Promise<FaultyTelegram> {
    const telegram = new FaultyTelegram(token);
    telegram.#server.listen(0, '127.0.0.1');
    await once(telegram.#server, 'listening');
    return telegram;
  }

  get apiRoot(): string {
    const address = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${address.port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Calls whose connection is open, and which have no answer yet. */
  get unansweredCalls(): number {
    return this.#unanswered.size;
  }

  /** The next calls of this method fail like this, one after the other. */
  next(method: string, ...faults: Fault[]): void {
    this.#faults.set(method, [...(this.#faults.get(method) ?? []), ...faults]);
  }

  countOf(method: string): number {
    return this.calls.filter((call) => call.method === method).length;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#unanswered.add(response);
    response.on('close', () => this.#unanswered.delete(response));
    const [, token, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(request.url ?? '') ?? [];
    const body = JSON.parse((await readAll(request)) || 'null');
    if (request.method !== 'POST' || token !== this.token) return refuses(401, 'Unauthorized')(response);
    this.calls.push({ method, body });
    const fault = this.#faults.get(method)?.shift();
    if (fault) return fault(response);
    const complaint = complaintAbout(method, body);
    if (complaint) return refuses(400, `Bad Request: ${complaint}`)(response);
    if (method === 'sendMessage') this.#messageId += 1;
    const result = method === 'sendMessage' ? { message_id: this.#messageId } : defaults[method];
    return result === undefined ? refuses(404, 'Not Found')(response) : answerJson(response, 200, { ok: true, result });
  }
}

/** What Telegram would not take. */
function complaintAbout(method: string, body: Record<string, unknown>): string | undefined {
  const isWhole = (name: string, minimum: number, maximum: number): boolean => {
    const value = body[name];
    return value === undefined || (Number.isInteger(value) && Number(value) >= minimum && Number(value) <= maximum);
  };
  if (method === 'getUpdates') {
    if (!isWhole('timeout', 0, 50) || !isWhole('limit', 1, 100)) return 'wrong timeout or limit';
    return isWhole('offset', 0, Number.MAX_SAFE_INTEGER) ? undefined : 'wrong offset';
  }
  if (method !== 'sendMessage') return undefined;
  const { chat_id, text } = body;
  if (typeof chat_id !== 'number' && !String(chat_id).startsWith('@')) return 'chat not found';
  return typeof text === 'string' && text.length >= 1 && text.length <= 4096 ? undefined : 'wrong text';
}

async function readAll(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk;
  return text;
}

function answerJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}
