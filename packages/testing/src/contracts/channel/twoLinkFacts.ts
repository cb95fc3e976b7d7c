import { check, checkEqual } from '../check.ts';
import { type ChannelFact, fact, peerCan, twoLinks } from './ChannelFact.ts';

export const twoLinkFacts: readonly ChannelFact[] = [
  fact('closing one link leaves the other alone', [twoLinks], async (trial) => {
    const [one, other] = [await trial.connect(), await trial.connectSecond()];
    await trial.close(one);
    await trial.within(trial.probe(other), 'a probe of the other link');
    check(await trial.isPending(other.closed), 'closed of the other link: expected to wait on.');
  }),
  fact('aborting a call of one link aborts none of the other', [twoLinks, peerCan('freeze', 'thaw')], async (trial) => {
    const [one, other] = [await trial.connect(), await trial.connectSecond()];
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.probe(one, { signal }), 'a probe of the one link');
    await trial.peer.thaw();
    await trial.within(trial.probe(other), 'a probe of the other link');
  }),
  fact('two links of one adapter send side by side', [twoLinks, peerCan('received')], async (trial) => {
    const [one, other] = [await trial.connect(), await trial.connectSecond()];
    const sends = [trial.send(one, trial.message('one')), trial.send(other, trial.message('other'))];
    await trial.within(Promise.all(sends), 'two sends');
    await trial.until('both have arrived', async () => (await trial.peer.received()).length >= 2);
    checkEqual([...(await trial.peer.received())].sort(), ['one', 'other'], 'The texts that have arrived');
  }),
  fact(
    'an attempt that is aborted leaves a link alone that works',
    [twoLinks, peerCan('freeze', 'thaw')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.freeze();
      const second = trial.subject.second ?? {};
      await trial.checkAborts((signal) => trial.attempt({ instanceId: 'contract-2', ...second, signal }), 'connect');
      await trial.peer.thaw();
      await trial.within(trial.probe(link), 'a probe of the first link');
    },
  ),
  fact('a new link can be made after the last was closed, again and again', [], async (trial) => {
    for (let round = 0; round < 5; round += 1) {
      const link = await trial.connect();
      await trial.within(trial.probe(link), 'a probe');
      await trial.close(link);
    }
  }),
  fact(
    'links that were closed leave nothing open, however many there were',
    [peerCan('openConnections')],
    async (trial) => {
      for (let round = 0; round < 5; round += 1) await trial.close(await trial.connect());
      await trial.until('the peer has no connection open after five links', () => trial.peer.openConnections === 0);
    },
  ),
];
