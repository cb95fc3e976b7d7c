import { setTimeout as sleep } from 'node:timers/promises';
import type { InboundMessage, InstanceServer, OutboundMessage } from 'holdfast';
import type { MqttClient } from 'mqtt';
import type { Fleet } from '../fleet.ts';
import type { FaultyProxy } from '../proxy/FaultyProxy.ts';
import { member } from './Broker.ts';
import { holdSession, refuseConnect } from './mqttRival.ts';
import type { Account } from './Peer.ts';

const rivalPauseMs = 300;

interface MqttAccountParts {
  readonly id: string;
  readonly proxy: FaultyProxy;
  readonly user: MqttClient;
  readonly protocolVersion: 4 | 5;
}

/** One client of the broker. Its id is its name there. */
export class MqttAccount implements Account {
  readonly id: string;
  readonly proxy: FaultyProxy;
  readonly wrongCredentials: unknown = { username: member.username, password: 'a-wrong-password' };
  readonly rightCredentials: unknown = { ...member };
  readonly #user: MqttClient;
  readonly #protocolVersion: 4 | 5;
  #port = 0;

  constructor({ id, proxy, user, protocolVersion }: MqttAccountParts) {
    this.id = id;
    this.proxy = proxy;
    this.#user = user;
    this.#protocolVersion = protocolVersion;
  }

  /** The broker listens there now. */
  moveTo(port: number): void {
    this.#port = port;
    this.proxy.aimAt(port);
  }

  start(fleet: Fleet, onMessage: (message: InboundMessage) => Promise<void>): Promise<InstanceServer> {
    return fleet.startInstance('mqtt', {
      id: this.id,
      name: this.id,
      credentials: { ...member },
      config: {
        url: `mqtt://127.0.0.1:${this.proxy.port}`,
        clientId: this.id,
        protocolVersion: this.#protocolVersion,
        subscriptions: [{ filter: `in/${this.id}/+`, qos: 1 }],
        connectTimeoutMs: 2_000,
        keepaliveSec: 10,
      },
      onMessage,
    });
  }

  outbound(number: number): OutboundMessage {
    return { conversation: outboundTopic(this.id, number), text: String(number) };
  }

  numberOf({ text }: InboundMessage): number {
    return Number(text);
  }

  async write(number: number): Promise<void> {
    await this.#user.publishAsync(inboundTopic(this.id, number), String(number), { qos: 1 });
  }

  async rival(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const session = { port: this.#port, clientId: this.id, protocolVersion: this.#protocolVersion };
      await holdSession(session, signal);
      await sleep(rivalPauseMs, undefined, { signal }).catch(() => {});
    }
  }

  refuseForRate(piece: Buffer): Buffer | undefined {
    return refuseConnect(piece, this.#protocolVersion);
  }
}

/** A topic a message: the broker's log tells topics, and not what is in a message. */
export function outboundTopic(id: string, number: number): string {
  return `out/${id}/${number}`;
}

export function inboundTopic(id: string, number: number): string {
  return `in/${id}/${number}`;
}
