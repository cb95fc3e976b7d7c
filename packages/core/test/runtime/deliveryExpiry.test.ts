import { type Outcome, outcome } from '@holdfast/testing';
import type { Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing, startOnChannel } from './running.ts';

const message = { conversation: '42', text: 'hello' };
const failing = (changes: Partial<Failure>): Outcome =>
  outcome.fail({ severity: 'recoverable', scope: 'server', code: 'x.x', message: 'as scripted', ...changes });
const inDoubt = failing({ delivered: 'unknown' });
const offline = { channel: { fallback: { connect: outcome.hang() } } };

describe('R8: a message that expires', () => {
  it('is settled at its time though there is no link, and then leaves no timer behind', async () => {
    const { channel, clock, events, server } = await startOnChannel(offline);
    const before = clock.pending().length;
    const { jobId, settled } = await server.enqueue({ ...message, expiresAt: clock.now() + 5_000 });
    await clock.advance(4_999);
    expect(server.delivery(jobId)).toEqual({ state: 'queued', attempts: 0 });
    expect(clock.pending()).toHaveLength(before + 1);
    await clock.advance(1);
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_EXPIRED', jobId });
    expect(server.delivery(jobId)).toEqual({ state: 'expired' });
    expect(events.filter(({ name }) => name === 'delivery.expired').map(({ metadata }) => metadata['jobId'])).toEqual([
      jobId,
    ]);
    expect(clock.pending()).toHaveLength(before);
    expect(channel.sends).toEqual([]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, expired: 1 });
  });

  it('whose time has passed already is accepted and expires at once, unsent', async () => {
    const { channel, clock, server } = await startOnChannel();
    const { settled } = await server.enqueue({ ...message, expiresAt: clock.now() - 1 });
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_EXPIRED' });
    expect(channel.sends).toEqual([]);
  });

  it('at a fraction of a millisecond does so at the next whole one', async () => {
    const { clock, server } = await startOnChannel(offline);
    const { settled } = await server.enqueue({ ...message, expiresAt: clock.now() + 9.5 });
    await clock.advance(10);
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_EXPIRED' });
  });

  it('later than any timer can wait is none too early', async () => {
    const { clock, server } = await startOnChannel(offline);
    const { jobId } = await server.enqueue({ ...message, expiresAt: clock.now() + 2 ** 31 + 1_000 });
    await clock.settle();
    clock.jump(2 ** 31);
    await clock.advance(999);
    expect(server.delivery(jobId)).toMatchObject({ state: 'queued' });
    await clock.advance(1);
    expect(server.delivery(jobId)).toEqual({ state: 'expired' });
  });

  it('and is stopped before leaves no timer behind, and is handed back', async () => {
    const { clock, server } = await startOnChannel(offline);
    void server.enqueue({ ...message, expiresAt: clock.now() + 3_600_000 });
    await clock.settle();
    expect(await server.stop()).toMatchObject({ ...nothing, accepted: 1, handedBack: [{ text: 'hello' }] });
    expect(clock.pending()).toEqual([]);
  });

  it('while it is in flight is sent if the peer takes it', async () => {
    const { clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.delayed(100, outcome.ok()) } },
    });
    const sent = server.send({ ...message, expiresAt: clock.now() + 50 });
    await clock.advance(100);
    expect(await sent).toEqual({ externalMessageId: 1 });
  });

  it.each([
    ['for certain', failing({ delivered: 'no' }), 'DELIVERY_EXPIRED'],
    ['and leaves it open', inDoubt, 'DELIVERY_UNKNOWN'],
  ])('while it waits for its retry, after an attempt that failed %s, rejects as what it is', async (_, first, code) => {
    const { channel, clock, server } = await startOnChannel({ channel: { script: { send: [first] } } });
    const { settled } = await server.enqueue({ ...message, expiresAt: clock.now() + 100 });
    await clock.advance(100);
    expect(await errorOf(() => settled)).toMatchObject({ code });
    await clock.advance(60_000);
    expect(channel.sends).toHaveLength(1);
  });

  it('while it is held is unknown, and its conversation goes on', async () => {
    const { clock, server } = await startOnChannel({
      channel: { script: { send: [inDoubt] } },
      instance: { sender: { unknownOutcome: 'hold' } },
    });
    const held = await server.enqueue({ ...message, expiresAt: clock.now() + 100 });
    const next = server.send(message);
    await clock.advance(100);
    expect(await errorOf(() => held.settled)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
    expect(await next).toEqual({ externalMessageId: 2 });
    expect(server.resolveDelivery(held.jobId, 'retry')).toBe(false);
  });
});
