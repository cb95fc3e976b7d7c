/** What an MQTT broker has written down in one of its lives, by topic. Each message has a topic of its own. */
export interface BrokerRecord {
  /** The broker has taken the message. */
  readonly taken: ReadonlySet<string>;
  /** The broker has sent it to the subscriber, once at least. */
  readonly handedOut: ReadonlySet<string>;
  /** The subscriber has said that it has handled it. */
  readonly acknowledged: ReadonlySet<string>;
  /** The broker has taken the message before the subscriber had subscribed in this life. */
  readonly early: ReadonlySet<string>;
}

const publishIn = /Received PUBLISH from \S+ \(d\d, q\d, r\d, m\d+, '([^']+)'/;
const publishOut = /Sending PUBLISH to (\S+) \(d\d, q\d, r\d, m(\d+), '([^']+)'/;
const subscribe = /Received SUBSCRIBE from (\S+)/;
const puback = /Received PUBACK from (\S+) \(Mid: (\d+), RC:0\)/;

/** Reads mosquitto's log (`log_type all`), or that of our aedes, which writes the same lines. */
export function readBrokerRecord(log: string): BrokerRecord {
  const taken = new Set<string>();
  const handedOut = new Set<string>();
  const acknowledged = new Set<string>();
  const early = new Set<string>();
  const subscribers = new Set<string>();
  const onTheWay = new Map<string, string>();
  for (const line of log.split('\n')) {
    const [, takenTopic] = publishIn.exec(line) ?? [];
    if (takenTopic !== undefined) {
      taken.add(takenTopic);
      if (!subscribers.has(ownerOf(takenTopic))) early.add(takenTopic);
    }
    const [, newSubscriber] = subscribe.exec(line) ?? [];
    if (newSubscriber !== undefined) subscribers.add(newSubscriber);
    const [, receiver, packetId, topic] = publishOut.exec(line) ?? [];
    if (topic !== undefined) {
      handedOut.add(topic);
      onTheWay.set(`${receiver} ${packetId}`, topic);
    }
    const [, subscriber, acknowledgedId] = puback.exec(line) ?? [];
    const acknowledgedTopic = onTheWay.get(`${subscriber} ${acknowledgedId}`);
    if (subscriber !== undefined && acknowledgedTopic !== undefined) acknowledged.add(acknowledgedTopic);
  }
  return { taken, handedOut, acknowledged, early };
}

/** Whose topic it is: `in/<id>/<number>`. */
function ownerOf(topic: string): string {
  return topic.split('/')[1] ?? '';
}

interface BrokerLives {
  /** In their order; all but the last were ended by SIGKILL. */
  readonly lives: readonly BrokerRecord[];
  /** Whether a life begins with the sessions of the one before. */
  readonly keepsSessions: boolean;
}

/**
 * A message is forgotten when no subscriber has acknowledged it, and the last life that knew it was killed: the next one,
 * which begins with what is on the disk, neither got it again nor handed it out. A broker that does not keep its sessions has
 * also forgotten for whom it took a message, in a life before which it was killed, until the subscriber is back.
 */
export function fateOfTopic({ lives, keepsSessions }: BrokerLives, topic: string): 'forgotten' | 'lost' {
  if (lives.some(({ acknowledged }) => acknowledged.has(topic))) return 'lost';
  const last = lives.findLastIndex(({ taken, handedOut }) => taken.has(topic) || handedOut.has(topic));
  const isKilled = last >= 0 && last < lives.length - 1;
  const isUnknownWhose = last > 0 && !keepsSessions && lives[last]?.early.has(topic) === true;
  return isKilled || isUnknownWhose ? 'forgotten' : 'lost';
}
