import { setMaxListeners } from 'node:events';
import { Socket } from 'node:net';
import {
  connect,
  type IClientOptions,
  type IConnackPacket,
  type IPublishPacket,
  type MqttClient,
  type Packet,
} from 'mqtt';
import { MqttCallError, type MqttFault, type MqttOperation } from './errors.ts';
import type { OutboundPublish } from './outbound.ts';
import { PingLine } from './PingLine.ts';
import { PublishWindow } from './PublishWindow.ts';
import { reasonCodeOf } from './reasonCodes.ts';
import { faultOf, presentable } from './socketFaults.ts';
import { type Granted, type SubscribePlan, subscribeAll } from './subscribing.ts';
import { untilAborted } from './untilAborted.ts';

/** Who takes what the broker brings. */
export interface Receiver {
  /** The broker has taken us, with the session of before or with a new one. Called before the first `receive`. */
  begin(isResumed: boolean): void;
  /** A message has come. Whoever takes one of QoS 1 has it acknowledged later. */
  receive(packet: IPublishPacket): void;
}

export interface Opening {
  readonly options: IClientOptions;
  /** Its secrets are what nobody may see, should the broker repeat them. */
  readonly plan: SubscribePlan;
  readonly receiver: Receiver;
  /** For connecting and subscribing together. */
  readonly timeoutMs: number;
  /** How many publishes at most are on the way at once. */
  readonly maxInFlight: number;
  readonly signal: AbortSignal;
}

/** The same in MQTT 3.1.1 and in 5, where it means: nothing is wrong. */
const disconnectPacket = Buffer.of(0xe0, 0);

const notYetHandled = new Error('It is acknowledged when it is handled.');

/**
 * One network connection to a broker, by an mqtt.js client that is used for it and for no other.
 *
 * M1. It connects once. mqtt.js has its own reconnecting switched off, and goes with its connection.
 * M2. It ends once: `ended` aborts with the reason, and the socket is destroyed at the same time.
 * M3. The socket is read on, whatever becomes of the messages: mqtt.js is answered at once, with an error, which is its
 *     way of leaving the PUBACK out. That is written here, when the message is handled.
 */
export class MqttConnection {
  readonly #client: MqttClient;
  readonly #receiver: Receiver;
  readonly #secrets: readonly string[];
  readonly #end = new AbortController();
  readonly #pings = new PingLine();
  #doing: MqttOperation = 'connect';
  #connack: IConnackPacket | undefined;
  #granted: Granted = {};
  #window: PublishWindow;
  #publishing = 0;

  static async open(opening: Opening): Promise<MqttConnection> {
    const { signal, timeoutMs } = opening;
    signal.throwIfAborted();
    const connection = new MqttConnection(opening);
    const timer = setTimeout(() => connection.#fail({ kind: 'timeout', timeoutMs }), timeoutMs);
    const abandon = (): void => connection.#endWith(signal.reason);
    signal.addEventListener('abort', abandon, { once: true });
    try {
      await connection.#connect(opening);
      return connection;
    } catch (error) {
      connection.#endWith(error);
      throw error;
    } finally {
      clearTimeout(timer);
      signal.removeEventListener('abort', abandon);
    }
  }

  private constructor({ options, receiver, plan, maxInFlight }: Opening) {
    this.#receiver = receiver;
    this.#secrets = plan.secrets;
    this.#window = new PublishWindow(maxInFlight);
    this.#client = connect(options);
    // Each call that is under way listens.
    setMaxListeners(0, this.ended);
  }

  /** Aborts when the connection has ended; the reason is a `MqttCallError`. */
  get ended(): AbortSignal {
    return this.#end.signal;
  }

  get isSessionPresent(): boolean {
    return this.#connack?.sessionPresent ?? false;
  }

  /** What the broker says that it can do. */
  get serverProperties(): NonNullable<IConnackPacket['properties']> {
    return this.#connack?.properties ?? {};
  }

  get granted(): Granted {
    return this.#granted;
  }

  /** Resolves when the broker has answered. */
  async ping(signals: readonly AbortSignal[]): Promise<void> {
    this.#throwIfOver('ping', signals);
    this.#client.sendPing();
    await untilAborted(this.#pings.whenAnswered(), [...signals, this.ended]);
  }

  /** Resolves when the broker has confirmed it (QoS 1), or the system has taken it (QoS 0). */
  async publish(outbound: OutboundPublish, signal: AbortSignal): Promise<void> {
    this.#throwIfOver('publish', [signal]);
    if (outbound.qos === 1) {
      await this.#window.enter([signal, this.ended]).catch(() => this.#throwIfOver('publish', [signal]));
    }
    try {
      await untilAborted(this.#publish(outbound), [signal, this.ended]);
    } catch (error) {
      throw this.ended.aborted && error === this.ended.reason ? this.#lostWhilePublishing() : error;
    }
  }

  /** Resolves when the system has taken it. */
  async acknowledge(packetIds: readonly number[]): Promise<void> {
    this.ended.throwIfAborted();
    if (packetIds.length === 0) return;
    const pubacks = Buffer.concat(packetIds.map((id) => Buffer.of(0x40, 2, id >> 8, id & 0xff)));
    const written = new Promise<void>((resolve) => {
      this.#client.stream.write(pubacks, (error) => {
        if (!error) resolve(); // An error ends the connection, and so the wait.
      });
    });
    await untilAborted(written, [this.ended]);
  }

  /** Says goodbye, and lets the broker hang up until `grace` aborts. */
  async disconnect(grace: AbortSignal): Promise<void> {
    if (this.ended.aborted) return;
    const { stream } = this.#client;
    const hungUp = new Promise<void>((resolve) => {
      stream.once('close', resolve);
    });
    this.#end.abort(new MqttCallError('link', { kind: 'closed' }));
    stream.end(disconnectPacket);
    await untilAborted(hungUp, [grace]).catch(() => {});
    stream.destroy();
  }

  /** M2. */
  #endWith(reason: unknown): void {
    if (this.ended.aborted) return;
    this.#end.abort(reason);
    this.#client.stream?.destroy();
  }

  #fail(fault: MqttFault): void {
    this.#endWith(new MqttCallError(this.#doing, fault));
  }

  async #connect({ plan, maxInFlight }: Opening): Promise<void> {
    const client = this.#client;
    const connected = new Promise((resolve) => client.once('connect', resolve));
    client.on('packetsend', ({ cmd }) => {
      if (cmd === 'pingreq') this.#pings.sent();
    });
    client.on('packetreceive', (packet) => this.#receive(packet));
    client.on('error', (error) => this.#fail(faultOf(error)));
    client.on('close', () => this.#fail({ kind: 'ended' }));
    client.handleMessage = (packet, done) => {
      if (!this.ended.aborted) this.#receiver.receive(packet);
      if (packet.qos === 1)
        done(notYetHandled); // M3
      else done();
    };
    client.connect(); // M1
    // Or a PUBACK holds up the next packet until the broker's system has confirmed it, some 40 ms.
    if (client.stream instanceof Socket) client.stream.setNoDelay();
    // mqtt.js keeps errors to itself that have no code, such as that of a refused WebSocket.
    client.stream.on('error', (error: unknown) => this.#fail(faultOf(error)));
    await untilAborted(connected, [this.ended]);
    this.#window = new PublishWindow(Math.min(this.serverProperties.receiveMaximum ?? maxInFlight, maxInFlight));
    this.#doing = 'subscribe';
    this.#granted = await untilAborted(subscribeAll(client, plan), [this.ended]);
    this.#doing = 'link';
  }

  #receive(packet: Packet): void {
    if (packet.cmd === 'connack') return this.#begin(packet);
    if (packet.cmd === 'pingresp') return this.#pings.answered();
    if (packet.cmd !== 'disconnect') return;
    const { reasonCode = 0, properties } = packet;
    if (reasonCode < 0x80) return this.#fail({ kind: 'ended' });
    const reasonString = presentable(properties?.reasonString, this.#secrets);
    this.#fail({ kind: 'refused', packet: 'disconnect', reasonCode, reasonString });
  }

  #begin(connack: IConnackPacket): void {
    const reasonCode = reasonCodeOf(connack.reasonCode ?? connack.returnCode ?? 0);
    if (reasonCode > 0) {
      const reasonString = presentable(connack.properties?.reasonString, this.#secrets);
      return this.#fail({ kind: 'refused', packet: 'connack', reasonCode, reasonString });
    }
    if (this.#connack) return;
    this.#connack = connack;
    this.#receiver.begin(connack.sessionPresent);
  }

  #publish({ topic, payload, ...options }: OutboundPublish): Promise<void> {
    this.#publishing += 1;
    return new Promise((resolve, reject) => {
      this.#client.publish(topic, payload, options, (error, packet) => {
        this.#publishing -= 1;
        if (options.qos === 1) this.#window.leave();
        if (error) reject(this.#refusalOf(error, packet));
        else resolve();
      });
    });
  }

  #refusalOf(error: Error, packet: Packet | undefined): MqttCallError {
    if (packet?.cmd !== 'puback' || packet.reasonCode === undefined)
      return new MqttCallError('publish', faultOf(error));
    const reasonString = presentable(packet.properties?.reasonString, this.#secrets);
    return new MqttCallError('publish', {
      kind: 'refused',
      packet: 'puback',
      reasonCode: packet.reasonCode,
      reasonString,
    });
  }

  /** When the broker hangs up with a reason while several are on the way, nobody knows which of them it means. */
  #lostWhilePublishing(): MqttCallError {
    const isAboutAny = this.#fault.kind === 'refused' && this.#publishing > 1;
    return new MqttCallError('publish', isAboutAny ? { kind: 'ended' } : this.#fault);
  }

  #throwIfOver(operation: MqttOperation, signals: readonly AbortSignal[]): void {
    for (const signal of signals) signal.throwIfAborted();
    if (this.ended.aborted) throw new MqttCallError(operation, this.#fault, 'no');
  }

  get #fault(): MqttFault {
    const { reason } = this.ended;
    return reason instanceof MqttCallError ? reason.fault : { kind: 'closed' };
  }
}
