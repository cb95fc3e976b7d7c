import { type Outcome, outcome } from '@holdfast/testing';
import type { Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { type Running, startOn } from '../machine/onScriptedChannel.ts';
import { nothing } from '../runtime/running.ts';

const limited = (retryAfterMs: number | undefined, pauses?: Failure['pauses']): Outcome =>
  outcome.fail({
    severity: 'recoverable',
    scope: 'rate',
    code: 'x.429',
    message: 'slow down',
    delivered: 'no',
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(pauses === undefined ? {} : { pauses }),
  });

const texts = ({ channel }: Running) => channel.sends.map(({ message }) => message.text);

describe('R10: a 429', () => {
  it('of one conversation pauses that one and no other, and uses up no attempt', async () => {
    const running = await startOn(
      { script: { send: [limited(7_000, 'conversation')] } },
      { sender: { maxAttempts: 1 } },
    );
    const { clock, events, server } = running;
    for (const text of ['a1', 'a2']) void server.enqueue({ conversation: 'a', text });
    void server.enqueue({ conversation: 'b', text: 'b1' });
    await clock.advance(6_999);
    expect(texts(running)).toEqual(['a1', 'b1']);
    await clock.advance(1);
    expect(texts(running)).toEqual(['a1', 'b1', 'a1', 'a2']);
    const paused = events.find(({ name }) => name === 'delivery.paused');
    expect(paused?.metadata).toMatchObject({ pausedMs: 7_000, scope: 'conversation', reason: 'x.429' });
    expect(await server.stop()).toEqual({ ...nothing, accepted: 3, sent: 3 });
  });

  it('of two conversations pauses each for its own time', async () => {
    const running = await startOn(
      { script: { send: [limited(3_000, 'conversation'), limited(1_000, 'conversation')] } },
      {},
    );
    const { clock, server } = running;
    for (const conversation of ['a', 'b', 'c']) void server.enqueue({ conversation, text: conversation });
    await clock.settle();
    expect(texts(running)).toEqual(['a', 'b', 'c']);
    await clock.advance(1_000);
    expect(texts(running).slice(3)).toEqual(['b']);
    await clock.advance(2_000);
    expect(texts(running).slice(3)).toEqual(['b', 'a']);
  });

  it.each([undefined, 'method', 'instance'] as const)(
    'that names the scope %s pauses all sending of the instance',
    async (pauses) => {
      const running = await startOn({ script: { send: [limited(7_000, pauses)] } });
      for (const conversation of ['a', 'b']) void running.server.enqueue({ conversation, text: conversation });
      await running.clock.advance(6_999);
      expect(texts(running)).toEqual(['a']);
      await running.clock.advance(1);
      expect(texts(running).slice(1).sort()).toEqual(['a', 'b']);
    },
  );

  it('of the whole instance pauses the reading too; one of sending alone does not', async () => {
    const readAfter = async (pauses: Failure['pauses']): Promise<number> => {
      const handled: string[] = [];
      const onMessage = ({ id }: { id: string }): void => void handled.push(id);
      const script = { send: [limited(7_000, pauses)] };
      const { channel, clock, server } = await startOn({ script }, { onMessage, poller: { waitMs: 1_000 } });
      void server.enqueue({ conversation: 'a', text: 'a' });
      await clock.advance(1_000);
      channel.deliver({ id: '1', conversation: 'a', text: 'x' });
      const askedMs = clock.now();
      while (handled.length === 0) await clock.advance(100);
      return clock.now() - askedMs;
    };
    expect(await readAfter('method')).toBeLessThanOrEqual(100);
    expect(await readAfter('conversation')).toBeLessThanOrEqual(100);
    expect(await readAfter('instance')).toBeGreaterThanOrEqual(5_900);
  });

  it('with a Retry-After that is no whole number of milliseconds is waited for in full, and once', async () => {
    const { channel, clock, server } = await startOn({ script: { send: [limited(1_000.4)] } });
    const sent = server.send({ conversation: 'a', text: 'x' });
    await clock.advance(1_000);
    expect(channel.sends).toHaveLength(1);
    await clock.advance(1);
    await sent;
  });
});

describe('R10: a Retry-After beyond maxRetryAfterMs', () => {
  const start = async (longRetryAfter: 'wait' | 'hold' | 'fail', retryAfterMs = 60_001) => {
    const running = await startOn(
      { script: { send: [limited(retryAfterMs, 'conversation')] } },
      { sender: { maxRetryAfterMs: 60_000, longRetryAfter } },
    );
    const first = await running.server.enqueue({ conversation: 'a', text: 'a1' });
    first.settled.catch(() => undefined);
    for (const conversation of ['a', 'b']) void running.server.enqueue({ conversation, text: `${conversation}2` });
    await running.clock.settle();
    return { ...running, first, running };
  };

  it('under `wait` is waited for all the same', async () => {
    const { clock, first, running, server } = await start('wait');
    expect(server.delivery(first.jobId)).toEqual({ state: 'queued', attempts: 0 });
    await clock.advance(60_000);
    expect(texts(running)).toEqual(['a1', 'b2']);
    await clock.advance(1);
    expect(texts(running)).toEqual(['a1', 'b2', 'a1', 'a2']);
  });

  it('under `hold` keeps the message, certainly not delivered; resumed, it still waits out the pause', async () => {
    const { clock, first, running, server } = await start('hold');
    expect(server.delivery(first.jobId)).toEqual({ state: 'held', attempts: 0, mayBeDelivered: false });
    server.resolveDelivery(first.jobId, 'retry');
    await clock.advance(60_000);
    expect(texts(running)).toEqual(['a1', 'b2']);
    await clock.advance(1);
    expect(texts(running)).toEqual(['a1', 'b2', 'a1', 'a2']);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 3, sent: 3 });
  });

  it('under `hold` a message that is held at a stop is handed back: it certainly was not sent', async () => {
    const { clock, server } = await start('hold');
    const stopped = server.stop({ deadlineMs: 100 });
    await clock.advance(100);
    expect(await stopped).toMatchObject({
      ...nothing,
      accepted: 3,
      sent: 1,
      handedBack: [{ text: 'a1' }, { text: 'a2' }],
    });
  });

  it('under `fail` gives the message up, and the pause holds for the next one of its conversation', async () => {
    const { clock, first, running } = await start('fail');
    await expect(first.settled).rejects.toMatchObject({ code: 'DELIVERY_FAILED', attempts: 0 });
    await clock.advance(60_000);
    expect(texts(running)).toEqual(['a1', 'b2']);
    await clock.advance(1);
    expect(texts(running)).toEqual(['a1', 'b2', 'a2']);
  });

  it.each(['hold', 'fail'] as const)(
    'begins beyond it: one of exactly that long is waited for under `%s`',
    async (how) => {
      const { first, server } = await start(how, 60_000);
      expect(server.delivery(first.jobId)).toEqual({ state: 'queued', attempts: 0 });
    },
  );
});

describe('R10: a channel that says what its peer allows', () => {
  const busiest = (sends: readonly { readonly atMs: number }[], perMs: number) =>
    Math.max(
      ...sends.map(({ atMs }) => sends.filter((other) => other.atMs >= atMs && other.atMs < atMs + perMs).length),
    );

  it('is never sent more in any stretch of that length, though more may be in flight, and waits no longer than needed', async () => {
    const running = await startOn({
      capabilities: { maxInFlight: 10, sendRate: { count: 3, perMs: 1_000 } },
      fallback: { send: outcome.delayed(170, outcome.ok()) },
    });
    const { channel, clock, server } = running;
    for (let n = 0; n < 20; n += 1) {
      void server.enqueue({ conversation: `c${n % 5}`, text: String(n) });
      await clock.advance((n * 37) % 110);
    }
    await clock.advance(10_000);
    expect(channel.sends).toHaveLength(20);
    expect(busiest(channel.sends, 1_000)).toBe(3);
    const [first, last] = [channel.sends[0], channel.sends.at(-1)];
    expect((last?.atMs ?? 0) - (first?.atMs ?? 0)).toBeLessThanOrEqual(6_500);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 20, sent: 20 });
  });

  it('counts the sends of all links together', async () => {
    const { channel, clock, server } = await startOn({ capabilities: { sendRate: { count: 2, perMs: 60_000 } } });
    for (const text of ['1', '2', '3']) void server.enqueue({ conversation: 'a', text });
    await clock.settle();
    expect(channel.sends).toHaveLength(2);
    channel.links[0]?.drop();
    await clock.advance(59_999);
    expect([channel.links.length, channel.sends.length]).toEqual([2, 2]);
    await clock.advance(1);
    expect(channel.sends).toHaveLength(3);
  });

  it('does not keep a message from expiring while it waits for its turn, and leaves no timer after a stop', async () => {
    const { channel, clock, server } = await startOn({ capabilities: { sendRate: { count: 1, perMs: 60_000 } } });
    void server.enqueue({ conversation: 'a', text: '1' });
    const { settled } = await server.enqueue({ conversation: 'a', text: '2', expiresAt: clock.now() + 500 });
    void server.enqueue({ conversation: 'a', text: '3' });
    await clock.advance(500);
    await expect(settled).rejects.toMatchObject({ code: 'DELIVERY_EXPIRED' });
    expect(channel.sends).toHaveLength(1);
    const stopped = server.stop({ deadlineMs: 1_000 });
    await clock.advance(1_000);
    expect(await stopped).toMatchObject({ ...nothing, accepted: 3, sent: 1, expired: 1, handedBack: [{ text: '3' }] });
    expect(clock.pending()).toEqual([]);
  });
});
