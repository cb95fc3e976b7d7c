import { type ChannelSubject, channelContract } from '@holdfast/testing/contracts';
import { describe, expect, it } from 'vitest';
import { telegram } from '../src/telegram.ts';
import { TelegramPeer } from './TelegramPeer.ts';

const secretHalf = 'AAE-canary_CANARY-canary_CANARY';
const token = `987654321:${secretHalf}`;

function subject(): ChannelSubject {
  const peer = new TelegramPeer(token);
  return {
    adapter: telegram(),
    credentials: { token },
    get config() {
      return { apiRoot: peer.apiRoot };
    },
    badCredentials: { token: '12345:AAE-another-token' },
    malformedCredentials: [undefined, token, {}, { token: `${token} ` }],
    malformedConfigs: [{ apiRoot: 'ftp://127.0.0.1' }, { pollLimit: 0 }, { token }],
    get second() {
      return { credentials: { token }, config: { apiRoot: peer.apiRoot } };
    },
    secrets: [token, secretHalf],
    conversation: '100',
    malformedMessages: [{ text: ' ' }, { text: 'x'.repeat(4_097) }, { conversation: 'nowhere' }],
    peer,
    open: () => peer.start(),
    dispose: () => peer.stop(),
  };
}

const facts = channelContract(subject);

describe('the contract of a channel, kept by telegram()', () => {
  for (const fact of facts) {
    it.skipIf(fact.skip !== undefined)(`${fact.group}: ${fact.title}`, fact.run, fact.timeoutMs);
  }

  it('has been asked for all that it can be asked for', () => {
    const skipped = facts.filter(({ skip }) => skip !== undefined).map(({ skip }) => skip);
    expect(facts.length - skipped.length).toBe(154);
    expect([...new Set(skipped)]).toEqual([
      'the channel has no reconnectNotBefore',
      "the subject's peer has no drop()",
    ]);
  });
});
