import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createHttpServer, type Server as HttpServer } from 'node:http';
import { createConnection, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';

const openssl = '/usr/bin/openssl';

export interface Gateway {
  readonly port: number;
  stop(): Promise<void>;
}

/** What stands before a broker that does not speak TLS itself. */
export async function tlsGateway(target: number, { key, cert }: Certificate): Promise<Gateway> {
  const streams = new Set<Duplex>();
  const server = createTlsServer({ key, cert }, (socket) => joinUp(socket, target, streams));
  server.on('tlsClientError', () => {});
  return listen(server, streams);
}

/** What stands before a broker that does not speak WebSocket itself. Any path but `/mqtt` is answered 403. */
export async function webSocketGateway(target: number): Promise<Gateway> {
  const streams = new Set<Duplex>();
  const server = createHttpServer();
  const sockets = new WebSocketServer({ noServer: true });
  server.on('upgrade', (request, socket, head) => {
    if (request.url !== '/mqtt') {
      socket.end('HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n');
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => joinUp(createWebSocketStream(client), target, streams));
  });
  return listen(server, streams);
}

function joinUp(client: Duplex, target: number, streams: Set<Duplex>): void {
  const broker = createConnection(target, '127.0.0.1');
  for (const stream of [client, broker]) {
    streams.add(stream);
    stream.on('error', () => {});
  }
  client.pipe(broker).pipe(client);
  client.on('close', () => broker.destroy());
  broker.on('close', () => client.destroy());
}

async function listen(server: Server | HttpServer, streams: ReadonlySet<Duplex>): Promise<Gateway> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('A listening server has an address.');
  return {
    port: address.port,
    stop: async () => {
      for (const stream of streams) stream.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/** For `localhost` and signed by itself; undefined where there is no openssl. */
export function makeCertificate(): Certificate | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-mqtt-tls-'));
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')];
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost';
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  try {
    execFileSync(openssl, [...request.split(' '), ...names, '-keyout', key, '-out', cert], { stdio: 'ignore' });
    return { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  } catch {
    return undefined;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
