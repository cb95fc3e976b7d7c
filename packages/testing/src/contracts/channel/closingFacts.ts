import { type ChannelOperation, Failure, type Link } from 'holdfast';
import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, fact, peerCan, polls } from './ChannelFact.ts';
import type { Trial } from './Trial.ts';

export const closingFacts: readonly ChannelFact[] = [
  fact('closed waits while the link lives', [], async (trial) => {
    const link = await trial.connect();
    await trial.within(trial.probe(link), 'a probe');
    check(await trial.isPending(link.closed), 'link.closed: expected to wait, and it has settled.');
  }),
  fact('close resolves, with nothing, and closed settles with a Failure', [], async (trial) => {
    const link = await trial.connect();
    const value: unknown = await trial.within(link.close({ graceMs: trial.graceMs }), 'close');
    checkEqual(value, undefined, 'What close resolves with');
    await closedOf(trial, link);
  }),
  fact('a close that was asked for is no fatal failure', [], async (trial) => {
    const link = await trial.connect();
    await trial.close(link);
    const { severity } = await closedOf(trial, link);
    check(severity !== 'fatal', 'link.closed after close(): expected a failure that does not park the instance.');
  }),
  fact('close may be called twice, at once and later', [], async (trial) => {
    const link = await trial.connect();
    await Promise.all([trial.close(link), trial.close(link)]);
    await trial.close(link);
  }),
  fact('closed settles once: a second close changes nothing of it', [], async (trial) => {
    const link = await trial.connect();
    await trial.close(link);
    const first = structuredClone(await closedOf(trial, link));
    await trial.close(link);
    checkEqual(await closedOf(trial, link), first, 'link.closed after the second close');
  }),
  fact('close takes no grace when it is given none', [], async (trial) => {
    const link = await trial.connect();
    await trial.close(link, 0);
    await closedOf(trial, link);
  }),
  fact('close leaves nothing open at the peer', [peerCan('openConnections')], async (trial) => {
    const link = await trial.connect();
    await trial.within(trial.probe(link), 'a probe');
    await trial.close(link);
    await trial.until('the peer has no connection open after a close', () => trial.peer.openConnections === 0);
  }),
  fact('close ends within its grace with a silent peer, and never rejects', [peerCan('freeze')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    await trial.close(link);
    await closedOf(trial, link);
  }),
  fact('close leaves nothing open at a silent peer', [peerCan('freeze', 'openConnections')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    await trial.close(link);
    await trial.until('the peer has no connection open after a close', () => trial.peer.openConnections === 0);
  }),
  fact('close ends within its grace when the peer is gone, and never rejects', [peerCan('cutOff')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.cutOff();
    await trial.close(link);
    await closedOf(trial, link);
  }),
  fact('close ends within its grace with a send under way, which then settles', [peerCan('freeze')], (trial) =>
    checkUnderWay(trial, 'send', (link, signal) => trial.send(link, trial.message('x'), { signal })),
  ),
  fact('close ends within its grace with a probe under way, which then settles', [peerCan('freeze')], (trial) =>
    checkUnderWay(trial, 'probe', (link, signal) => trial.probe(link, { signal })),
  ),
  fact('close ends a poll that waits, which rejects with a failure that may pass', [polls], async (trial) => {
    const link = await trial.connect();
    const polling = trial.poll(link, { waitMs: 30_000 });
    check(await trial.isPending(polling), 'A poll that finds nothing: expected to wait, and it settled at once.');
    await trial.close(link);
    const failure = await trial.failureOf(polling, 'poll');
    check(
      failure.severity === 'recoverable',
      `A poll that is closed: expected recoverable, received ${shown(failure)}.`,
    );
  }),
  fact('what is sent after close rejects, with a failure that may pass', [], (trial) =>
    checkAfter(trial, 'send', (link) => trial.send(link, trial.message('x'))),
  ),
  fact('what is sent after close never reaches the peer', [peerCan('received', 'requests')], async (trial) => {
    const link = await trial.connect();
    await trial.close(link);
    await trial.failureOf(trial.send(link, trial.message('x')), 'send');
    checkEqual([trial.peer.requests('send'), await trial.peer.received()], [0, []], 'What the peer has seen of it');
  }),
  fact('a probe after close rejects, with a failure that may pass', [], (trial) =>
    checkAfter(trial, 'probe', (link) => trial.probe(link)),
  ),
  fact('a poll after close rejects, with a failure that may pass', [polls], (trial) =>
    checkAfter(trial, 'poll', (link) => trial.poll(link)),
  ),
  fact(
    'closed tells of a connection that breaks by itself, with a failure that may pass',
    [peerCan('drop')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.drop();
      const failure = await closedOf(trial, link);
      check(failure.severity === 'recoverable', `link.closed: expected recoverable, received ${shown(failure)}.`);
    },
  ),
  fact('closed keeps its reason when the link is closed after its death', [peerCan('drop')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.drop();
    const reason = structuredClone(await closedOf(trial, link));
    await trial.close(link);
    checkEqual(await closedOf(trial, link), reason, 'link.closed after close()');
  }),
  fact('a link that has died refuses every call', [peerCan('drop')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.drop();
    await closedOf(trial, link);
    await trial.failureOf(trial.probe(link), 'probe');
    await trial.failureOf(trial.send(link, trial.message('x')), 'send');
  }),
  fact('after a link has died the next one works', [peerCan('drop')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.drop();
    await closedOf(trial, link);
    await trial.close(link);
    await trial.within(trial.probe(await trial.connect()), 'a probe of the next link');
  }),
];

async function closedOf(trial: Trial, link: Link): Promise<Failure> {
  const settled = link.closed.catch((error: unknown) => {
    check(false, `link.closed: expected never to reject, and it rejected with ${shown(error)}.`);
  });
  const failure = await trial.within(settled, 'link.closed');
  const parsed = Failure.safeParse(failure);
  check(parsed.success, `link.closed: expected a Failure, received ${shown(failure)}.`);
  return parsed.data;
}

/** The call settles with the close, or at the latest when its own signal aborts. */
async function checkUnderWay(
  trial: Trial,
  during: ChannelOperation,
  call: (link: Link, signal: AbortSignal) => Promise<unknown>,
): Promise<void> {
  const link = await trial.connect();
  await trial.peer.freeze();
  const controller = new AbortController();
  const calling = call(link, controller.signal);
  check(await trial.isPending(calling), `A ${during} to a silent peer: expected to wait, and it settled at once.`);
  await trial.close(link);
  controller.abort(new Error('given up after the close'));
  await trial.failureOf(calling, during);
}

async function checkAfter(
  trial: Trial,
  during: ChannelOperation,
  call: (link: Link) => Promise<unknown>,
): Promise<void> {
  const link = await trial.connect();
  await trial.close(link);
  const failure = await trial.failureOf(call(link), during);
  check(
    failure.severity === 'recoverable',
    `A ${during} after close: expected recoverable, received ${shown(failure)}.`,
  );
}
