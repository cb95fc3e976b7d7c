import type { ChildProcess } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { FaultyProxy } from '../proxy/FaultyProxy.ts';
import { type Broker, member, startBroker } from './Broker.ts';
import { fateOfTopic, readBrokerRecord } from './brokerRecord.ts';
import type { Children } from './Children.ts';
import { inboundTopic, MqttAccount, outboundTopic } from './MqttAccount.ts';
import type { AccountGroup, Peer, PeerRecord } from './Peer.ts';

interface MqttPeerOptions {
  readonly children: Children;
  readonly broker: Broker;
  readonly name: string;
  /** The ids of its clients, by group. */
  readonly groups: readonly { readonly name: string; readonly ids: readonly string[] }[];
}

interface MqttPeerParts {
  readonly children: Children;
  readonly broker: Broker;
  readonly folder: string;
  readonly groups: readonly { readonly name: string; readonly accounts: readonly MqttAccount[] }[];
  readonly user: MqttClient;
  readonly userProxy: FaultyProxy;
}

/** One broker for all its clients, and one user who writes to them all. */
export class MqttPeer implements Peer {
  readonly kind = 'mqtt';
  readonly groups: readonly AccountGroup[];
  readonly #parts: MqttPeerParts;
  readonly #accounts: readonly MqttAccount[];
  readonly #logs: string[] = [];
  #child: ChildProcess | undefined;

  static async start({ children, broker, name, groups }: MqttPeerOptions): Promise<MqttPeer> {
    const { protocolVersion } = broker;
    // The user has an address that stays when the broker moves. Nothing else is ever done to it.
    const userProxy = await FaultyProxy.start();
    const user = connect({
      host: '127.0.0.1',
      port: userProxy.port,
      clientId: 'user',
      protocolVersion,
      ...member,
      reconnectPeriod: 100,
      manualConnect: true,
    });
    user.on('error', () => {
      // It tries again by itself.
    });
    const built: { name: string; accounts: MqttAccount[] }[] = [];
    for (const { name: group, ids } of groups) {
      const accounts: MqttAccount[] = [];
      for (const id of ids) {
        accounts.push(new MqttAccount({ id, proxy: await FaultyProxy.start(), user, protocolVersion }));
      }
      built.push({ name: group, accounts });
    }
    const folder = join(children.folder, name);
    await mkdir(folder);
    const peer = new MqttPeer({ children, broker, folder, groups: built, user, userProxy });
    await peer.restart();
    const connected = new Promise<void>((resolve) => user.once('connect', () => resolve()));
    user.connect();
    await connected;
    return peer;
  }

  private constructor(parts: MqttPeerParts) {
    this.#parts = parts;
    this.groups = parts.groups;
    this.#accounts = parts.groups.flatMap(({ accounts }) => accounts);
  }

  async kill(): Promise<void> {
    if (this.#child) await this.#parts.children.kill(this.#child);
  }

  async restart(): Promise<void> {
    const { broker, folder, userProxy } = this.#parts;
    const logPath = join(folder, `life-${this.#logs.length + 1}.log`);
    this.#logs.push(logPath);
    const { child, port } = await startBroker(broker, { folder, logPath });
    this.#child = child;
    userProxy.aimAt(port);
    for (const account of this.#accounts) account.moveTo(port);
  }

  freeze(): void {
    this.#child?.kill('SIGSTOP');
  }

  thaw(): void {
    this.#child?.kill('SIGCONT');
  }

  async readRecord(): Promise<PeerRecord> {
    const logs = await Promise.all(this.#logs.map((log) => readFile(log, 'utf8').catch(() => '')));
    const lives = logs.map(readBrokerRecord);
    const { keepsSessions } = this.#parts.broker;
    return {
      hasTaken: (id, number) => lives.some(({ taken }) => taken.has(outboundTopic(id, number))),
      fateOf: (id, number) => fateOfTopic({ lives, keepsSessions }, inboundTopic(id, number)),
    };
  }

  async close(): Promise<void> {
    const { user, userProxy } = this.#parts;
    await user.endAsync(true);
    await this.kill();
    await userProxy.close();
    await Promise.all(this.#accounts.map(({ proxy }) => proxy.close()));
  }
}
