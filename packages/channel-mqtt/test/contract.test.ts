import { type ChannelSubject, channelContract } from '@holdfast/testing/contracts';
import { describe, expect, it } from 'vitest';
import { mqtt } from '../src/mqtt.ts';
import { MqttPeer } from './MqttPeer.ts';

const password = 'sésame: open/7731+ünder==';

function subject(): ChannelSubject {
  const peer = new MqttPeer(password);
  const credentials = { username: 'bot', password };
  const config = () => ({ url: peer.url, subscriptions: [{ filter: peer.topic }] });
  return {
    adapter: mqtt(),
    credentials,
    get config() {
      return config();
    },
    badCredentials: { username: 'bot', password: 'another password' },
    malformedCredentials: [password, { password: 7 }, { username: '' }],
    malformedConfigs: [undefined, {}, { url: 'http://127.0.0.1' }, { url: 'mqtt://127.0.0.1', queueCapacity: 0 }],
    get second() {
      return { credentials, config: config() };
    },
    secrets: [password],
    conversation: peer.topic,
    malformedMessages: [{ conversation: '#' }, { metadata: { qos: 7 } }],
    peer,
    open: () => peer.start(),
    dispose: () => peer.stop(),
  };
}

const facts = channelContract(subject);

describe('the contract of a channel, kept by mqtt()', () => {
  for (const fact of facts) {
    it.skipIf(fact.skip !== undefined)(`${fact.group}: ${fact.title}`, fact.run, fact.timeoutMs);
  }

  it('has been asked for all that it can be asked for', () => {
    const skipped = facts.filter(({ skip }) => skip !== undefined).map(({ skip }) => skip);
    expect(facts.length - skipped.length).toBe(152);
    expect([...new Set(skipped)]).toEqual([
      'the channel names no sendRate',
      'the channel has no reconnectNotBefore',
      "the subject's peer refuses no connect as conflict",
      "the subject's peer refuses no poll as conflict",
      "the subject's peer refuses no poll as unavailable",
    ]);
  });
});
