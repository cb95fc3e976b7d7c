import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, fact, peerCan, refuses } from './ChannelFact.ts';

export const probingFacts: readonly ChannelFact[] = [
  fact('a probe of a link that works resolves, with nothing', [], async (trial) => {
    const value: unknown = await trial.within(trial.probe(await trial.connect()), 'a probe');
    checkEqual(value, undefined, 'What a probe resolves with');
  }),
  fact('a probe asks the peer, once', [peerCan('requests')], async (trial) => {
    const link = await trial.connect();
    const before = trial.peer.requests('probe');
    await trial.within(trial.probe(link), 'a probe');
    checkEqual(trial.peer.requests('probe') - before, 1, 'Requests of one probe');
  }),
  fact('a link can be probed again and again', [], async (trial) => {
    const link = await trial.connect();
    for (let round = 0; round < 5; round += 1) await trial.within(trial.probe(link), 'a probe');
  }),
  fact('probes side by side each get their answer', [], async (trial) => {
    const link = await trial.connect();
    await trial.within(Promise.all([1, 2, 3].map(() => trial.probe(link))), 'three probes at once');
  }),
  fact('a probe that was aborted before its start rejects with the reason of its signal', [], async (trial) => {
    const link = await trial.connect();
    await trial.checkAbortedBefore((signal) => trial.probe(link, { signal }), 'a probe');
  }),
  fact('a probe that is aborted ends at once, with the reason of its signal', [peerCan('freeze')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.probe(link, { signal }), 'a probe');
  }),
  fact('a link works on after a probe that was aborted', [peerCan('freeze', 'thaw')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.probe(link, { signal }), 'a probe');
    await trial.peer.thaw();
    await trial.within(trial.probe(link), 'a probe after one that was aborted');
  }),
  fact('a silent peer has a probe wait: it says neither yes nor no by itself', [peerCan('freeze')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    check(
      await trial.isPending(trial.probe(link)),
      'A probe of a silent peer: expected to wait, and it settled at once.',
    );
  }),
  fact('a probe of a peer that is gone rejects with a failure that may pass', [peerCan('cutOff')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.cutOff();
    const failure = await trial.failureOf(trial.probe(link), 'probe');
    check(
      failure.severity === 'recoverable',
      `A probe without a peer: expected recoverable, received ${shown(failure)}.`,
    );
  }),
  fact(
    'a probe that is refused as unauthorized is fatal, and of the credentials',
    [refuses('probe', 'unauthorized')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.refuse('probe', { kind: 'unauthorized' });
      const { severity, scope } = await trial.failureOf(trial.probe(link), 'probe');
      checkEqual({ severity, scope }, { severity: 'fatal', scope: 'auth' }, 'The failure of the probe');
    },
  ),
  fact('a probe that is refused asks once', [refuses('probe', 'unavailable'), peerCan('requests')], async (trial) => {
    const link = await trial.connect();
    const before = trial.peer.requests('probe');
    await trial.peer.refuse('probe', { kind: 'unavailable' });
    await trial.failureOf(trial.probe(link), 'probe');
    checkEqual(trial.peer.requests('probe') - before, 1, 'Requests of one probe');
  }),
];
