import { outcome } from '@holdfast/testing';
import { DeliveryUnknownError, type Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { notHandled, storeFailure } from '../../src/actors/Journal.ts';
import { startOn } from '../machine/onScriptedChannel.ts';
import { killSender } from './killSender.ts';

const message = { conversation: 'a', text: 'hello' };
const failing = (changes: Partial<Failure>) =>
  outcome.fail({
    severity: 'recoverable',
    scope: 'server',
    code: 'x.500',
    message: 'as scripted',
    delivered: 'no',
    ...changes,
  } satisfies Failure);

describe('a send that fails', () => {
  it.each([
    ['auth', 1],
    ['conflict', 1],
    ['link', 1],
    ['server', 0],
    ['config', 0],
  ] as const)('for a reason of the scope %s is tried again, after %i probe of the link', async (scope, probes) => {
    const { channel, clock, server } = await startOn({ script: { send: [failing({ scope })] } });
    const sent = server.send(message);
    await clock.settle();
    expect([channel.callCount('probe'), server.status().consecutiveFailures]).toEqual([probes, 1]);
    await clock.advance(1_000);
    expect(await sent).toEqual({ externalMessageId: 2 });
  });

  it('tells what came of it: the number of the attempt, and the receipt', async () => {
    const { clock, events, server } = await startOn({ script: { send: [failing({})] } });
    void server.send(message);
    await clock.advance(1_000);
    const sent = events.find(({ name }) => name === 'delivery.sent');
    expect(sent?.metadata).toMatchObject({ attempts: 2, externalMessageId: 2 });
  });

  it('for a limit of rate that says nothing of what it is about pauses what was asked', async () => {
    const { clock, events, server } = await startOn({
      script: { send: [failing({ scope: 'rate', retryAfterMs: 7 })] },
    });
    void server.send(message);
    await clock.settle();
    const paused = events.find(({ name }) => name === 'delivery.paused');
    expect(paused?.metadata).toMatchObject({ pausedMs: 7, scope: 'method', reason: 'x.500' });
  });

  it('after it was withdrawn is not told as held, for it is not', async () => {
    const { channel, clock, names, server } = await startOn(
      { script: { send: [outcome.hang({ ignoreAbort: true })] } },
      { sender: { unknownOutcome: 'hold' } },
    );
    const controller = new AbortController();
    const { jobId } = await server.enqueue(message, { signal: controller.signal });
    await clock.settle();
    controller.abort();
    channel.sends[0]?.answer(failing({ scope: 'link', delivered: 'unknown' }));
    await clock.settle();
    expect(names()).not.toContain('delivery.held');
    expect(server.delivery(jobId)?.state).toBe('unknown');
  });
});

describe('a Sender that ends', () => {
  it('in mid-send leaves what it was sending in doubt, and says why', async () => {
    const { clock, server } = await startOn(
      { script: { send: [outcome.hang({ ignoreAbort: true })] } },
      { sender: { unknownOutcome: 'fail' } },
    );
    const { settled } = await server.enqueue(message);
    await clock.settle();
    killSender(server);
    await clock.advance(1_000);
    const error = await settled.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeliveryUnknownError);
    expect(error).toMatchObject({
      failure: {
        severity: 'recoverable',
        scope: 'link',
        code: 'holdfast.sender_stopped',
        message: 'The Sender was stopped while the send was under way.',
        delivered: 'unknown',
      },
    });
  });

  it('because its instance is broken gives up what it is sending, and begins nothing more', async () => {
    const { channel, clock, server } = await startOn({ fallback: { send: outcome.hang() } });
    const { sender } = server.actor.getSnapshot().children;
    void server.enqueue(message);
    await clock.settle();
    void server.enqueue({ ...message, conversation: 'b' });
    sender?.send({ type: 'shutdown' });
    await clock.advance(60_000);
    expect(channel.sends).toHaveLength(1);
    expect(channel.sends[0]?.state).toBe('rejected');
  });

  it('does not go on with what it has just given back, though it was about to look for more', async () => {
    const { clock, names, server } = await startOn({
      capabilities: { maxInFlight: 2 },
      fallback: { send: outcome.hang() },
    });
    const { sender } = server.actor.getSnapshot().children;
    void server.enqueue(message);
    await clock.settle();
    sender?.send({ type: 'drain' });
    sender?.send({ type: 'shutdown' });
    await clock.advance(60_000);
    expect(names().filter((name) => name === 'delivery.attempt')).toHaveLength(1);
  });
});

describe('a failure of a journal', () => {
  it('of the store says what the store said, and that nothing was delivered', () => {
    const failure = { severity: 'recoverable', scope: 'server', code: 'holdfast.store', delivered: 'no' };
    expect(storeFailure(new Error('The disk is full.'))).toEqual({ ...failure, message: 'The disk is full.' });
    expect(storeFailure('full')).toEqual({ ...failure, message: 'The store threw what is no error.' });
  });

  it('of a handler names the error and the attempts, and quotes nothing', () => {
    expect(notHandled('TypeError', 3)).toEqual({
      severity: 'recoverable',
      scope: 'message',
      code: 'holdfast.not_handled',
      message: 'onMessage failed 3 time(s), the last time with TypeError.',
    });
  });
});
