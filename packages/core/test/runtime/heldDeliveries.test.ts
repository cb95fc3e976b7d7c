import { outcome } from '@holdfast/testing';
import { InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing, startOnChannel } from './running.ts';

const message = { conversation: '42', text: 'hello' };
const inDoubt = outcome.fail({
  severity: 'recoverable',
  scope: 'server',
  code: 'x.x',
  message: 'as scripted',
  delivered: 'unknown',
});

describe('a word about a held message', () => {
  const held = async () => {
    const running = await startOnChannel({
      channel: { script: { send: [inDoubt] } },
      instance: { sender: { unknownOutcome: 'hold' } },
    });
    const { jobId, settled } = await running.server.enqueue({ ...message, idempotencyKey: 'key' });
    await running.clock.settle();
    running.forget();
    return { ...running, jobId, settled };
  };

  it('`sent` counts it as sent, without an id of the peer, and answers its key from then on', async () => {
    const { channel, events, jobId, server, settled } = await held();
    expect(server.resolveDelivery(jobId, 'sent')).toBe(true);
    expect(await settled).toEqual({ externalMessageId: null });
    expect(events).toMatchObject([
      { name: 'delivery.sent', metadata: { jobId, attempts: 1, externalMessageId: null } },
    ]);
    expect(await server.send({ ...message, idempotencyKey: 'key' })).toEqual({ externalMessageId: null });
    expect(channel.sends).toHaveLength(1);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 2, sent: 2 });
  });

  it('`giveUp` counts it as failed, and its conversation goes on', async () => {
    const { channel, events, jobId, server, settled } = await held();
    const next = server.send(message);
    expect(server.resolveDelivery(jobId, 'giveUp')).toBe(true);
    expect(await errorOf(() => settled)).toMatchObject({
      code: 'DELIVERY_FAILED',
      attempts: 1,
      failure: { code: 'holdfast.given_up' },
    });
    expect(events.find(({ name }) => name === 'delivery.gave_up')?.metadata).toMatchObject({
      jobId,
      attempts: 1,
      finalReason: 'holdfast.given_up',
    });
    await next;
    expect(channel.sends).toHaveLength(2);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 2, sent: 1, failed: 1 });
  });

  it('`retry` sends it again, under the same key', async () => {
    const { channel, jobId, server, settled } = await held();
    expect(server.resolveDelivery(jobId, 'retry')).toBe(true);
    expect(await settled).toEqual({ externalMessageId: 2 });
    expect(channel.sends.map((call) => call.message.idempotencyKey)).toEqual(['key', 'key']);
  });

  it('is false for what is not held: settled, in flight, queued, unknown, or of an instance that has stopped', async () => {
    const { channel, clock, jobId, server } = await held();
    channel.append({ send: [outcome.hang()] });
    const enqueued = [server.enqueue({ ...message, conversation: 'b' }), server.enqueue(message)] as const;
    const [flying, queued] = await Promise.all(enqueued);
    await clock.settle();
    const no = (id: string) => (['retry', 'sent', 'giveUp'] as const).map((how) => server.resolveDelivery(id, how));
    for (const id of [flying.jobId, queued.jobId, 'nobody']) expect(no(id)).toEqual([false, false, false]);
    server.resolveDelivery(jobId, 'sent');
    expect(no(jobId)).toEqual([false, false, false]);
    const stopped = server.stop({ deadlineMs: 0 });
    await clock.advance(0);
    await stopped;
    expect(no(flying.jobId)).toEqual([false, false, false]);
  });

  it('that is misspelt is refused, and the message stays held', async () => {
    const { jobId, server } = await held();
    expect(await errorOf(() => server.resolveDelivery(jobId, 'resend' as 'retry'))).toBeInstanceOf(InvalidInputError);
    expect(server.delivery(jobId)).toMatchObject({ state: 'held' });
  });

  it('that never comes: a stop makes it uncertain, though nothing was in flight', async () => {
    const { clock, server, settled } = await held();
    const stopped = server.stop({ deadlineMs: 1_000 });
    await clock.advance(1_000);
    expect(await stopped).toMatchObject({ ...nothing, accepted: 1, unknown: 1, uncertain: [{ text: 'hello' }] });
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_UNKNOWN', failure: { code: 'x.x' } });
  });
});
