import type { Broker } from '../../peers/Broker.ts';
import type { Children } from '../../peers/Children.ts';
import type { SubjectPlan } from '../subject/protocol.ts';
import { MqttServer } from './MqttServer.ts';
import type { Arrival, Server } from './Server.ts';
import { TelegramServer } from './TelegramServer.ts';

export const instancesOfAKind = 10;

/** All servers of one part of the run. */
export class Servers implements Server {
  readonly subjects: readonly SubjectPlan[];
  readonly readAtOnce: number;
  readonly #all: readonly Server[];

  static async start(children: Children, broker: Broker, part: string): Promise<Servers> {
    return new Servers(
      await Promise.all([
        TelegramServer.start(children, `${part}-telegram`, instancesOfAKind),
        MqttServer.start({ children, broker, name: `${part}-mqtt`, count: instancesOfAKind }),
      ]),
    );
  }

  private constructor(all: readonly Server[]) {
    this.#all = all;
    this.readAtOnce = Math.max(...all.map((server) => server.readAtOnce));
    this.subjects = all.flatMap(({ subjects }) => subjects);
  }

  async write(instance: string, number: number): Promise<void> {
    const server = this.#all.find(({ subjects }) => subjects.some(({ id }) => id === instance));
    await server?.write(instance, number);
  }

  async arrivals(): Promise<readonly Arrival[]> {
    return (await Promise.all(this.#all.map((server) => server.arrivals()))).flat();
  }

  async close(): Promise<void> {
    await Promise.all(this.#all.map((server) => server.close()));
  }
}
