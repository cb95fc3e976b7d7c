import { check, checkEqual, shown } from '../check.ts';
import { type ChannelFact, fact, has, peerCan, refuses } from './ChannelFact.ts';
import { frozen } from './schemaFacts.ts';

export const sendingFacts: readonly ChannelFact[] = [
  fact('a send resolves with a receipt', [], async (trial) => {
    const link = await trial.connect();
    const receipt = await trial.within(trial.send(link, trial.message('hello')), 'a send');
    const id: unknown = receipt?.externalMessageId;
    const isReceipt = id === null || typeof id === 'string' || typeof id === 'number';
    check(
      isReceipt,
      `The receipt: expected { externalMessageId: a string, a number or null }, received ${shown(receipt)}.`,
    );
  }),
  fact('what is sent arrives, once', [peerCan('received')], async (trial) => {
    const link = await trial.connect();
    await trial.within(trial.send(link, trial.message('hello')), 'a send');
    await trial.until('the message has arrived', async () => (await trial.peer.received()).length > 0);
    checkEqual(await trial.peer.received(), ['hello'], 'The texts that have arrived');
  }),
  fact('texts arrive as they were written', [peerCan('received')], async (trial) => {
    const link = await trial.connect();
    const odd = ['Zoë Привет 你好 مرحبا', 'gr\u{1f600}\u{1f389}', 'two\nlines', `"quotes" & <marks> \\ %`];
    for (const text of odd) await trial.within(trial.send(link, trial.message(text)), 'a send');
    await trial.until('all have arrived', async () => (await trial.peer.received()).length >= odd.length);
    checkEqual(await trial.peer.received(), odd, 'The texts that have arrived');
  }),
  fact('sends one after the other arrive in their order', [peerCan('received')], async (trial) => {
    const link = await trial.connect();
    const sent = Array.from({ length: 10 }, (_, number) => `number ${number}`);
    for (const text of sent) await trial.within(trial.send(link, trial.message(text)), 'a send');
    await trial.until('all have arrived', async () => (await trial.peer.received()).length >= sent.length);
    checkEqual(await trial.peer.received(), sent, 'The texts that have arrived');
  }),
  fact('as many sends as it allows at once each get a receipt', [], async (trial) => {
    const link = await trial.connect();
    const { maxInFlight } = trial.subject.adapter.capabilities;
    const messages = Array.from({ length: Math.min(maxInFlight, 50) }, (_, number) => trial.message(`m${number}`));
    const receipts = await trial.within(Promise.all(messages.map((message) => trial.send(link, message))), 'the sends');
    const known = receipts.map(({ externalMessageId }) => externalMessageId).filter((id) => id !== null);
    checkEqual(new Set(known).size, known.length, 'Different ids of different messages');
  }),
  fact('sends at once all arrive, each once', [peerCan('received')], async (trial) => {
    const link = await trial.connect();
    const { maxInFlight } = trial.subject.adapter.capabilities;
    const sent = Array.from({ length: Math.min(maxInFlight, 50) }, (_, number) => `m${number}`).sort();
    await trial.within(Promise.all(sent.map((text) => trial.send(link, trial.message(text)))), 'the sends');
    await trial.until('all have arrived', async () => (await trial.peer.received()).length >= sent.length);
    checkEqual([...(await trial.peer.received())].sort(), sent, 'The texts that have arrived');
  }),
  fact('a send asks the peer once', [peerCan('requests')], async (trial) => {
    const link = await trial.connect();
    const before = trial.peer.requests('send');
    await trial.within(trial.send(link, trial.message('hello')), 'a send');
    checkEqual(trial.peer.requests('send') - before, 1, 'Requests of one send');
  }),
  fact('a message may be frozen, and is not changed', [], async (trial) => {
    const link = await trial.connect();
    const message = trial.message('frozen', { metadata: { mine: ['kept'] } });
    const before = structuredClone(message);
    frozen(message);
    await trial.within(trial.send(link, message), 'a send');
    checkEqual(message, before, 'The message after it was sent');
  }),
  fact('a send that was aborted before its start rejects with the reason of its signal', [], async (trial) => {
    const link = await trial.connect();
    await trial.checkAbortedBefore((signal) => trial.send(link, trial.message('x'), { signal }), 'a send');
  }),
  fact('a send that was aborted before its start asks the peer nothing', [peerCan('requests')], async (trial) => {
    const link = await trial.connect();
    await trial.checkAbortedBefore((signal) => trial.send(link, trial.message('x'), { signal }), 'a send');
    await trial.within(trial.probe(link), 'a probe');
    checkEqual(trial.peer.requests('send'), 0, 'Requests to send');
  }),
  fact('a send that is aborted ends at once, with the reason of its signal', [peerCan('freeze')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.send(link, trial.message('x'), { signal }), 'a send');
  }),
  fact('a link works on after a send that was aborted', [peerCan('freeze', 'thaw')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.freeze();
    await trial.checkAborts((signal) => trial.send(link, trial.message('x'), { signal }), 'a send');
    await trial.peer.thaw();
    await trial.within(trial.send(link, trial.message('y')), 'a send after one that was aborted');
  }),
  fact(
    'a message that can never be sent is refused before the peer is asked',
    [has('malformedMessages'), peerCan('requests')],
    async (trial) => {
      const link = await trial.connect();
      for (const changes of trial.subject.malformedMessages ?? []) {
        await trial.failureOf(trial.send(link, trial.message('x', changes)), 'send');
        checkEqual(trial.peer.requests('send'), 0, `Requests to send ${shown(changes)}`);
      }
    },
  ),
  fact(
    'a message that can never be sent is a failure of the message, not delivered, and not fatal',
    [has('malformedMessages')],
    async (trial) => {
      const link = await trial.connect();
      for (const changes of trial.subject.malformedMessages ?? []) {
        const failure = await trial.failureOf(trial.send(link, trial.message('x', changes)), 'send');
        const { scope, delivered, severity } = failure;
        checkEqual({ scope, delivered }, { scope: 'message', delivered: 'no' }, `The failure of ${shown(changes)}`);
        check(severity !== 'fatal', `The failure of ${shown(changes)}: expected one that does not end the instance.`);
      }
    },
  ),
  fact('a message that can never be sent does the link no harm', [has('malformedMessages')], async (trial) => {
    const link = await trial.connect();
    for (const changes of trial.subject.malformedMessages ?? []) {
      await trial.failureOf(trial.send(link, trial.message('x', changes)), 'send');
    }
    await trial.within(trial.send(link, trial.message('good')), 'a send after those');
    check(await trial.isPending(link.closed), 'link.closed: expected to wait on.');
  }),
  fact(
    'a message that the peer refuses is a failure of the message, and not delivered',
    [refuses('send', 'message')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.refuse('send', { kind: 'message' });
      const { scope, delivered } = await trial.failureOf(trial.send(link, trial.message('x')), 'send');
      checkEqual({ scope, delivered }, { scope: 'message', delivered: 'no' }, 'The failure of the send');
    },
  ),
  fact('a message that the peer refuses does not end the link', [refuses('send', 'message')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.refuse('send', { kind: 'message' });
    await trial.failureOf(trial.send(link, trial.message('x')), 'send');
    await trial.within(trial.send(link, trial.message('y')), 'the next send');
  }),
  fact('a send that is refused asks once', [refuses('send', 'unavailable'), peerCan('requests')], async (trial) => {
    const link = await trial.connect();
    const before = trial.peer.requests('send');
    await trial.peer.refuse('send', { kind: 'unavailable' });
    await trial.failureOf(trial.send(link, trial.message('x')), 'send');
    checkEqual(trial.peer.requests('send') - before, 1, 'Requests of one send');
  }),
  fact(
    'a send that comes too often is a matter of rate, and asks once',
    [refuses('send', 'rateLimited'), peerCan('requests')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.refuse('send', { kind: 'rateLimited', retryAfterMs: 1_000 });
      const { scope, severity } = await trial.failureOf(trial.send(link, trial.message('x')), 'send');
      checkEqual({ scope, severity }, { scope: 'rate', severity: 'recoverable' }, 'The failure of the send');
      checkEqual(trial.peer.requests('send'), 1, 'Requests of one send');
    },
  ),
  fact(
    'the peer’s "come again in 7 s" is in the failure, if it is a number at all',
    [refuses('send', 'rateLimited')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.refuse('send', { kind: 'rateLimited', retryAfterMs: 7_000 });
      const { retryAfterMs = 7_000 } = await trial.failureOf(trial.send(link, trial.message('x')), 'send');
      checkEqual(retryAfterMs, 7_000, 'failure.retryAfterMs');
    },
  ),
  fact(
    'a send that the peer never answered may have arrived',
    [peerCan('freeze', 'cutOff', 'requests')],
    async (trial) => {
      const link = await trial.connect();
      await trial.peer.freeze();
      const controller = new AbortController();
      const sending = trial.send(link, trial.message('x'), controller);
      await trial.until('the peer has the request', () => trial.peer.requests('send') === 1);
      await trial.peer.cutOff();
      await trial.isPending(sending);
      controller.abort(new Error('given up by the contract'));
      const { delivered } = await trial.failureOf(sending, 'send');
      check(delivered !== 'no', 'failure.delivered: expected unknown, since nobody can know, received no.');
    },
  ),
  fact('a send to a peer that is gone rejects with a failure that may pass', [peerCan('cutOff')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.cutOff();
    const failure = await trial.failureOf(trial.send(link, trial.message('x')), 'send');
    check(
      failure.severity === 'recoverable',
      `A send without a peer: expected recoverable, received ${shown(failure)}.`,
    );
  }),
];
