import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';

/**
 * What `@statelyai/inspect/server` is: whoever sends is heard by all others. On 127.0.0.1, which its own is not: that binds all
 * interfaces, and cannot be told otherwise.
 */
export async function startRelay(port = 0) {
  const server = new WebSocketServer({ host: '127.0.0.1', port });
  const frames: string[] = [];
  let wake = (): void => undefined;
  server.on('connection', (socket) => {
    socket.on('message', (data) => {
      const text = String(data);
      frames.push(text);
      for (const client of server.clients)
        if (client !== socket && client.readyState === WebSocket.OPEN) client.send(text);
      wake();
    });
  });
  await once(server, 'listening');
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `ws://127.0.0.1:${bound}`,
    port: bound,
    server,
    frames,
    /** Resolves when a frame has come that `isWanted` accepts. */
    async until(isWanted: (frame: { readonly type: string }) => boolean): Promise<void> {
      while (!frames.some((frame) => isWanted(JSON.parse(frame)))) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
    async [Symbol.asyncDispose](): Promise<void> {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };
}
