/** What an MQTT broker has written down in one of its lives, by topic. Each message has a topic of its own. */
export interface BrokerRecord {
  /** The broker has taken the message. */
  readonly taken: ReadonlySet<string>;
  /** The broker has sent it to the subscriber, once at least. */
  readonly handedOut: ReadonlySet<string>;
  /** The subscriber has said that it has handled it. */
  readonly acknowledged: ReadonlySet<string>;
}

const publishIn = /Received PUBLISH from \S+ \(d\d, q\d, r\d, m\d+, '([^']+)'/;
const publishOut = /Sending PUBLISH to (\S+) \(d\d, q\d, r\d, m(\d+), '([^']+)'/;
const puback = /Received PUBACK from (\S+) \(Mid: (\d+), RC:0\)/;

/** Reads mosquitto's log (`log_type all`), or that of our aedes, which writes the same lines. */
export function readBrokerRecord(log: string): BrokerRecord {
  const taken = new Set<string>();
  const handedOut = new Set<string>();
  const acknowledged = new Set<string>();
  const onTheWay = new Map<string, string>();
  for (const line of log.split('\n')) {
    const [, takenTopic] = publishIn.exec(line) ?? [];
    if (takenTopic !== undefined) taken.add(takenTopic);
    const [, receiver, packetId, topic] = publishOut.exec(line) ?? [];
    if (topic !== undefined) {
      handedOut.add(topic);
      onTheWay.set(`${receiver} ${packetId}`, topic);
    }
    const [, subscriber, acknowledgedId] = puback.exec(line) ?? [];
    const acknowledgedTopic = onTheWay.get(`${subscriber} ${acknowledgedId}`);
    if (subscriber !== undefined && acknowledgedTopic !== undefined) acknowledged.add(acknowledgedTopic);
  }
  return { taken, handedOut, acknowledged };
}

/**
 * A message is forgotten when no subscriber has acknowledged it, and the last life that knew it was killed: the next one,
 * which begins with what is on the disk, neither got it again nor handed it out.
 */
export function fateOfTopic(lives: readonly BrokerRecord[], topic: string): 'forgotten' | 'lost' {
  const last = lives.findLastIndex(({ taken, handedOut }) => taken.has(topic) || handedOut.has(topic));
  const isKilled = last >= 0 && last < lives.length - 1;
  const isAcknowledged = lives.some(({ acknowledged }) => acknowledged.has(topic));
  return isKilled && !isAcknowledged ? 'forgotten' : 'lost';
}
