import { once } from 'node:events';
import { createConnection, createServer, type Server, type Socket } from 'node:net';

/** A way to a broker that can be cut. */
export class TcpProxy {
  readonly #server: Server;
  readonly #target: number;
  readonly #sockets = new Set<Socket>();
  #isDeaf = false;

  private constructor(server: Server, target: number) {
    this.#server = server;
    this.#target = target;
    server.on('connection', (client) => this.#join(client));
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new TcpProxy(server, target);
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The proxy is stopped.');
    return address.port;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** From now on what the broker says is lost on the way. */
  loseAnswers(): void {
    this.#isDeaf = true;
  }

  /** Cuts what is connected, at once. New connections have both directions again. */
  cut(): void {
    this.#isDeaf = false;
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#sockets.clear();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket): void {
    const broker = createConnection(this.#target, '127.0.0.1');
    for (const socket of [client, broker]) {
      this.#sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (data) => broker.write(data));
    broker.on('data', (data) => {
      if (!this.#isDeaf) client.write(data);
    });
    client.on('close', () => broker.destroy());
    broker.on('close', () => client.destroy());
  }
}
