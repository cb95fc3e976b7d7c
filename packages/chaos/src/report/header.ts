import { howToRepeat } from '../cli.ts';
import { allFaults } from '../faults/allFaults.ts';
import type { Broker } from '../peers/Broker.ts';
import { randomCycles, rounds } from '../plan.ts';
import { faultsAtOnce } from '../runChaos.ts';
import { everyMs } from '../Traffic.ts';
import { groupSize, groupsOfFirstBroker, instancesOfAKind } from '../World.ts';

/** What is done to what, before it begins. In lines of 80 columns at most. */
export function headerOf(seed: number, broker: Pick<Broker, 'name'>): string {
  const hosts = instancesOfAKind / groupSize;
  const onFirst = groupsOfFirstBroker * groupSize;
  return `Chaos, seed ${seed}. The same faults again: ${howToRepeat(seed)}

  ${instancesOfAKind} Telegram bots on ${hosts} processes of crabline, ${groupSize} servers in each
  ${instancesOfAKind} MQTT clients on 2 processes of ${broker.name}, ${onFirst} and ${instancesOfAKind - onFirst}

Each reaches its server through a TCP proxy of its own, and sends and gets a
message each ${everyMs / 1_000} s all the while. There are ${allFaults.length} faults: each is done ${rounds} times to
each kind, then ${randomCycles} at random, up to ${faultsAtOnce} at once and never two to one instance. A
fault of a server strikes all that its process serves, any other ${groupSize} instances.
Neither server limits rates, so the proxies answer for them: HTTP 429 with
retry_after 1, and "connection rate exceeded" to an MQTT CONNECT. Probes,
backoffs, deadlines and the reconnect budget are 5 to 15 times the default pace.

`;
}
