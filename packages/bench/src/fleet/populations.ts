import { createMessaging, type InstanceServer, type Messaging, type MessagingOptions } from 'holdfast';
import { Peer } from './Peer.ts';

/** How the instances of a process are. */
export const populations = ['bare', 'bareHibernated', 'awake', 'awakeHibernated'] as const;
export type Population = (typeof populations)[number];

export const populationLabels: Readonly<Record<Population, string>> = {
  bare: 'awake, bare: no channel, no children',
  bareHibernated: 'hibernated, bare',
  awake: 'awake, connected: connection, poller, sender, an armed probe',
  awakeHibernated: 'hibernated, connected',
};

/** How long nothing has to happen to an instance that is to hibernate here. Milliseconds. */
export const hibernateAfterMs = 1_000;

export interface Fleet {
  readonly messaging: Messaging<Peer>;
  readonly peer: Peer;
  readonly servers: readonly InstanceServer[];
}

type Options = Pick<MessagingOptions, 'defaults' | 'interpreter' | 'observer' | 'reconnectBudget'>;

/** Starts so many instances; resolves when those with a channel are connected. */
export async function openFleet(population: Population, instances: number, options: Options = {}): Promise<Fleet> {
  const peer = new Peer();
  const hibernation = isHibernated(population) ? { hibernateAfterMs } : {};
  const messaging = createMessaging({ name: 'bench', channels: [peer], ...options, ...hibernation });
  const servers: InstanceServer[] = [];
  for (let index = 0; index < instances; index += 1) {
    const id = `instance-${index}`;
    if (hasChannel(population)) servers.push(await messaging.startInstance('bench', { id, name: 'Bench' }));
    else servers.push(messaging.startServer({ instance: { id, name: 'Bench', channelType: 'bench' } }));
  }
  if (hasChannel(population)) await Promise.all(servers.map((server) => server.waitFor('connected')));
  return { messaging, peer, servers };
}

export function isHibernated(population: Population): boolean {
  return population === 'bareHibernated' || population === 'awakeHibernated';
}

export function hasChannel(population: Population): boolean {
  return population === 'awake' || population === 'awakeHibernated';
}
