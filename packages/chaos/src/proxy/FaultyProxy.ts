import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { type Behaviour, passing } from './behaviour.ts';
import { ProxiedConnection } from './ProxiedConnection.ts';
import { SilentConnections } from './SilentConnections.ts';

/** A TCP proxy on 127.0.0.1 that passes everything on, until it is told to behave otherwise. */
export class FaultyProxy {
  readonly port: number;
  readonly #server: Server;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #silent = new SilentConnections();
  #upstreamPort: number;
  #behaviour: Behaviour = passing;
  #contacts = 0;

  /** Resolves when it listens, on a free port. */
  static async start(upstreamPort = 0): Promise<FaultyProxy> {
    const server = createServer({ allowHalfOpen: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyProxy(server, upstreamPort);
  }

  private constructor(server: Server, upstreamPort: number) {
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy listens on no port.');
    this.port = address.port;
    this.#upstreamPort = upstreamPort;
    this.#server = server;
    server.on('connection', (client) => this.#accept(client));
  }

  /** How often a client has connected or said something, ever. */
  get contacts(): number {
    return this.#contacts;
  }

  /** Where the peer listens from now on. Connections that there are stay with the old one. */
  aimAt(upstreamPort: number): void {
    this.#upstreamPort = upstreamPort;
  }

  /** Takes effect at once, on the connections that there are too. */
  behave(behaviour: Behaviour): void {
    this.#behaviour = behaviour;
    if (behaviour.kind === 'reset') this.resetConnections();
    this.#silent.forget();
    for (const connection of this.#connections) {
      if (behaviour.kind === 'black hole') connection.lose();
      else connection.forget();
    }
  }

  resetConnections(): void {
    for (const connection of this.#connections) connection.reset();
  }

  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    this.#silent.destroy();
    for (const connection of this.#connections) connection.destroy();
    await closed;
  }

  #accept(client: Socket): void {
    this.#contacts += 1;
    const behaviour = this.#behaviour;
    if (behaviour.kind === 'black hole') return this.#silent.keep(client);
    const connection = new ProxiedConnection(client, {
      upstreamPort: this.#upstreamPort,
      behaviour: () => this.#behaviour,
      onRequest: () => {
        this.#contacts += 1;
      },
      onClosed: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
    if (behaviour.kind === 'reset') connection.reset();
  }
}
