import { type ChannelSubject, channelContract } from '@holdfast/testing/contracts';
import { describe, expect, it } from 'vitest';
import { mqtt } from '../src/mqtt.ts';
import { brokerKind, MqttBroker, user } from './MqttBroker.ts';
import { Peer } from './Peer.ts';

const topic = 'room';

/** A broker that others wrote, in a process of its own: it can be frozen and killed, and refuses nothing on demand. */
function subject(): ChannelSubject {
  let broker: MqttBroker | undefined;
  let peer: Peer | undefined;
  const config = () => ({ url: broker?.url ?? '', subscriptions: [{ filter: topic }] });
  return {
    adapter: mqtt(),
    credentials: user,
    get config() {
      return config();
    },
    badCredentials: { ...user, password: 'another-password' },
    get second() {
      return { credentials: user, config: config() };
    },
    secrets: [user.password],
    conversation: topic,
    malformedMessages: [{ conversation: '#' }],
    peer: {
      deliver: (text) => peer?.publish(topic, text),
      deliverUnreadable: () => peer?.publish(topic, Buffer.of(0xff, 0xfe)),
      received: () => peer?.heard.map(({ text }) => text) ?? [],
      freeze: () => broker?.freeze(),
      thaw: () => broker?.thaw(),
      cutOff: () => broker?.kill(),
    },
    open: async () => {
      broker = await MqttBroker.start();
      peer = await Peer.connect(broker.url);
      await peer.listen(topic);
    },
    dispose: async () => {
      broker?.thaw();
      await peer?.leave();
      await broker?.stop();
    },
  };
}

describe.skipIf(brokerKind !== 'mosquitto')('the contract of a channel, kept by mqtt() at a real broker', () => {
  const facts = channelContract(subject);
  for (const fact of facts) {
    it.skipIf(fact.skip !== undefined)(`${fact.group}: ${fact.title}`, fact.run, fact.timeoutMs);
  }

  it('has been asked for all that it can be asked for', () => {
    expect(facts.filter(({ skip }) => skip === undefined)).toHaveLength(109);
  });
});
