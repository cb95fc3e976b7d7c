import type { ChannelOperation } from 'holdfast';
import { type ChannelFact, fact, has, peerCan, polls, refuses } from './ChannelFact.ts';
import type { RefusableOperation, Refusal } from './ChannelSubject.ts';
import type { Trial } from './Trial.ts';

/** The secrets are searched for at every depth, in causes and stacks, in JSON and in what Node's `inspect` shows. */
export const secretFacts: readonly ChannelFact[] = [
  fact('no secret is in the link and its identity', [], async (trial) => {
    const link = await trial.connect();
    trial.checkHidden(link.identity, 'link.identity');
    trial.checkHidden(link, 'The link');
  }),
  fact('no secret is in a receipt', [], async (trial) => {
    const link = await trial.connect();
    trial.checkHidden(await trial.within(trial.send(link, trial.message('x')), 'a send'), 'The receipt');
  }),
  fact('no secret is in what a close tells', [], async (trial) => {
    const link = await trial.connect();
    await trial.close(link);
    trial.checkHidden(await trial.within(link.closed, 'link.closed'), 'link.closed');
    trial.checkHidden(link, 'The link that is closed');
  }),
  fact('no secret is in what a broken connection tells', [peerCan('drop')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.drop();
    trial.checkHidden(await trial.within(link.closed, 'link.closed'), 'link.closed');
  }),
  fact('no secret is in what calls after a close reject with', [], async (trial) => {
    const link = await trial.connect();
    await trial.close(link);
    await checkError(trial, 'send', trial.send(link, trial.message('x')));
    await checkError(trial, 'probe', trial.probe(link));
  }),
  fact('no secret is in the refusal of wrong credentials', [has('badCredentials')], async (trial) => {
    await checkError(trial, 'connect', trial.attempt({ credentials: trial.subject.badCredentials }));
  }),
  fact(
    'no secret is in the refusal of malformed credentials around it',
    [has('malformedCredentials')],
    async (trial) => {
      const { credentials, secrets } = trial.subject;
      const around = typeof credentials === 'object' ? credentials : {};
      for (const secret of secrets) {
        const attempt = trial.attempt({ credentials: { ...around, wrong: secret } });
        // An adapter may take more than it asks for: then there is no error to look at.
        const [outcome] = await trial.within(Promise.allSettled([attempt]), 'connecting');
        if (outcome.status === 'fulfilled') continue;
        trial.checkHidden(outcome.reason, 'The error of malformed credentials');
        trial.checkHidden(trial.classify(outcome.reason, 'connect'), 'The failure of malformed credentials');
      }
    },
  ),
  fact('no secret is in what calls to a peer that is gone reject with', [peerCan('cutOff')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.cutOff();
    await checkError(trial, 'probe', trial.probe(link));
    await checkError(trial, 'send', trial.send(link, trial.message('x')));
    await checkError(trial, 'connect', trial.attempt());
    trial.checkHidden(link, 'The link without a peer');
  }),
  fact('no secret is in what a poll of a peer that is gone rejects with', [polls, peerCan('cutOff')], async (trial) => {
    const link = await trial.connect();
    await trial.peer.cutOff();
    await checkError(trial, 'poll', trial.poll(link));
  }),
  fact(
    'no secret is in a message that was refused before the peer was asked',
    [has('malformedMessages')],
    async (trial) => {
      const link = await trial.connect();
      for (const changes of trial.subject.malformedMessages ?? []) {
        await checkError(trial, 'send', trial.send(link, trial.message('x', changes)));
      }
    },
  ),
  ...refusals('connect', ['unauthorized', 'conflict', 'rateLimited', 'unavailable']),
  ...refusals('probe', ['unauthorized', 'unavailable']),
  ...refusals('poll', ['conflict', 'unavailable']),
  ...refusals('send', ['message', 'rateLimited', 'unavailable']),
];

/** The peer repeats what it was told in confidence. */
function refusals(operation: RefusableOperation, kinds: readonly Refusal['kind'][]): ChannelFact[] {
  const needs = operation === 'poll' ? [polls] : [];
  return kinds.map((kind) =>
    fact(
      `no secret is in a ${operation} that is refused as ${kind}, though the peer repeats it`,
      [...needs, refuses(operation, kind)],
      async (trial) => {
        const words = `You said: ${trial.subject.secrets.join(', ')}`;
        if (operation === 'connect') {
          await trial.peer.refuse(operation, { kind, words });
          return checkError(trial, operation, trial.attempt());
        }
        const link = await trial.connect();
        await trial.peer.refuse(operation, { kind, words });
        const call = {
          probe: () => trial.probe(link),
          poll: () => trial.poll(link),
          send: () => trial.send(link, trial.message('x')),
        };
        await checkError(trial, operation, call[operation]());
        trial.checkHidden(link, 'The link');
      },
    ),
  );
}

async function checkError(trial: Trial, during: ChannelOperation, call: Promise<unknown>): Promise<void> {
  const error = await trial.errorOf(call, during);
  trial.checkHidden(error, `The error of a failed ${during}`);
  trial.checkHidden(trial.classify(error, during), `The failure of a failed ${during}`);
}
