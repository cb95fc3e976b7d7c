import type { ClientSubscribeCallback, MqttClient } from 'mqtt';
import type { MqttSubscription } from './config.ts';
import { MqttCallError } from './errors.ts';
import { presentable } from './socketFaults.ts';
import { isSharedFilter } from './topics.ts';

export interface SubscribePlan {
  readonly subscriptions: readonly MqttSubscription[];
  readonly protocolVersion: 4 | 5;
  readonly noLocal: boolean;
  readonly secrets: readonly string[];
}

/** The QoS that the broker granted, by filter. */
export type Granted = Readonly<Record<string, number>>;

/** Subscribes to everything; rejects with what the broker says to the first filter that it refuses. */
export async function subscribeAll(client: MqttClient, plan: SubscribePlan): Promise<Granted> {
  const granted: [string, number][] = [];
  for (const filters of groupsOf(plan.subscriptions)) granted.push(...(await subscribe(client, filters, plan)));
  return Object.fromEntries(granted);
}

/** A packet has one set of options for all its filters. */
function groupsOf(subscriptions: readonly MqttSubscription[]): MqttSubscription[][] {
  const groups = new Map<string, MqttSubscription[]>();
  for (const subscription of subscriptions) {
    const key = `${subscription.qos} ${isSharedFilter(subscription.filter)}`;
    groups.set(key, [...(groups.get(key) ?? []), subscription]);
  }
  return [...groups.values()];
}

function subscribe(
  client: MqttClient,
  group: readonly MqttSubscription[],
  { protocolVersion, noLocal, secrets }: SubscribePlan,
): Promise<[string, number][]> {
  const filters = group.map(({ filter }) => filter);
  const qos = group[0]?.qos ?? 1;
  const isShared = filters.some(isSharedFilter);
  // Retained messages come with a new subscription, not with each connection.
  const options = protocolVersion === 5 ? { qos, nl: noLocal && !isShared, rh: 1 } : { qos };
  return new Promise((resolve, reject) => {
    client.subscribe(filters, options, (error, _requests, suback) => {
      const codes = codesOf(suback);
      const refused = codes.findIndex((code) => code >= 0x80);
      if (!error && refused < 0) return resolve(filters.map((filter, index) => [filter, codes[index] ?? qos]));
      reject(
        refused < 0
          ? new MqttCallError('subscribe', { kind: 'garbled' })
          : new MqttCallError('subscribe', {
              kind: 'refused',
              packet: 'suback',
              reasonCode: codes[refused] ?? 0x80,
              reasonString: presentable(suback?.properties?.reasonString, secrets),
              filter: filters[refused],
            }),
      );
    });
  });
}

type Suback = Parameters<ClientSubscribeCallback>[2];

function codesOf(suback: Suback): number[] {
  const granted: readonly unknown[] = suback?.granted ?? [];
  return granted.filter((code) => typeof code === 'number');
}
