import { request } from 'node:http';
import { WebSocket } from 'ws';
import type { ServerMessage } from '../../src/page/protocol.ts';
import type { InspectorServer } from '../../src/server/index.ts';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly cookie: string | undefined;
  readonly header: (name: string) => string | undefined;
}

export interface Ask {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export function addressOf(server: InspectorServer): {
  readonly port: number;
  readonly token: string;
  readonly origin: string;
} {
  const { hash, origin, port } = new URL(server.url);
  return { port: Number(port), token: hash.slice(1), origin };
}

/** By hand, so that Host and Origin can be anything. */
export function ask(
  server: InspectorServer,
  { body, headers = {}, method = 'GET', path = '/' }: Ask = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = addressOf(server);
    const asked = request({ host: '127.0.0.1', port, path, method, headers, agent: false }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () =>
        resolve({
          status: response.statusCode ?? 0,
          body: Buffer.concat(chunks).toString('utf8'),
          cookie: response.headers['set-cookie']?.[0],
          header: (name) => String(response.headers[name]),
        }),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** What a browser has after it has opened the address: its cookie. */
export async function enter(server: InspectorServer): Promise<string> {
  const { origin, token } = addressOf(server);
  const { cookie = '' } = await ask(server, { method: 'POST', path: '/enter', body: token, headers: { origin } });
  return cookie.split(';', 1)[0] ?? '';
}

export interface Handshake {
  readonly path?: string;
  readonly origin?: string;
  readonly host?: string;
  readonly cookie?: string;
  /** There from the start: the first frame comes with the handshake. */
  readonly onMessage?: (text: string) => void;
}

/** Resolves with the open line, or with the status of the refusal. */
export function dial(
  server: InspectorServer,
  { cookie, host, onMessage, origin, path = '/live' }: Handshake,
): Promise<WebSocket | number> {
  const headers = { ...(cookie === undefined ? {} : { cookie }), ...(host === undefined ? {} : { host }) };
  const line = new WebSocket(`ws://127.0.0.1:${addressOf(server).port}${path}`, {
    headers,
    ...(origin === undefined ? {} : { origin }),
  });
  line.on('message', (data) => onMessage?.(String(data)));
  return new Promise((resolve, reject) => {
    line.on('open', () => resolve(line));
    line.on('unexpected-response', (asked, { statusCode = 0 }) => {
      asked.destroy();
      resolve(statusCode);
    });
    line.on('error', (error) => reject(error));
  });
}

/** An app's line. */
export async function dialApp(server: InspectorServer): Promise<WebSocket> {
  const line = await dial(server, { path: '/' });
  if (typeof line === 'number') throw new Error(`The app was refused: ${line}.`);
  return line;
}

/** A page that watches, and what it has been told. */
export async function watch(server: InspectorServer) {
  const messages: ServerMessage[] = [];
  let wake = (): void => undefined;
  const onMessage = (text: string): void => {
    messages.push(JSON.parse(text));
    wake();
  };
  const line = await dial(server, { cookie: await enter(server), origin: addressOf(server).origin, onMessage });
  if (typeof line === 'number') throw new Error(`The page was refused: ${line}.`);
  return {
    line,
    messages,
    records: () => messages.flatMap((message) => (message.type === 'records' ? message.records : [])),
    /** Resolves when it has been told so. */
    async until(isTold: () => boolean): Promise<void> {
      while (!isTold()) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}
