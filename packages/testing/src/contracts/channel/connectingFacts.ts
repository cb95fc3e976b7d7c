import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, fact, has, peerCan, refuses } from './ChannelFact.ts';
import type { Refusal } from './ChannelSubject.ts';
import { frozen } from './schemaFacts.ts';
import type { Trial } from './Trial.ts';

export const connectingFacts: readonly ChannelFact[] = [
  fact('connect resolves with a link', [], async (trial) => {
    const link = await trial.connect();
    check(typeof link.identity === 'object' && link.identity !== null, 'link.identity: expected an object.');
    check(link.closed instanceof Promise, 'link.closed: expected a promise.');
    for (const method of ['send', 'probe', 'close'] as const) {
      check(typeof link[method] === 'function', `link.${method}: expected a function.`);
    }
  }),
  fact('a link has the calls that the capabilities promise, and no others', [], async (trial) => {
    const { inbound, ack } = trial.subject.adapter.capabilities;
    const link = await trial.connect();
    const found = ['poll', 'commit', 'handleWebhook'].filter((name) => typeof Reflect.get(link, name) === 'function');
    const promised = [
      ...(inbound === 'none' ? [] : ['poll']),
      ...(inbound !== 'none' && ack ? ['commit'] : []),
      ...(inbound === 'webhook' ? ['handleWebhook'] : []),
    ];
    checkEqual(found, promised, `The calls of a link with inbound ${inbound} and ack ${ack}`);
  }),
  fact('the identity is JSON', [], async (trial) => {
    const { identity } = await trial.connect();
    checkEqual(JSON.parse(JSON.stringify(identity)), identity, 'link.identity as JSON');
  }),
  fact('connect takes credentials and config that are frozen, and changes nothing of them', [], async (trial) => {
    const given = { credentials: trial.subject.credentials, config: trial.subject.config };
    const [credentials, config] = [frozen(structuredClone(given.credentials)), frozen(structuredClone(given.config))];
    await trial.connect({ credentials, config });
    checkEqual({ credentials, config }, given, 'What connect was given');
  }),
  fact('an attempt that was aborted before its start rejects with the reason of its signal', [], (trial) =>
    trial.checkAbortedBefore((signal) => trial.attempt({ signal }), 'connect'),
  ),
  fact('an attempt that was aborted before its start asks the peer nothing', [peerCan('requests')], async (trial) => {
    const before = trial.peer.requests('connect');
    await trial.checkAbortedBefore((signal) => trial.attempt({ signal }), 'connect');
    checkEqual(trial.peer.requests('connect'), before, 'Requests to connect');
  }),
  fact('an attempt that is aborted ends at once, with the reason of its signal', [peerCan('freeze')], async (trial) => {
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.attempt({ signal }), 'connect');
  }),
  fact('an attempt that is aborted leaves nothing open', [peerCan('freeze', 'openConnections')], async (trial) => {
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.attempt({ signal }), 'connect');
    await trial.until('the peer has no connection open after an abort', () => trial.peer.openConnections === 0);
  }),
  fact('after an attempt that was aborted the next one works', [peerCan('freeze', 'thaw')], async (trial) => {
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.attempt({ signal }), 'connect');
    await trial.peer.thaw();
    await trial.within(trial.probe(await trial.connect()), 'a probe');
  }),
  fact('wrong credentials are fatal, and of the credentials', [has('badCredentials')], async (trial) => {
    const attempt = trial.attempt({ credentials: trial.subject.badCredentials });
    const { severity, scope } = await trial.failureOf(attempt, 'connect');
    checkEqual({ severity, scope }, { severity: 'fatal', scope: 'auth' }, 'The failure of wrong credentials');
  }),
  fact('wrong credentials leave nothing open', [has('badCredentials'), peerCan('openConnections')], async (trial) => {
    await trial.failureOf(trial.attempt({ credentials: trial.subject.badCredentials }), 'connect');
    await trial.until('the peer has no connection open after a refusal', () => trial.peer.openConnections === 0);
  }),
  fact(
    'a peer that is not there is a failure that may pass, and not of the credentials',
    [peerCan('cutOff')],
    async (trial) => {
      await trial.peer.cutOff();
      const failure = await trial.failureOf(trial.attempt(), 'connect');
      const mayPass = failure.severity === 'recoverable' && ['link', 'server'].includes(failure.scope);
      check(mayPass, `The failure without a peer: expected a recoverable one of the link, received ${shown(failure)}.`);
    },
  ),
  fact('a peer that does not know us is fatal, and of the credentials', [refuses('connect', 'unauthorized')], (trial) =>
    checkRefusal(trial, { kind: 'unauthorized' }, { severity: 'fatal', scope: 'auth' }),
  ),
  fact('another consumer is a conflict', [refuses('connect', 'conflict')], (trial) =>
    checkRefusal(trial, { kind: 'conflict' }, { severity: 'recoverable', scope: 'conflict' }),
  ),
  fact('a peer that is asked too often is a matter of rate', [refuses('connect', 'rateLimited')], (trial) =>
    checkRefusal(trial, { kind: 'rateLimited' }, { severity: 'recoverable', scope: 'rate' }),
  ),
  fact('a peer in trouble is a failure that may pass', [refuses('connect', 'unavailable')], (trial) =>
    checkRefusal(trial, { kind: 'unavailable' }, { severity: 'recoverable', scope: 'server' }),
  ),
  fact(
    'an attempt that is refused asks once: trying again is not the adapter’s business',
    [refuses('connect', 'unavailable'), peerCan('requests')],
    async (trial) => {
      const before = trial.peer.requests('connect');
      await trial.peer.refuse('connect', { kind: 'unavailable' });
      await trial.failureOf(trial.attempt(), 'connect');
      checkEqual(trial.peer.requests('connect') - before, 1, 'Requests of one attempt');
    },
  ),
  fact('after an attempt that was refused the next one works', [refuses('connect', 'unavailable')], async (trial) => {
    await trial.peer.refuse('connect', { kind: 'unavailable' });
    await trial.failureOf(trial.attempt(), 'connect');
    await trial.within(trial.probe(await trial.connect()), 'a probe');
  }),
  fact(
    'an attempt that is refused leaves nothing open',
    [refuses('connect', 'unavailable'), peerCan('openConnections')],
    async (trial) => {
      await trial.peer.refuse('connect', { kind: 'unavailable' });
      await trial.failureOf(trial.attempt(), 'connect');
      await trial.until('the peer has no connection open after a refusal', () => trial.peer.openConnections === 0);
    },
  ),
];

async function checkRefusal(
  trial: Trial,
  refusal: Pick<Refusal, 'kind'>,
  expected: { readonly severity: string; readonly scope: string },
): Promise<void> {
  await trial.peer.refuse('connect', refusal);
  const { severity, scope } = await trial.failureOf(trial.attempt(), 'connect');
  checkEqual({ severity, scope }, expected, `The failure of a connect that is refused as ${refusal.kind}`);
}
