import { type Outcome, outcome } from '@holdfast/testing';
import { type Failure, InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing, startOnChannel } from './running.ts';

const message = { conversation: '42', text: 'hello' };
const failing = (changes: Partial<Failure>): Outcome =>
  outcome.fail({ severity: 'recoverable', scope: 'server', code: 'x.x', message: 'as scripted', ...changes });
const inDoubt = failing({ delivered: 'unknown' });
const offline = { channel: { fallback: { connect: outcome.hang() } } };

describe('an AbortSignal', () => {
  /** A signal that tells how many listeners it has. */
  function counted() {
    const controller = new AbortController();
    const { signal } = controller;
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...given: Parameters<typeof add>) => {
      listeners += 1;
      add(...given);
    };
    signal.removeEventListener = (...given: Parameters<typeof remove>) => {
      listeners -= 1;
      remove(...given);
    };
    return { abort: () => controller.abort(), count: () => listeners, signal };
  }

  it('withdraws what is queued, which is never sent; those after it are', async () => {
    const { channel, clock, events, server } = await startOnChannel({
      channel: { script: { send: [outcome.hang()] } },
    });
    const { abort, count, signal } = counted();
    void server.enqueue({ ...message, text: '1' });
    const { jobId, settled } = await server.enqueue({ ...message, text: '2' }, { signal });
    void server.enqueue({ ...message, text: '3' });
    await clock.settle();
    expect(count()).toBe(1);
    abort();
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_WITHDRAWN', jobId });
    expect([server.delivery(jobId), count()]).toEqual([{ state: 'withdrawn' }, 0]);
    expect(events.at(-1)).toMatchObject({ name: 'delivery.withdrawn', metadata: { jobId } });
    channel.sends[0]?.answer(outcome.ok());
    await clock.settle();
    expect(channel.sends.map((call) => call.message.text)).toEqual(['1', '3']);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 3, sent: 2, withdrawn: 1 });
  });

  it('that has aborted already: the message is accepted, withdrawn and never sent', async () => {
    const { channel, clock, names, server } = await startOnChannel();
    const { abort, count, signal } = counted();
    abort();
    const { settled } = await server.enqueue(message, { signal });
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_WITHDRAWN' });
    await clock.settle();
    expect([channel.sends.length, count()]).toEqual([0, 0]);
    expect(names().slice(-2)).toEqual(['delivery.queued', 'delivery.withdrawn']);
  });

  it('too late for one in flight that is sent changes nothing, and has no listener left', async () => {
    const { clock, server } = await startOnChannel({
      channel: { fallback: { send: outcome.delayed(100, outcome.ok()) } },
    });
    const { abort, count, signal } = counted();
    const sent = server.send(message, { signal });
    await clock.settle();
    abort();
    await clock.advance(100);
    expect([await sent, count()]).toEqual([{ externalMessageId: 1 }, 0]);
  });

  it.each([
    ['fails for certain', failing({ delivered: 'no' }), { code: 'DELIVERY_WITHDRAWN' }],
    ['is paused by a 429', failing({ scope: 'rate', retryAfterMs: 500 }), { code: 'DELIVERY_WITHDRAWN' }],
    ['leaves it open', inDoubt, { code: 'DELIVERY_UNKNOWN' }],
    ['is refused', failing({ scope: 'message', delivered: 'no' }), { code: 'DELIVERY_FAILED' }],
  ])('during an attempt that %s keeps it from being tried again', async (_, answer, error) => {
    const { channel, clock, names, server } = await startOnChannel({ channel: { script: { send: [outcome.hang()] } } });
    const { abort, count, signal } = counted();
    const { settled } = await server.enqueue(message, { signal });
    await clock.settle();
    abort();
    channel.sends[0]?.answer(answer);
    expect(await errorOf(() => settled)).toMatchObject(error);
    await clock.advance(60_000);
    expect([channel.sends.length, count()]).toEqual([1, 0]);
    expect(names()).not.toContain('delivery.retry_scheduled');
  });

  it('withdraws a held message', async () => {
    const { clock, server } = await startOnChannel({
      channel: { script: { send: [failing({ scope: 'rate', retryAfterMs: 700_000 })] } },
      instance: { sender: { longRetryAfter: 'hold' } },
    });
    const { abort, signal } = counted();
    const { jobId, settled } = await server.enqueue(message, { signal });
    await clock.settle();
    expect(server.delivery(jobId)).toEqual({ state: 'held', attempts: 0, mayBeDelivered: false });
    abort();
    expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_WITHDRAWN' });
  });

  it('has no listener left after the message was refused, or handed back', async () => {
    const { server } = await startOnChannel({ ...offline, instance: { sender: { capacity: 1 } } });
    const [first, second] = [counted(), counted()];
    void server.enqueue(message, { signal: first.signal });
    expect(await errorOf(() => server.enqueue(message, { signal: second.signal }))).toMatchObject({
      code: 'QUEUE_FULL',
    });
    expect([first.count(), second.count()]).toEqual([1, 0]);
    await server.stop();
    expect([first.count(), second.count()]).toEqual([0, 0]);
  });

  it('that is none is refused, and nothing is accepted', async () => {
    const { server } = await startOnChannel(offline);
    const error = await errorOf(() => server.enqueue(message, { signal: {} as AbortSignal }));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ problems: [{ path: 'signal' }] });
    expect(await server.stop()).toEqual(nothing);
  });
});
