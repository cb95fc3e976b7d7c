import type { Broker } from '../peers/Broker.ts';
import { randomCycles, rounds } from '../plan.ts';
import { faultsAtOnce } from '../runChaos.ts';
import { everyMs } from '../Traffic.ts';
import { groupSize, instancesOfAKind } from '../World.ts';

/** What is done to what, before it begins. */
export function headerOf(seed: number, broker: Broker): string {
  const groups = instancesOfAKind / groupSize;
  return `Chaos, seed ${seed} (the same faults again: npm run chaos -- --seed ${seed})

${instancesOfAKind} Telegram bots, each on a Telegram server of its own: @openclaw/crabline serves one token a server, and two
instances cannot share a token (that is the fault "second consumer"). ${groupSize} servers share a process, started by the package's
own startTelegramServer: a process costs about 100 MB and 0.3 s, whether it serves one bot or five.
${instancesOfAKind} MQTT clients on two processes of ${broker.name}, 15 and 10.
Each instance reaches its server through a TCP proxy of its own, and sends and gets a message each ${everyMs / 1_000} s all the while.

A fault of a server strikes all that its process serves, one of the network or the session ${groupSize} instances (${groups} groups of each
kind). Up to ${faultsAtOnce} are done at once, never two to one instance: each ${rounds} times to each kind, then ${randomCycles} at random. Neither server
has rate limits, so the proxies answer for them: HTTP 429 with retry_after 1 to calls of Telegram, "connection rate
exceeded" to an MQTT CONNECT. Probes, backoffs and deadlines are five to ten times as fast as by default.

`;
}
