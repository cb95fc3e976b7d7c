import { createMessaging, type Inspection } from 'holdfast';

/** What an instance goes through, over and over: a failure and a success, an outage and its end. */
const round = [
  { type: 'notify.failure', reason: 'timeout' },
  { type: 'notify.success' },
  { type: 'notify.disconnected', reason: 'closed' },
  { type: 'notify.connecting' },
  { type: 'notify.connected', meta: {} },
] as const;

/** Instances without a channel, as a messaging runs them. What this returns sends the next event, to each of them in turn. */
export function startFleet(size: number, inspect: Inspection | undefined): (index: number) => void {
  const messaging = createMessaging({ name: 'bench', inspect });
  const actors = Array.from({ length: size }, (_, index) => {
    const instance = { id: `bot-${index}`, name: `Bot ${index}`, channelType: `channel-${index % 4}` };
    return messaging.startServer({ instance }).actor;
  });
  for (const actor of actors) actor.send({ type: 'notify.connected', meta: {} });
  return (index) => {
    // Neighbours are at different points of the round, as in life.
    const turn = Math.floor(index / size) + (index % size);
    actors[index % size]?.send(round[turn % round.length] ?? round[0]);
  };
}
