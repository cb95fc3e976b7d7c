import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { generate, type IPublishPacket, type Packet, parser } from 'mqtt-packet';

/** What the broker does with a packet, instead of answering it as it should. */
export type Script = (packet: Packet, client: FaultyClient) => unknown;

/** One connection, as the broker has it. */
export class FaultyClient {
  readonly #socket: Socket;
  readonly #protocolVersion: number;

  constructor(socket: Socket, protocolVersion: number) {
    this.#socket = socket;
    this.#protocolVersion = protocolVersion;
  }

  say(packet: Packet): void {
    this.#socket.write(generate(packet, { protocolVersion: this.#protocolVersion }));
  }

  sayBytes(...bytes: readonly number[]): void {
    this.#socket.write(Uint8Array.from(bytes));
  }

  hangUp(): void {
    this.#socket.end();
  }

  reset(): void {
    this.#socket.resetAndDestroy();
  }
}

/** A broker that does what its scripts say, and otherwise takes everything and confirms it. Speaks both versions. */
export class FaultyBroker {
  /** All that came in, in order. */
  readonly received: Packet[] = [];
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #scripts = new Map<string, Script>();
  #client: FaultyClient | undefined;

  private constructor(server: Server) {
    this.#server = server;
    server.on('connection', (socket) => this.#serve(socket));
  }

  static async start(): Promise<FaultyBroker> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new FaultyBroker(server);
  }

  get url(): string {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('The broker is stopped.');
    return `mqtt://127.0.0.1:${address.port}`;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** The one that connected last. */
  get client(): FaultyClient {
    if (!this.#client) throw new Error('Nobody has connected.');
    return this.#client;
  }

  /** What to do with every packet of this kind from now on. */
  on(cmd: Packet['cmd'], script: Script): void {
    this.#scripts.set(cmd, script);
  }

  countOf(cmd: Packet['cmd']): number {
    return this.received.filter((packet) => packet.cmd === cmd).length;
  }

  /** The numbers of the messages that were acknowledged, in the order in which they were. */
  get acknowledged(): (number | undefined)[] {
    return this.received.filter(({ cmd }) => cmd === 'puback').map(({ messageId }) => messageId);
  }

  get published(): IPublishPacket[] {
    return this.received.filter((packet) => packet.cmd === 'publish');
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    const settings = { protocolVersion: 4 };
    const reader = parser(settings);
    let client = new FaultyClient(socket, 4);
    reader.on('packet', (packet: Packet) => {
      if (packet.cmd === 'connect') {
        settings.protocolVersion = packet.protocolVersion ?? 4;
        client = new FaultyClient(socket, settings.protocolVersion);
      }
      this.#client = client;
      this.received.push(packet);
      (this.#scripts.get(packet.cmd) ?? answer)(packet, client);
    });
    socket.on('data', (data) => reader.parse(data));
  }
}

/** As it should be answered. */
function answer(packet: Packet, client: FaultyClient): void {
  const { messageId = 0 } = packet;
  switch (packet.cmd) {
    case 'connect':
      return client.say({ cmd: 'connack', sessionPresent: false, reasonCode: 0, returnCode: 0 });
    case 'subscribe':
      return client.say({ cmd: 'suback', messageId, granted: packet.subscriptions.map(({ qos }) => qos) });
    case 'publish':
      return packet.qos === 1 ? client.say({ cmd: 'puback', messageId, reasonCode: 0 }) : undefined;
    case 'pingreq':
      return client.say({ cmd: 'pingresp' });
    case 'disconnect':
      return client.hangUp();
  }
}
