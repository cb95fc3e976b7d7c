import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing, startMs, startOnChannel } from './running.ts';

describe('a stop on a channel', () => {
  const unauthorized = { severity: 'fatal', scope: 'auth', code: 'scripted.401', message: 'revoked' } as const;

  it.each([
    ['starting', { fallback: { connect: outcome.hang() } }],
    ['starting', { fallback: { connect: outcome.hang({ ignoreAbort: true }) } }],
    ['connected', {}],
    ['disconnected', { fallback: { connect: outcome.fail('down') } }],
    ['error', { fallback: { connect: outcome.fail(unauthorized) } }],
  ])('that is %s (%j) settles, and leaves no timer, no link and no poll behind', async (status, options) => {
    const { channel, clock, names, server } = await startOnChannel({ channel: options });
    expect(server.status().status).toBe(status);
    const stopping = server.stop();
    await clock.settle();
    expect(await stopping).toEqual(nothing);
    expect(names().at(-1)).toBe('instance.stopped');
    expect([channel.openLinks, channel.waitingPolls, clock.pending()]).toEqual([0, 0, []]);
  });

  it('closes a link that arrives after the end', async () => {
    const late = outcome.delayed(500, outcome.ok(), { ignoreAbort: true });
    const { channel, clock, server } = await startOnChannel({ channel: { fallback: { connect: late } } });
    await server.stop();
    await clock.advance(500);
    expect(channel.links).toHaveLength(1);
    expect(channel.openLinks).toBe(0);
  });

  it('settles at its deadline at the latest, though handler, send and close all hang (V2)', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.hang({ ignoreAbort: true }), close: outcome.hang() } },
      instance: { onMessage: () => new Promise(() => undefined) },
    });
    channel.deliver({ id: 'm1', conversation: '1', text: 'x' });
    void server.enqueue({ conversation: '1', text: 'y' });
    await clock.settle();
    let settledAtMs: number | undefined;
    const stopping = server.stop({ deadlineMs: 3_000 }).finally(() => {
      settledAtMs = clock.now();
    });
    await clock.advance(2_999);
    expect(settledAtMs).toBeUndefined();
    await clock.advance(1);
    expect(settledAtMs).toBe(startMs + 3_000);
    expect(await stopping).toMatchObject({ ...nothing, accepted: 1, unknown: 1, uncertain: [{ text: 'y' }] });
  });

  it('settles at its deadline though closing alone would take longer (V2)', async () => {
    const { clock, server } = await startOnChannel({ channel: { fallback: { close: outcome.hang() } } });
    let settledAtMs: number | undefined;
    const stopping = server.stop({ deadlineMs: 500 }).finally(() => {
      settledAtMs = clock.now();
    });
    await clock.advance(60_000);
    await stopping;
    expect(settledAtMs).toBe(startMs + 500);
  });

  it('takes 10 s at most when nobody says how long', async () => {
    const { channel, clock, server } = await startOnChannel({
      instance: { onMessage: () => new Promise(() => undefined) },
    });
    channel.deliver({ id: 'm1', conversation: '1', text: 'x' });
    await clock.settle();
    const stopping = server.stop();
    await clock.runUntil(() => !server.isRunning && !server.isStopping);
    expect(clock.now()).toBe(startMs + 8_000);
    expect(await stopping).toEqual(nothing);
  });

  it('without end waits as long as the work takes', async () => {
    const { clock, server } = await startOnChannel({
      channel: { script: { send: [outcome.delayed(25_000, outcome.ok())] } },
    });
    void server.enqueue({ conversation: '1', text: 'x' });
    const stopping = server.stop({ deadlineMs: Number.POSITIVE_INFINITY });
    await clock.advance(25_000);
    expect(await stopping).toMatchObject({ accepted: 1, sent: 1 });
    expect(clock.pending()).toEqual([]);
  });

  it('with a deadline of 0 finishes nothing: what is queued is handed back at once', async () => {
    const { channel, clock, server } = await startOnChannel();
    void server.enqueue({ conversation: '1', text: 'x' });
    const stopping = server.stop({ deadlineMs: 0 });
    await clock.advance(0);
    expect(await stopping).toMatchObject({ accepted: 1, sent: 0, handedBack: [{ text: 'x' }] });
    expect(channel.sends).toEqual([]);
    expect(clock.now()).toBe(startMs);
  });

  it('finishes the message in hand and sends what is queued, reading no more', async () => {
    const handled: string[] = [];
    const { channel, clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.delayed(100, outcome.ok()) } },
      instance: {
        onMessage: async ({ id }) => {
          await new Promise<void>((resolve) => void clock.setTimeout(resolve, 200));
          handled.push(id);
        },
      },
    });
    for (const id of ['m1', 'm2']) channel.deliver({ id, conversation: '1', text: id });
    for (const text of ['a', 'b', 'c']) void server.enqueue({ conversation: '1', text });
    await clock.settle();
    const stopping = server.stop();
    await clock.advance(1_000);
    expect(await stopping).toEqual({ ...nothing, accepted: 3, sent: 3 });
    expect(handled).toEqual(['m1']);
    expect(channel.committedCursor).toBe(1);
    expect(channel.uncommitted.map(({ message }) => message.id)).toEqual(['m2']);
  });
});

describe('the account', () => {
  const refused = { severity: 'recoverable', scope: 'message', code: 'scripted.400', message: 'refused' } as const;

  it('R7: is exact: what was in flight is unknown, and the rest comes back in order', async () => {
    const { clock, server } = await startOnChannel({
      channel: { script: { send: [outcome.ok(), outcome.fail(refused)] }, fallback: { send: outcome.hang() } },
    });
    const texts = ['sent', 'refused', 'in flight', 'queued', 'last'];
    const deliveries = await Promise.all(texts.map((text) => server.enqueue({ conversation: '1', text })));
    await clock.settle();
    const stopping = server.stop({ deadlineMs: 3_000 });
    await clock.advance(3_000);
    const account = await stopping;
    expect(account).toEqual({
      ...nothing,
      accepted: 5,
      sent: 1,
      failed: 1,
      unknown: 1,
      handedBack: [expect.objectContaining({ text: 'queued' }), expect.objectContaining({ text: 'last' })],
      uncertain: [expect.objectContaining({ text: 'in flight' })],
    });
    const fates = await Promise.allSettled(deliveries.map(({ settled }) => settled));
    expect(fates.map((fate) => (fate.status === 'rejected' ? fate.reason.code : 'SENT'))).toEqual([
      'SENT',
      'DELIVERY_FAILED',
      'DELIVERY_UNKNOWN',
      'HANDED_BACK',
      'HANDED_BACK',
    ]);
  });

  it('does not change any more when the peer answers late', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.hang({ ignoreAbort: true }) } },
    });
    const { settled } = await server.enqueue({ conversation: '1', text: 'x', idempotencyKey: 'key' });
    await clock.settle();
    const stopping = server.stop({ deadlineMs: 0 });
    await clock.advance(0);
    const account = await stopping;
    channel.sends[0]?.answer(outcome.ok());
    await clock.settle();
    expect(account).toMatchObject({ ...nothing, accepted: 1, unknown: 1, uncertain: [{ text: 'x' }] });
    expect(server.receipt('key')).toBeUndefined();
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
  });
});
