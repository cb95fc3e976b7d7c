import type { ChildProcess } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { type Broker, member, startBroker } from '../../peers/Broker.ts';
import type { Children } from '../../peers/Children.ts';
import type { SubjectPlan } from '../subject/protocol.ts';
import { type Arrival, inboundConversations, outboundConversations, policyOf, type Server } from './Server.ts';

const sendEveryMs = 120;
/** A broker of MQTT 5 sends no more before it has heard of these; one of MQTT 3.1.1 cannot be told, and must not come to more. */
const readAtOnce = { 5: 10, 4: 1_000 } as const;

interface MqttServerOptions {
  readonly children: Children;
  readonly broker: Broker;
  readonly name: string;
  readonly count: number;
}

interface MqttServerParts {
  readonly children: Children;
  readonly child: ChildProcess;
  readonly user: MqttClient;
  readonly readAtOnce: number;
  readonly subjects: readonly SubjectPlan[];
}

/**
 * MQTT clients on one broker. The user subscribes to all that they publish: what the broker hands to him it has taken, and in
 * this order. He is never disconnected, so nothing comes to him twice that was not published twice.
 */
export class MqttServer implements Server {
  readonly subjects: readonly SubjectPlan[];
  readonly readAtOnce: number;
  readonly #parts: MqttServerParts;
  readonly #arrivals: Arrival[] = [];

  static async start({ children, broker, name, count }: MqttServerOptions): Promise<MqttServer> {
    const folder = join(children.folder, name);
    await mkdir(folder);
    const { child, port } = await startBroker(broker, { folder, logPath: join(folder, 'log') });
    const { protocolVersion } = broker;
    const address = { host: '127.0.0.1', port, protocolVersion, ...member };
    const user = connect({ ...address, clientId: 'user', reconnectPeriod: 0, keepalive: 600 });
    await new Promise((resolve, reject) => user.once('connect', resolve).once('error', reject));
    const subjects = Array.from({ length: count }, (_client, index): SubjectPlan => {
      const id = `mqtt${index + 1}`;
      return {
        id,
        kind: 'mqtt',
        policy: policyOf(index),
        conversations: Array.from({ length: outboundConversations }, (_topic, topic) => `out/${id}/${topic}`),
        credentials: { ...member },
        config: {
          url: `mqtt://127.0.0.1:${port}`,
          clientId: id,
          protocolVersion,
          queueCapacity: readAtOnce[protocolVersion],
          subscriptions: [{ filter: `in/${id}/+`, qos: 1 }],
        },
        sendEveryMs,
      };
    });
    const server = new MqttServer({ children, child, user, subjects, readAtOnce: readAtOnce[protocolVersion] });
    await server.#watch();
    return server;
  }

  private constructor(parts: MqttServerParts) {
    this.#parts = parts;
    this.subjects = parts.subjects;
    this.readAtOnce = parts.readAtOnce;
  }

  async write(instance: string, number: number): Promise<void> {
    const topic = `in/${instance}/${number % inboundConversations}`;
    await this.#parts.user.publishAsync(topic, String(number), { qos: 1 });
  }

  async arrivals(): Promise<readonly Arrival[]> {
    return [...this.#arrivals];
  }

  async close(): Promise<void> {
    const { child, children, user } = this.#parts;
    await user.endAsync(true);
    await children.kill(child);
  }

  async #watch(): Promise<void> {
    const { user } = this.#parts;
    user.on('message', (topic, payload) => {
      const [, instance = ''] = topic.split('/');
      this.#arrivals.push({ instance, conversation: topic, text: payload.toString() });
    });
    await user.subscribeAsync('out/#', { qos: 1 });
  }
}
