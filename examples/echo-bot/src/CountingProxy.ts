import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { pipeline } from 'node:stream';

/** What has come in since the proxy was opened. */
export interface Traffic {
  readonly connections: number;
  readonly bytes: number;
}

/** Stands between the bot and the server, hands everything on, and counts what the bot sends. */
export class CountingProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #clients = new Set<Socket>();
  #connections = 0;
  #bytes = 0;

  static async open(targetPort: number): Promise<CountingProxy> {
    const proxy = new CountingProxy(targetPort);
    await once(proxy.#server.listen(0, '127.0.0.1'), 'listening');
    return proxy;
  }

  private constructor(targetPort: number) {
    this.#server = createServer((client) => {
      this.#connections += 1;
      this.#clients.add(client);
      client.on('data', (chunk) => {
        this.#bytes += chunk.length;
      });
      // Ends both sides when either ends: a server that is down looks like a connection that is reset.
      pipeline(client, connect(targetPort, '127.0.0.1'), client, () => {
        client.destroy();
        this.#clients.delete(client);
      });
    });
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}`;
  }

  get traffic(): Traffic {
    return { connections: this.#connections, bytes: this.#bytes };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#server.listening) return;
    for (const client of this.#clients) client.destroy();
    await once(this.#server.close(), 'close');
  }
}
