import type { ChannelPeer, RefusableOperation, Refusal } from '@holdfast/testing/contracts';
import type { IConnectPacket, IPublishPacket, Packet } from 'mqtt-packet';
import { FaultyBroker, type FaultyClient } from './FaultyBroker.ts';

interface Kept {
  readonly messageId: number;
  readonly payload: Buffer;
  wasSent: boolean;
}

const packetOf = { connect: 'connect', probe: 'pingreq', send: 'publish' } as const;
const reasonCodes = {
  connect: { unauthorized: 0x86, rateLimited: 0x9f, unavailable: 0x88 },
  probe: { unauthorized: 0x87, unavailable: 0x88 },
  send: { message: 0x99, rateLimited: 0x97, unavailable: 0x80 },
  poll: {},
} as const satisfies Record<RefusableOperation, Partial<Record<Refusal['kind'], number>>>;

/** A broker with one topic and a session that outlives connections, driven by the contract. */
export class MqttPeer implements ChannelPeer {
  readonly topic = 'room';
  readonly #password: string;
  #broker: FaultyBroker | undefined;
  #url = '';
  readonly #refusals: { readonly operation: RefusableOperation; readonly refusal: Refusal }[] = [];
  #kept: Kept[] = [];
  #lastMessageId = 0;
  #subscriber: FaultyClient | undefined;
  #hasSession = false;
  readonly #sent: string[] = [];
  /** What has come in while it was frozen; null while it is not. */
  #held: (() => void)[] | null = null;

  constructor(password: string) {
    this.#password = password;
  }

  async start(): Promise<void> {
    const broker = await FaultyBroker.start();
    this.#broker = broker;
    this.#url = broker.url;
    for (const cmd of ['connect', 'subscribe', 'publish', 'puback', 'pingreq', 'disconnect'] as const) {
      broker.on(cmd, (packet, client) => this.#take(packet, client));
    }
  }

  async stop(): Promise<void> {
    await this.#broker?.stop();
    this.#broker = undefined;
  }

  /** Also when nobody is there any more. */
  get url(): string {
    return this.#url;
  }

  deliver(text: string): void {
    this.#keep(Buffer.from(text));
  }

  deliverUnreadable(): void {
    this.#keep(Buffer.of(0xff, 0xfe, 0xfd));
  }

  received(): readonly string[] {
    return this.#sent;
  }

  requests(operation: RefusableOperation): number {
    return operation === 'poll' ? 0 : (this.#broker?.countOf(packetOf[operation]) ?? 0);
  }

  openConnections(): number {
    return this.#broker?.openSockets ?? 0;
  }

  freeze(): void {
    this.#held = [];
  }

  thaw(): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const answer of held) answer();
  }

  cutOff(): Promise<void> {
    return this.stop();
  }

  drop(): void {
    this.#broker?.client.reset();
  }

  refuse(operation: RefusableOperation, refusal: Refusal): void {
    this.#refusals.push({ operation, refusal });
  }

  canRefuse(operation: RefusableOperation, kind: Refusal['kind']): boolean {
    return kind in reasonCodes[operation];
  }

  #take(packet: Packet, client: FaultyClient): void {
    if (this.#held === null) this.#answer(packet, client);
    else this.#held.push(() => this.#answer(packet, client));
  }

  #answer(packet: Packet, client: FaultyClient): void {
    const { messageId = 0 } = packet;
    switch (packet.cmd) {
      case 'connect':
        return this.#letIn(packet, client);
      case 'subscribe':
        client.say({ cmd: 'suback', messageId, granted: packet.subscriptions.map(({ qos }) => qos) });
        return this.#bringTo(client);
      case 'publish':
        return this.#publish(packet, client);
      case 'puback':
        this.#kept = this.#kept.filter((kept) => kept.messageId !== messageId);
        return;
      case 'pingreq': {
        const refusal = this.#refusalOf('probe');
        return client.say(refusal ? { cmd: 'disconnect', ...refusal } : { cmd: 'pingresp' });
      }
      case 'disconnect':
        return client.hangUp();
    }
  }

  #letIn({ password }: IConnectPacket, client: FaultyClient): void {
    const isKnown = password?.toString() === this.#password;
    const refusal = this.#refusalOf('connect') ?? (isKnown ? undefined : { reasonCode: 0x86 });
    if (refusal) return client.say({ cmd: 'connack', sessionPresent: false, ...refusal });
    client.say({ cmd: 'connack', sessionPresent: this.#hasSession, reasonCode: 0 });
    this.#hasSession = true;
  }

  #publish({ payload, messageId = 0 }: IPublishPacket, client: FaultyClient): void {
    const refusal = this.#refusalOf('send');
    if (refusal === undefined) this.#sent.push(payload.toString());
    client.say({ cmd: 'puback', messageId, ...(refusal ?? { reasonCode: 0 }) });
  }

  #refusalOf(
    operation: keyof typeof packetOf,
  ): { reasonCode: number; properties: { reasonString: string } } | undefined {
    const index = this.#refusals.findIndex((each) => each.operation === operation);
    const [found] = index < 0 ? [] : this.#refusals.splice(index, 1);
    if (found === undefined) return undefined;
    const codes: Partial<Record<Refusal['kind'], number>> = reasonCodes[operation];
    return { reasonCode: codes[found.refusal.kind] ?? 0x80, properties: { reasonString: found.refusal.words } };
  }

  #keep(payload: Buffer): void {
    this.#lastMessageId += 1;
    const kept = { messageId: this.#lastMessageId, payload, wasSent: false };
    this.#kept.push(kept);
    if (this.#subscriber) this.#bring(kept, this.#subscriber);
  }

  #bringTo(client: FaultyClient): void {
    this.#subscriber = client;
    for (const kept of this.#kept) this.#bring(kept, client);
  }

  #bring(kept: Kept, client: FaultyClient): void {
    const { messageId, payload, wasSent } = kept;
    client.say({ cmd: 'publish', topic: this.topic, payload, messageId, qos: 1, dup: wasSent, retain: false });
    kept.wasSent = true;
  }
}
