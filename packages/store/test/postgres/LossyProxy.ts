import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** What becomes of the next COMMIT: it is cut off before the server has it, or the answer is. */
export type Harm = 'before the server has it' | 'before the answer comes back';

/** Stands between a store and its server, and cuts the connection where it hurts most. */
export class LossyProxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly port: number;
  #harm: Harm | undefined;
  /** No new connections either, for so long. */
  isDown = false;
  /** What is said in either direction is lost, and the connections stay. */
  isFrozen = false;
  connections = 0;

  private constructor(server: Server, port: number, target: number) {
    this.#server = server;
    this.port = port;
    server.on('connection', (client) => this.#join(client, target));
  }

  static async start(target: number): Promise<LossyProxy> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (typeof address !== 'object' || address === null) throw new Error('A listening server has an address.');
    return new LossyProxy(server, address.port, target);
  }

  cutNextCommit(harm: Harm): void {
    this.#harm = harm;
  }

  /** All connections, now. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** Resolves when nobody is connected any more. */
  async untilLeft(): Promise<void> {
    for (const socket of this.#sockets) await once(socket, 'close');
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, target: number): void {
    if (this.isDown) return void client.destroy();
    this.connections += 1;
    const upstream = connect(target, '127.0.0.1');
    let isAnswerLost = false;
    const end = (): void => {
      client.destroy();
      upstream.destroy();
    };
    for (const socket of [client, upstream]) {
      this.#sockets.add(socket);
      socket.on('error', end);
      socket.on('close', end);
      socket.once('close', () => this.#sockets.delete(socket));
    }
    client.on('data', (chunk) => {
      if (this.isFrozen) return;
      const harm = chunk.includes('COMMIT') ? this.#harm : undefined;
      if (harm !== undefined) this.#harm = undefined;
      if (harm === 'before the server has it') return end();
      isAnswerLost ||= harm === 'before the answer comes back';
      upstream.write(chunk);
    });
    upstream.on('data', (chunk) => {
      if (isAnswerLost) end();
      else if (!this.isFrozen) client.write(chunk);
    });
  }
}
