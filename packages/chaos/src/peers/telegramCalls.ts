import { type Agent, request } from 'node:http';

export interface TelegramCall {
  readonly port: number;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: object;
  readonly agent: Agent;
  readonly signal?: AbortSignal;
}

export interface TelegramAnswer {
  readonly status: number;
  readonly text: string;
}

/** One HTTP call of a Telegram server, past the proxy. */
export function callTelegram({ port, path, headers, body, agent, signal }: TelegramCall): Promise<TelegramAnswer> {
  return new Promise((resolve, reject) => {
    const call = request({
      host: '127.0.0.1',
      port,
      path,
      agent,
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      ...(signal && { signal }),
    });
    call.on('error', reject);
    call.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    call.end(JSON.stringify(body));
  });
}

/** What Telegram says to a bot that calls too often. */
export function tooManyRequests(retryAfterSec: number): Buffer {
  const body = JSON.stringify({
    ok: false,
    error_code: 429,
    description: `Too Many Requests: retry after ${retryAfterSec}`,
    parameters: { retry_after: retryAfterSec },
  });
  return Buffer.from(
    `HTTP/1.1 429 Too Many Requests\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n` +
      `connection: close\r\n\r\n${body}`,
  );
}
