import { connectAsync, type MqttClient } from 'mqtt';
import { user } from './MqttBroker.ts';

interface Heard {
  readonly topic: string;
  readonly text: string;
  readonly retain: boolean;
}

/** Another client at the broker, on mqtt.js alone. */
export class Peer {
  readonly heard: Heard[] = [];
  readonly #client: MqttClient;

  private constructor(client: MqttClient) {
    this.#client = client;
    client.on('message', (topic, payload, { retain }) => this.heard.push({ topic, text: payload.toString(), retain }));
  }

  static async connect(url: string): Promise<Peer> {
    return new Peer(await connectAsync(url, { reconnectPeriod: 0, ...user }));
  }

  async publish(topic: string, payload: string | Buffer, { qos = 1, retain = false } = {}): Promise<void> {
    await this.#client.publishAsync(topic, payload, { qos: qos === 0 ? 0 : 1, retain });
  }

  async listen(filter: string): Promise<void> {
    await this.#client.subscribeAsync(filter, { qos: 1 });
  }

  async leave(): Promise<void> {
    await this.#client.endAsync(true);
  }
}
