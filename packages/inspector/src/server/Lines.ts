import { type IncomingMessage, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { AppTraffic } from './apps/AppTraffic.ts';
import type { Feed } from './Feed.ts';
import type { Gate } from './Gate.ts';
import type { ServerBounds } from './serverOptions.ts';

export interface LinesOptions {
  readonly gate: Gate;
  readonly feed: Feed;
  readonly apps: AppTraffic;
  readonly bounds: ServerBounds;
}

/** A page says nothing but that it is there. */
const viewerFrameBytes = 1_024;

/** The WebSockets: of pages, at `/live`, and of apps, anywhere else, as @statelyai/inspect is told any address. */
export class Lines {
  readonly #options: LinesOptions;
  readonly #viewers = new WebSocketServer({ noServer: true, maxPayload: viewerFrameBytes, perMessageDeflate: false });
  readonly #apps: WebSocketServer;

  constructor(options: LinesOptions) {
    this.#options = options;
    const maxPayload = options.bounds.appFrameBytes;
    this.#apps = new WebSocketServer({ noServer: true, maxPayload, perMessageDeflate: false });
  }

  get apps(): number {
    return this.#apps.clients.size;
  }

  readonly upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    socket.on('error', () => socket.destroy());
    const { bounds, gate } = this.#options;
    if (!gate.isOwnHost(request)) return refuse(socket, 403, 'This name is not the inspector’s.');
    const [path] = (request.url ?? '/').split('?', 1);
    if (path !== '/live') {
      if (!gate.isApp(request))
        return refuse(socket, 403, 'Apps send from this machine, and from origins in appOrigins.');
      if (this.#apps.clients.size >= bounds.apps) return refuse(socket, 503, 'No more apps can send.');
      return this.#apps.handleUpgrade(request, socket, head, (line) => this.#listenTo(line));
    }
    if (!gate.isOwnOrigin(request)) return refuse(socket, 403, 'Only the page of the inspector itself may watch.');
    if (!gate.hasSession(request)) return refuse(socket, 401, 'Open the address with the token first.');
    if (this.#viewers.clients.size >= bounds.viewers) return refuse(socket, 503, 'No more pages can watch.');
    this.#viewers.handleUpgrade(request, socket, head, (line) => this.#show(line));
  };

  /** Ends them all at once. */
  close(): void {
    for (const line of [...this.#viewers.clients, ...this.#apps.clients]) line.terminate();
    this.#viewers.close();
    this.#apps.close();
  }

  #show(line: WebSocket): void {
    line.on('error', () => line.terminate());
    const remove = this.#options.feed.add({
      get bufferedAmount() {
        return line.bufferedAmount;
      },
      send: (text, onSent) => {
        line.send(text, (error) => {
          if (!error) onSent();
        });
      },
    });
    line.on('close', remove);
  }

  #listenTo(line: WebSocket): void {
    const app = this.#options.apps.connect();
    line.on('error', () => line.terminate());
    line.on('message', (data, isBinary) => {
      app.receive(isBinary ? '' : String(data));
    });
    line.on('close', () => app.close());
  }
}

function refuse(socket: Duplex, status: number, words: string): void {
  const body = `${words}\n`;
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Connection: close',
    'Content-Type: text/plain; charset=utf-8',
    `Content-Length: ${Buffer.byteLength(body)}`,
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy());
}
