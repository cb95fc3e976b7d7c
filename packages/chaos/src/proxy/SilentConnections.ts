import type { Socket } from 'node:net';

/** Clients that were accepted and are never answered. What they say is read and thrown away. */
export class SilentConnections {
  readonly #sockets = new Set<Socket>();

  keep(client: Socket): void {
    this.#sockets.add(client);
    client.on('error', () => {
      // It closes, and that is all there is to know.
    });
    client.once('close', () => this.#sockets.delete(client));
    client.resume();
  }

  /** The fault is over: those that have given up, or do later, are cleared away. The others stay unanswered. */
  forget(): void {
    for (const client of this.#sockets) {
      if (client.readableEnded) client.destroy();
      else client.once('end', () => client.destroy());
    }
  }

  destroy(): void {
    for (const client of this.#sockets) client.destroy();
  }
}
