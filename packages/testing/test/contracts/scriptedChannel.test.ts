import { describe, expect, it } from 'vitest';
import { channelContract } from '../../src/contracts/index.ts';
import { scriptedSubject } from './scriptedSubject.ts';

const facts = channelContract(() => scriptedSubject());
const others = [
  { inbound: 'none', resume: false, ack: false },
  { inbound: 'webhook', resume: true, ack: true },
  { inbound: 'socket', resume: false, ack: false, exclusive: true },
] as const;

describe('the contract of a channel, kept by a scripted one', () => {
  for (const fact of facts)
    it.skipIf(fact.skip !== undefined)(`${fact.group}: ${fact.title}`, fact.run, fact.timeoutMs);
});

describe.each(others)('the contract of a channel, kept by a scripted one with inbound $inbound', (capabilities) => {
  for (const fact of channelContract(() => scriptedSubject({ capabilities }))) {
    it.skipIf(fact.skip !== undefined)(`${fact.group}: ${fact.title}`, fact.run, fact.timeoutMs);
  }
});

describe('what the contract asks of a scripted channel', () => {
  it('is all of it: 160 facts', () => {
    expect(facts.filter(({ skip }) => skip !== undefined)).toEqual([]);
    expect(facts).toHaveLength(160);
  });

  it('is less where the channel can do less, and says why', () => {
    const skips = others.map((capabilities) =>
      channelContract(() => scriptedSubject({ capabilities })).flatMap(({ skip = [] }) => skip),
    );
    expect(skips.map((reasons) => reasons.length)).toEqual([27, 0, 12]);
    expect(skips.map((reasons) => [...new Set(reasons)])).toEqual([
      ['the channel only sends'],
      [],
      [
        'the peer keeps nothing until it is committed',
        'the channel is exclusive, and the subject has no second credentials and config',
      ],
    ]);
  });
});
