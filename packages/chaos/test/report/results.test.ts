import { describe, expect, it } from 'vitest';
import { marks } from '../../src/measure/Ledger.ts';
import type { Account, PeerRecord } from '../../src/peers/Peer.ts';
import { FaultyProxy } from '../../src/proxy/FaultyProxy.ts';
import { settleMessages } from '../../src/report/results.ts';
import { Subject } from '../../src/Subject.ts';

async function subjectOf(id: string): Promise<Subject> {
  const proxy = await FaultyProxy.start();
  await proxy.close();
  const account: Account = {
    id,
    proxy,
    wrongCredentials: null,
    rightCredentials: null,
    start: () => Promise.reject(new Error('It is not started.')),
    outbound: () => ({ conversation: 'c', text: '' }),
    numberOf: () => 0,
    write: () => Promise.resolve(),
    rival: () => Promise.resolve(),
    refuseForRate: () => undefined,
  };
  return new Subject(account);
}

const nothingMissing: PeerRecord = { hasTaken: () => true, fateOf: () => 'lost' };

describe('the messages of a run', () => {
  it('are lost when send resolved and the peer has no record of them', async () => {
    const subject = await subjectOf('a');
    for (const cycle of [4, 4, 5]) subject.outbound.open(cycle);
    for (const number of [0, 1]) subject.outbound.mark(number, marks.sent);
    subject.outbound.mark(2, marks.failed);
    const recordOf = (): PeerRecord => ({ ...nothingMissing, hasTaken: (_id, number) => number === 0 });
    const messages = settleMessages([subject], { recordOf, isKill: () => false });
    expect(messages).toMatchObject({ sent: 2, failed: 1, forgotten: [] });
    expect(messages.lost).toEqual([{ what: 'a sent message 1', cycle: 4 }]);
  });

  it('are lost when the peer had them for the handler and it never saw them; seeing them twice is no loss', async () => {
    const subject = await subjectOf('a');
    for (const _ of [0, 1, 2]) subject.inbound.open(0);
    for (const number of [0, 1]) subject.inbound.mark(number, marks.accepted);
    for (const number of [0, 0, 2]) subject.inbound.mark(number, marks.handled);
    const messages = settleMessages([subject], { recordOf: () => nothingMissing, isKill: () => false });
    expect(messages).toMatchObject({ written: 2, seenAgain: 1 });
    expect(messages.lost).toEqual([{ what: 'a got message 1', cycle: 0 }]);
  });

  it('that a peer forgot are counted apart, and put down to the next time that it was killed', async () => {
    const subject = await subjectOf('a');
    subject.cycles.push(3, 8, 9);
    for (const cycle of [3, 9]) subject.inbound.mark(subject.inbound.open(cycle) ?? 0, marks.accepted);
    const recordOf = (): PeerRecord => ({ ...nothingMissing, fateOf: () => 'forgotten' });
    const { forgotten, lost } = settleMessages([subject], { recordOf, isKill: (cycle) => cycle === 8 });
    expect(lost).toEqual([]);
    expect(forgotten.map(({ cycle }) => cycle)).toEqual([8, 9]);
  });
});
