import type { StopAccount } from 'holdfast';
import { createFleet, type Fleet } from './fleet.ts';
import { Watch } from './measure/Watch.ts';
import type { Broker } from './peers/Broker.ts';
import type { Children } from './peers/Children.ts';
import { MqttPeer } from './peers/MqttPeer.ts';
import type { Kind, Peer } from './peers/Peer.ts';
import { TelegramPeer } from './peers/TelegramPeer.ts';
import type { Place } from './plan.ts';
import { Subject } from './Subject.ts';

export const instancesOfAKind = 25;
export const groupSize = 5;
/** Three groups are on one broker, and two on another: what strikes a broker lasts, and the others need not wait for it. */
export const groupsOfFirstBroker = 3;
const connectDeadlineMs = 15_000;
const stopDeadlineMs = 8_000;

interface Member {
  readonly peer: Peer;
  readonly group: string;
  readonly subject: Subject;
}

/** The servers, the instances that work with them, and the watch over them. */
export class World {
  readonly watch: Watch;
  readonly peers: readonly Peer[];
  readonly #fleet: Fleet;
  readonly #members: readonly Member[];

  /** Resolves when all instances are connected. */
  static async start(children: Children, broker: Broker): Promise<World> {
    const telegram = await Promise.all(
      groupsOf('telegram').map(({ name, ids }, index) =>
        TelegramPeer.start({ children, name, ids, firstBotId: 1_000 + index * groupSize }),
      ),
    );
    const mqttGroups = groupsOf('mqtt');
    const mqtt = [
      await MqttPeer.start({ children, broker, name: 'broker-1', groups: mqttGroups.slice(0, groupsOfFirstBroker) }),
      await MqttPeer.start({ children, broker, name: 'broker-2', groups: mqttGroups.slice(groupsOfFirstBroker) }),
    ];
    const world = new World([...telegram, ...mqtt]);
    const { subjects } = world;
    for (const subject of subjects) await subject.start(world.#fleet);
    await Promise.all(subjects.map(({ server }) => server.waitFor('connected', { timeoutMs: connectDeadlineMs })));
    return world;
  }

  private constructor(peers: readonly Peer[]) {
    this.peers = peers;
    this.watch = new Watch();
    this.#fleet = createFleet(this.watch.observe);
    this.#members = peers.flatMap((peer) =>
      peer.groups.flatMap(({ name, accounts }) =>
        accounts.map((account) => ({ peer, group: name, subject: new Subject(account) })),
      ),
    );
  }

  get subjects(): readonly Subject[] {
    return this.#members.map(({ subject }) => subject);
  }

  get places(): readonly Place[] {
    return this.peers.flatMap(({ kind, groups }) => {
      const peerGroups = groups.map(({ name }) => name);
      return peerGroups.map((group) => ({ kind, group, peerGroups }));
    });
  }

  /** The instances of these groups, and the peer that they share. */
  at(groups: readonly string[]): { readonly peer: Peer; readonly subjects: readonly Subject[] } {
    const members = this.#members.filter(({ group }) => groups.includes(group));
    const [first] = members;
    if (!first) throw new Error(`There is nobody in ${groups.join(', ')}.`);
    return { peer: first.peer, subjects: members.map(({ subject }) => subject) };
  }

  /** Stops all instances. Resolves with their accounts, by id. */
  stopInstances(): Promise<ReadonlyMap<string, StopAccount>> {
    this.watch.finish();
    return this.#fleet.stop({ deadlineMs: stopDeadlineMs });
  }

  async close(): Promise<void> {
    await Promise.all(this.peers.map((peer) => peer.close()));
  }
}

function groupsOf(kind: Kind): { readonly name: string; readonly ids: readonly string[] }[] {
  return Array.from({ length: instancesOfAKind / groupSize }, (_group, group) => ({
    name: `${kind}-${group + 1}`,
    ids: Array.from({ length: groupSize }, (_member, member) => `${kind}${group + 1}${'abcde'.charAt(member)}`),
  }));
}
