import type { IncomingMessage, ServerResponse } from 'node:http';
import { SessionError } from '../errors.ts';
import type { JsonObject } from '../records.ts';
import { ChartTooLargeError, type Drawings } from './drawing/Drawings.ts';
import type { DrawingFormat } from './drawing/drawingOf.ts';
import type { Gate } from './Gate.ts';
import { pageFile } from './pageFiles.ts';
import type { Sending } from './sending/Sending.ts';

export interface Answerer {
  readonly gate: Gate;
  readonly drawings: Drawings;
  readonly sending: Sending;
  /** How an actor of this program is now. */
  readonly vitals: (actor: string) => JsonObject | undefined;
  /** The page was asked for: somebody comes, and will want to see charts. */
  readonly onPage: () => void;
  /** A token was used. */
  readonly onExchange: () => void;
}

const headers = {
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cache-Control': 'no-store',
} as const;

const longestToken = 1_000;
const longestChart = 1024 * 1024;
const longestEvent = 16 * 1024;
const longestName = 1_000;
const formats = { '/chart': 'page', '/chart.svg': 'svg', '/chart.mmd': 'mermaid' } as const satisfies Record<
  string,
  DrawingFormat
>;

/** Answers one request. Never rejects: what goes wrong is an answer too. */
export async function answer(request: IncomingMessage, response: ServerResponse, answerer: Answerer): Promise<void> {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  try {
    await route(request, response, answerer);
  } catch {
    if (!response.headersSent) say(response, 500, 'The inspector could not answer that.');
    else response.destroy();
  }
}

async function route(request: IncomingMessage, response: ServerResponse, answerer: Answerer): Promise<void> {
  const { gate } = answerer;
  if (!gate.isOwnHost(request)) return say(response, 403, 'Ask for the inspector by the address that it has printed.');
  const [path = '/'] = (request.url ?? '/').split('?', 1);
  if (request.method === 'GET' || request.method === 'HEAD') return await serve(request, response, { path, answerer });
  if (request.method !== 'POST') return say(response, 405, 'Expected GET or POST.');
  if (!gate.isOwnOrigin(request)) return say(response, 403, 'Only the page of the inspector itself may ask for that.');
  if (path === '/enter') return await enter(request, response, answerer);
  if (path !== '/send' && path !== '/vitals' && !isChartPath(path)) return say(response, 404, 'There is no such page.');
  const page = gate.sessionOf(request);
  if (page === undefined) return say(response, 401, 'Open the address with the token that the inspector has printed.');
  if (path === '/send') return await send(request, response, { page, sending: answerer.sending });
  if (path === '/vitals') return await tellVitals(request, response, answerer);
  return await draw(request, response, { drawings: answerer.drawings, format: formats[path] });
}

async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  { answerer, path }: { readonly path: string; readonly answerer: Answerer },
): Promise<void> {
  const file = await pageFile(path);
  if (file === undefined) return say(response, 404, 'There is no such page.');
  if (path === '/') answerer.onPage();
  response.setHeader('Content-Type', file.type);
  response.end(request.method === 'HEAD' ? undefined : file.body);
}

async function send(
  request: IncomingMessage,
  response: ServerResponse,
  { page, sending }: { readonly page: string; readonly sending: Sending },
): Promise<void> {
  const asker = { page, address: request.socket.remoteAddress ?? 'unknown' }; // A body that is too long ends the connection.
  const json = await bodyOf(request, longestEvent);
  const { status, words } = sending.send(json, asker, longestEvent);
  say(response, status, words);
}

/** Nothing where nothing is known but what the charts show. */
async function tellVitals(request: IncomingMessage, response: ServerResponse, { vitals }: Answerer): Promise<void> {
  const told = vitals((await bodyOf(request, longestName)) ?? '');
  response.statusCode = told === undefined ? 204 : 200;
  response.setHeader('Content-Type', 'application/json');
  response.end(told === undefined ? undefined : JSON.stringify(told));
}

async function enter(
  request: IncomingMessage,
  response: ServerResponse,
  { gate, onExchange }: Answerer,
): Promise<void> {
  const token = await bodyOf(request, longestToken);
  const cookie = token === undefined ? undefined : gate.exchange(token);
  if (cookie === undefined)
    return say(response, 401, 'This address was used already, or is wrong. The inspector has printed the next one.');
  response.setHeader('Set-Cookie', cookie);
  response.statusCode = 204;
  response.end();
  onExchange();
}

interface Wish {
  readonly drawings: Drawings;
  readonly format: DrawingFormat;
}

async function draw(request: IncomingMessage, response: ServerResponse, { drawings, format }: Wish): Promise<void> {
  const json = await bodyOf(request, longestChart);
  if (json === undefined) return say(response, 413, `Expected a chart of at most ${longestChart} bytes.`);
  try {
    const drawn = await drawings.draw(json, format);
    response.setHeader('Content-Type', format === 'mermaid' ? 'text/plain; charset=utf-8' : 'image/svg+xml');
    response.end(drawn);
  } catch (error) {
    const isTheirs = error instanceof SessionError || error instanceof ChartTooLargeError;
    say(response, 422, isTheirs ? error.message : 'This chart cannot be laid out.');
  }
}

function isChartPath(path: string): path is keyof typeof formats {
  return Object.hasOwn(formats, path);
}

/** Undefined when it is longer than that. */
async function bodyOf(request: IncomingMessage, longest: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk));
    length += bytes.length;
    if (length > longest) return undefined;
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function say(response: ServerResponse, status: number, words: string): void {
  response.statusCode = status;
  response.setHeader('Content-Type', 'text/plain; charset=utf-8');
  if (status === 413) response.setHeader('Connection', 'close');
  response.end(`${words}\n`);
}
