import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { ChartDescription } from '../chartOf.ts';
import type { SourceName } from '../page/protocol.ts';
import { answer } from './answer.ts';
import { AppTraffic } from './apps/AppTraffic.ts';
import { Drawings } from './drawing/Drawings.ts';
import { ListenError, PortInUseError, ProductionError } from './errors.ts';
import { Feed } from './Feed.ts';
import { Gate, nameOf } from './Gate.ts';
import { Lines } from './Lines.ts';
import { Sending } from './sending/Sending.ts';
import {
  type InspectorServerOptions,
  type RecordSource,
  type ResolvedServerOptions,
  resolveServerOptions,
} from './serverOptions.ts';

/** Who watches and sends, and what could not be shown. */
export interface ServerCounts {
  readonly viewers: number;
  readonly apps: number;
  /** Frames of apps, and how many of them were none, or one actor too many. */
  readonly appFrames: number;
  readonly appFramesRefused: number;
  /** Records that pages have missed because they were too slow. */
  readonly missedByViewers: number;
  /** How full the buffers on the way to the pages were at most: bytes for one page (`bounds.viewerBytes`), and records for all of them. */
  readonly mostBytesWaiting: number;
  readonly mostRecordsWaiting: number;
}

/** Serves the page of the inspector. Made by `startInspectorServer`. */
export class InspectorServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #gate: Gate;
  readonly #lines: Lines;
  readonly #feed: Feed;
  readonly #apps: AppTraffic;
  readonly #drawings = new Drawings();
  readonly #address: string;
  #closing: Promise<void> | undefined;

  constructor(server: Server, port: number, options: ResolvedServerOptions) {
    const { bounds, host, inspector, onAddress } = options;
    this.#server = server;
    this.#address = `http://${nameOf(isEverywhere(host) ? '127.0.0.1' : host)}:${port}/`;
    this.#gate = new Gate({ ...options, port });
    this.#apps = new AppTraffic(options.redaction, bounds.appActors);
    const sources = new Map<SourceName, RecordSource>([['apps', this.#apps]]);
    if (inspector) sources.set('own', inspector);
    const sending = new Sending(options.sending, (actor) => inspector?.sendable?.(actor));
    const onChart = (chart: ChartDescription): void => this.#drawings.ahead(chart);
    this.#feed = new Feed(sources, { maxBytes: bounds.viewerBytes, sendable: sending.types, onChart });
    this.#lines = new Lines({ gate: this.#gate, feed: this.#feed, apps: this.#apps, bounds });
    const answerer = {
      gate: this.#gate,
      drawings: this.#drawings,
      sending,
      vitals: (actor: string) => inspector?.vitals?.(actor),
      onPage: () => this.#feed.charts().forEach(onChart),
      onExchange: () => onAddress(this.url),
    };
    server.on('request', (request, response) => void answer(request, response, answerer));
    server.on('upgrade', this.#lines.upgrade);
  }

  /** The address to open, with a token that lets one browser in. Used, there is another. */
  get url(): string {
    return `${this.#address}#${this.#gate.token}`;
  }

  /** Where apps send to with @statelyai/inspect: `createWebSocketInspector({ url })`. */
  get appUrl(): string {
    return this.#address.replace('http:', 'ws:');
  }

  get counts(): ServerCounts {
    const { frames, refused } = this.#apps.counts;
    return {
      viewers: this.#feed.viewers,
      apps: this.#lines.apps,
      appFrames: frames,
      appFramesRefused: refused,
      missedByViewers: this.#feed.missed,
      mostBytesWaiting: this.#feed.mostBytesWaiting,
      mostRecordsWaiting: this.#feed.mostRecordsWaiting,
    };
  }

  /** Ends all connections, and leaves nothing behind that keeps the process alive. May be called again. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #end(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#lines.close();
    this.#server.closeAllConnections();
    await Promise.all([closed, this.#drawings.close()]);
  }
}

/**
 * Starts the local inspector: one page for the actors of `inspector`, and of all apps that send theirs with @statelyai/inspect.
 *
 * Rejects with `PortInUseError`, `ListenError`, `ProductionError`, or `InspectorOptionError` that names the option.
 */
export async function startInspectorServer(options: InspectorServerOptions = {}): Promise<InspectorServer> {
  const resolved = resolveServerOptions(options);
  if (process.env['NODE_ENV'] === 'production' && options.allowProduction !== true) throw new ProductionError();
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5_000, maxHeaderSize: 16 * 1024 });
  const port = await listen(server, resolved);
  return new InspectorServer(server, port, resolved);
}

async function listen(server: Server, { host, port }: ResolvedServerOptions): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code: unknown = error instanceof Error && 'code' in error ? error.code : undefined;
    throw code === 'EADDRINUSE' ? new PortInUseError(host, port, error) : new ListenError(host, port, error);
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}

function isEverywhere(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
