import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Account, type RunAccount } from './Account.ts';

/** A Telegram Bot API as far as senders use it: it answers at once, and knows no limits. */
export class ApiServer {
  readonly #account = new Account();
  readonly #server: Server;
  #lastMessageId = 0;

  private constructor() {
    this.#server = createServer((request, response) => this.#read(request, response));
    // Nobody is to lose a connection while the others have their turn.
    this.#server.keepAliveTimeout = 600_000;
  }

  static async start(): Promise<ApiServer> {
    const api = new ApiServer();
    api.#server.listen(0, '127.0.0.1');
    await once(api.#server, 'listening');
    return api;
  }

  /** The root to give to senders. */
  get apiRoot(): string {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('The server does not listen.');
    return `http://127.0.0.1:${address.port}`;
  }

  /** What has come in of a run, which is forgotten by this. */
  account(run: string): RunAccount {
    return this.#account.settle(run);
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  #read(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => this.#answer(request.url ?? '', Buffer.concat(chunks).toString(), response));
  }

  #answer(url: string, body: string, response: ServerResponse): void {
    const [, token = '', method] = /^\/bot([^/]+)\/(\w+)$/.exec(url) ?? [];
    const bot = { id: Number.parseInt(token, 10), is_bot: true, first_name: 'Bench' };
    switch (method) {
      case 'sendMessage':
        return end(response, { ok: true, result: this.#take(bot, JSON.parse(body)) });
      case 'getMe':
        return end(response, { ok: true, result: bot });
      case 'getWebhookInfo':
        return end(response, { ok: true, result: { url: '', pending_update_count: 0 } });
      case 'getUpdates':
        return waitForUpdates(response, JSON.parse(body));
      default:
        return end(response, { ok: false, error_code: 404, description: 'Not Found' });
    }
  }

  /** The message, as Telegram shows it to its sender. */
  #take(from: object, { chat_id: chatId, text }: { readonly chat_id: number; readonly text: string }): object {
    this.#account.add(text);
    this.#lastMessageId += 1;
    const chat = { id: chatId, first_name: 'Ann', type: 'private' };
    return { message_id: this.#lastMessageId, from, chat, date: Math.floor(Date.now() / 1_000), text };
  }
}

/** Nobody writes to these bots. */
function waitForUpdates(response: ServerResponse, { timeout = 0 }: { readonly timeout?: number }): void {
  const timer = setTimeout(() => end(response, { ok: true, result: [] }), timeout * 1_000);
  response.once('close', () => clearTimeout(timer));
}

type ApiAnswer =
  | { readonly ok: true; readonly result: unknown }
  | { readonly ok: false; readonly error_code: number; readonly description: string };

function end(response: ServerResponse, answer: ApiAnswer): void {
  const body = JSON.stringify(answer);
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
  response.writeHead(answer.ok ? 200 : answer.error_code, headers).end(body);
}
