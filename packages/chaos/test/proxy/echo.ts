import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { FaultyProxy } from '../../src/proxy/FaultyProxy.ts';

/** A server that says back what it hears, and remembers all of it. */
class EchoServer {
  readonly #server: Server;
  readonly #sockets: Socket[] = [];
  heard = '';
  ended = 0;

  static async start(): Promise<EchoServer> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new EchoServer(server);
  }

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => {
      this.#sockets.push(socket);
      socket.on('error', () => {});
      socket.once('end', () => {
        this.ended += 1;
      });
      socket.on('data', (piece) => {
        this.heard += piece;
        socket.write(piece);
      });
    });
  }

  get port(): number {
    const address = this.#server.address();
    return typeof address === 'object' && address !== null ? address.port : 0;
  }

  get connections(): number {
    return this.#sockets.length;
  }

  endAll(): void {
    for (const socket of this.#sockets) socket.end();
  }

  resetAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export interface Conversation {
  readonly proxy: FaultyProxy;
  readonly server: EchoServer;
  dial(): Promise<Client>;
}

/** One side of a connection, with what came over it. */
export class Client {
  readonly socket: Socket;
  heard = '';
  /** How many pieces it came in. */
  pieces = 0;
  error: string | undefined;
  hasEnded = false;
  readonly #closed: Promise<unknown>;

  constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true);
    socket.on('data', (piece) => {
      this.heard += piece;
      this.pieces += 1;
    });
    socket.on('end', () => {
      this.hasEnded = true;
    });
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.error = error.code;
    });
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
  }

  say(text: string): void {
    this.socket.write(text);
  }

  /** Resolves when that much was heard. */
  async hears(length: number): Promise<string> {
    while (this.heard.length < length) await once(this.socket, 'data');
    return this.heard;
  }

  async closes(): Promise<void> {
    await this.#closed;
  }
}

/** A proxy before an echo, and a way to talk through it. Everything is closed with the test. */
export async function startConversation(): Promise<Conversation> {
  const server = await EchoServer.start();
  const proxy = await FaultyProxy.start(server.port);
  onTestFinished(async () => {
    await proxy.close();
    await server.close();
  });
  const dial = async (): Promise<Client> => {
    const socket = connect(proxy.port, '127.0.0.1');
    onTestFinished(() => void socket.destroy());
    const client = new Client(socket);
    await Promise.race([new Promise((resolve) => socket.once('connect', resolve)), client.closes()]);
    return client;
  };
  return { proxy, server, dial };
}
