import { VirtualClock } from '@holdfast/testing';
import type { Link, SendLimits } from 'holdfast';
import { expect, it } from 'vitest';
import { classifyWith } from '../../src/actors/adapterCall.ts';
import { Cancellation } from '../../src/actors/Cancellation.ts';
import { LinkRef } from '../../src/actors/linkRef.ts';

const message = { id: '1', conversation: 'c', text: 'hello', idempotencyKey: '1', metadata: {} };

/** What a link is given with a message that it does not answer, and a way to have that given up. */
function sendOver() {
  const seen: SendLimits[] = [];
  const send: Link['send'] = (_, limits) => {
    seen.push(limits);
    return new Promise(() => undefined);
  };
  const link = {
    identity: {},
    closed: new Promise<never>(() => undefined),
    send,
    probe: async () => undefined,
    close: async () => undefined,
  };
  const clock = new VirtualClock();
  const owner = {
    kind: 'test',
    clock,
    classify: (error: unknown) => classifyWith({ kind: 'test', classifyFailure: () => ({}) as never }, error, 'send'),
    redact: <T>(failure: T) => failure,
    redactIdentity: <T>(identity: T) => identity,
  };
  const signal = new Cancellation();
  void new LinkRef(link, 1, owner).send(message, { signal, timeoutMs: 500 });
  const [limits] = seen;
  if (!limits) throw new Error('The link was given nothing.');
  return { clock, limits, signal };
}

it('a send that is given up says so by its cancellation, with the reason', () => {
  const { limits, signal } = sendOver();
  const { cancellation } = limits;
  let told = 0;
  cancellation?.addEventListener('abort', () => {
    told += 1;
  });
  expect([told, cancellation?.aborted]).toEqual([0, false]);
  signal.abort();
  expect([told, cancellation?.aborted, String(cancellation?.reason)]).toEqual([
    1,
    true,
    'Error: The send was given up because the link or the instance was closed.',
  ]);
});

it('it says the same by its signal, also to a channel that hands its limits on as a copy', async () => {
  const { clock, limits } = sendOver();
  const { signal } = { ...limits };
  await clock.advance(500);
  expect([signal.aborted, String(signal.reason)]).toEqual([true, 'Error: No answer to send within 500 ms.']);
});
