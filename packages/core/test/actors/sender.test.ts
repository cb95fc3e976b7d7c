import { outcome } from '@holdfast/testing';
import { DeliveryFailedError, DeliveryUnknownError, type Failure, HandedBackError, QueueFullError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from '../machine/onScriptedChannel.ts';
import { nothing } from '../runtime/running.ts';

const failure = (changes: Partial<Failure>): Failure => ({
  severity: 'recoverable',
  scope: 'server',
  code: 'scripted.500',
  message: 'as scripted',
  ...changes,
});
const fail = outcome.fail(failure({}));
const deliveries = (names: string[]) =>
  names.filter((name) => name.startsWith('delivery.')).map((name) => name.slice(9));

describe('the Sender', () => {
  it('delivers in order, and tells the instance of each success', async () => {
    const { channel, clock, events, names, server } = await startOn();
    const receipts = ['a', 'b', 'c'].map((text) => server.send({ conversation: 'room', text }));
    await clock.settle();
    expect(channel.sends.map(({ message }) => message.text)).toEqual(['a', 'b', 'c']);
    expect(await Promise.all(receipts)).toEqual([1, 2, 3].map((externalMessageId) => ({ externalMessageId })));
    expect(deliveries(names())).toEqual([
      'queued',
      'queued',
      'queued',
      'attempt',
      'sent',
      'attempt',
      'sent',
      'attempt',
      'sent',
    ]);
    const queued = events.find(({ name }) => name === 'delivery.queued');
    expect(Object.keys(queued?.metadata ?? {}).sort()).toEqual(
      ['correlationId', 'instanceId', 'instanceModule', 'jobId', 'messageId', 'timestamp'].sort(),
    );
  });

  it('tries again after a doubling wait, tells the instance of each failure, and clears them on success', async () => {
    const { channel, clock, events, server } = await startOn({ script: { send: [fail, fail] } });
    const sent = server.send({ conversation: 'room', text: 'a' });
    await clock.settle();
    expect(server.status()).toMatchObject({ substate: 'degraded', consecutiveFailures: 1, lastError: 'scripted.500' });
    await clock.advance(10_000);
    await sent;
    const waits = events
      .filter(({ name }) => name === 'delivery.retry_scheduled')
      .map(({ metadata }) => metadata['nextInMs']);
    expect(waits).toEqual([550, 1_100]);
    expect(channel.sends.map(({ atMs }) => atMs - (channel.sends[0]?.atMs ?? 0))).toEqual([0, 550, 1_650]);
    expect(server.status()).toMatchObject({ substate: 'healthy', consecutiveFailures: 0 });
  });

  it('gives up after the last attempt, with the failure and the number of attempts', async () => {
    const { clock, events, server } = await startOn({ fallback: { send: fail } });
    const { settled } = await server.enqueue({ conversation: 'room', text: 'a' });
    await clock.advance(60_000);
    const error = await settled.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(DeliveryFailedError);
    expect(error).toMatchObject({ attempts: 5, failure: { code: 'scripted.500' } });
    expect(events.at(-1)).toMatchObject({
      name: 'delivery.gave_up',
      metadata: { attempts: 5, finalReason: 'scripted.500' },
    });
    expect(server.healthSnapshot().senderQueueDepth).toBe(0);
  });

  it('holds back the conversation of a retry, and no other', async () => {
    const { channel, clock, server } = await startOn({ script: { send: [fail] } });
    for (const text of ['a1', 'a2']) void server.enqueue({ conversation: 'a', text });
    void server.enqueue({ conversation: 'b', text: 'b1' });
    await clock.settle();
    expect(channel.sends.map(({ message }) => message.text)).toEqual(['a1', 'b1']);
    await clock.advance(1_000);
    expect(channel.sends.map(({ message }) => message.text)).toEqual(['a1', 'b1', 'a1', 'a2']);
  });

  it('has no more in flight than the channel allows', async () => {
    const { channel, clock, server } = await startOn({
      capabilities: { maxInFlight: 2 },
      fallback: { send: outcome.hang() },
    });
    for (const conversation of ['a', 'b', 'c']) void server.enqueue({ conversation, text: 'x' });
    await clock.settle();
    expect(channel.sends).toHaveLength(2);
    channel.sends[0]?.answer(outcome.ok());
    await clock.settle();
    expect(channel.sends).toHaveLength(3);
  });

  it('sends nothing while there is no link, and all of it once there is one', async () => {
    const { channel, clock, server } = await startOn({ script: { connect: [outcome.fail('down')] } });
    const sent = server.send({ conversation: 'room', text: 'a' });
    await clock.advance(200);
    expect(channel.sends).toHaveLength(0);
    expect(server.healthSnapshot().senderQueueDepth).toBe(1);
    await clock.advance(50);
    expect(await sent).toEqual({ externalMessageId: 1 });
  });

  it('refuses what is over the capacity: queued, waiting and in flight together', async () => {
    const { clock, server } = await startOn({ fallback: { send: fail } }, { sender: { capacity: 2 } });
    void server.enqueue({ conversation: 'a', text: '1' });
    await clock.settle();
    void server.enqueue({ conversation: 'a', text: '2' });
    await expect(server.enqueue({ conversation: 'b', text: '3' })).rejects.toThrow(QueueFullError);
    expect(server.healthSnapshot().senderQueueDepth).toBe(2);
  });

  it('answers a key that was sent with the receipt of the first, and does not send again', async () => {
    const { channel, clock, events, server } = await startOn();
    const first = server.send({ conversation: 'a', text: '1', idempotencyKey: 'k' });
    const second = server.send({ conversation: 'b', text: '2', idempotencyKey: 'k' });
    await clock.settle();
    expect(await second).toEqual(await first);
    expect(channel.sends).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({
      name: 'delivery.skipped_duplicate',
      metadata: { idempotencyKey: 'k', externalMessageId: 1 },
    });
  });

  it('does not take a null key for a key', async () => {
    const { channel, clock, server } = await startOn();
    for (const text of ['1', '2']) void server.enqueue({ conversation: 'a', text, idempotencyKey: null });
    await clock.settle();
    expect(channel.sends).toHaveLength(2);
  });

  it.each([
    ['throws at once', outcome.throwAtOnce(new Error('bang'))],
    ['answers with garbage', outcome.garbage('ok')],
    ['hangs past the deadline', outcome.hang()],
  ])('a channel that %s costs one attempt and loses nothing', async (_, bad) => {
    const { channel, clock, server } = await startOn({ script: { send: [bad] } });
    const sent = server.send({ conversation: 'a', text: '1' });
    await clock.advance(40_000);
    await sent;
    expect(channel.sends).toHaveLength(2);
  });

  it('puts a message that the peer refuses aside at once, and blames nobody else for it', async () => {
    const refused = outcome.fail(failure({ scope: 'message', code: 'scripted.400', delivered: 'no' }));
    const { channel, clock, server } = await startOn({ script: { send: [refused] } });
    const { settled } = await server.enqueue({ conversation: 'a', text: '1' });
    const next = server.send({ conversation: 'a', text: '2' });
    await clock.settle();
    await expect(settled).rejects.toMatchObject({ attempts: 1, failure: { code: 'scripted.400' } });
    await next;
    expect(channel.sends).toHaveLength(2);
    expect(server.status().consecutiveFailures).toBe(0);
  });

  it('a link that is suspected is probed at once', async () => {
    const reset = outcome.fail(failure({ scope: 'link', code: 'scripted.reset' }));
    const { channel, clock, server } = await startOn({ script: { send: [reset], probe: [outcome.fail('dead')] } });
    const sent = server.send({ conversation: 'a', text: '1' });
    await clock.settle();
    expect(channel.callCount('probe')).toBe(1);
    expect(server.status()).toMatchObject({ status: 'disconnected', lastError: 'dead' });
    await clock.advance(1_000);
    await sent;
  });

  it('the failure that reaches the limit renews the link, though its probes are well', async () => {
    const { channel, clock, server } = await startOn({ fallback: { send: fail } }, { failureLimit: 3 });
    void server.enqueue({ conversation: 'a', text: '1' });
    await clock.advance(2_000);
    expect(channel.callCount('connect')).toBe(2);
    expect(channel.callCount('probe')).toBe(0);
    expect(server.status().status).toBe('connected');
  });
});

describe('R10: rate limits', () => {
  it('a 429 waits Retry-After, uses up no attempt, and is no failure', async () => {
    const limited = outcome.fail(failure({ scope: 'rate', code: 'scripted.429', retryAfterMs: 7_000 }));
    const { channel, clock, events, server } = await startOn(
      { script: { send: [limited] } },
      { sender: { maxAttempts: 1 } },
    );
    const sent = server.send({ conversation: 'a', text: '1' });
    void server.enqueue({ conversation: 'b', text: '2' });
    await clock.advance(6_999);
    expect(channel.sends).toHaveLength(1);
    await clock.advance(1);
    await sent;
    expect(channel.sends).toHaveLength(3);
    expect(server.status().consecutiveFailures).toBe(0);
    const attempts = events
      .filter(({ name }) => name === 'delivery.attempt')
      .map(({ metadata }) => metadata['attempt']);
    expect(attempts).toEqual([1, 1, 1]);
    expect(events.find(({ name }) => name === 'delivery.paused')?.metadata).toMatchObject({ pausedMs: 7_000 });
  });
});

describe('R7: stop', () => {
  it('sends what is queued first, and accounts for all of it', async () => {
    const { channel, clock, server } = await startOn();
    for (const text of ['1', '2', '3']) void server.enqueue({ conversation: 'a', text });
    const stopped = server.stop();
    await clock.settle();
    expect(await stopped).toEqual({ ...nothing, accepted: 3, sent: 3 });
    expect(channel.sends).toHaveLength(3);
  });

  it('hands back what it could not send before the deadline, and says so to whoever waits', async () => {
    const { clock, server } = await startOn({ script: { send: [outcome.ok(), outcome.hang()] } });
    const deliveriesOf = await Promise.all(['1', '2', '3'].map((text) => server.enqueue({ conversation: 'a', text })));
    const stopped = server.stop({ deadlineMs: 5_000 });
    await clock.advance(5_000);
    const account = await stopped;
    expect(account).toMatchObject({
      ...nothing,
      accepted: 3,
      sent: 1,
      unknown: 1,
      handedBack: [{ text: '3' }],
      uncertain: [{ text: '2' }],
    });
    await expect(deliveriesOf[1]?.settled).rejects.toBeInstanceOf(DeliveryUnknownError);
    await expect(deliveriesOf[2]?.settled).rejects.toBeInstanceOf(HandedBackError);
    expect(clock.pending()).toEqual([]);
  });

  it('drains for half of a short deadline at least, whatever grace the link may have for closing', async () => {
    const { clock, server } = await startOn({ fallback: { send: outcome.delayed(700, outcome.ok()) } });
    void server.enqueue({ conversation: 'a', text: '1' });
    const stopped = server.stop({ deadlineMs: 1_500 });
    await clock.advance(1_500);
    expect(await stopped).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it('hands everything back at once when there is no link', async () => {
    const { server } = await startOn({ fallback: { connect: outcome.fail('down') } });
    void server.enqueue({ conversation: 'a', text: '1' });
    const account = await server.stop();
    expect(account).toMatchObject({ ...nothing, accepted: 1, handedBack: [{ text: '1' }] });
  });

  it('ends at once when the link dies while it drains', async () => {
    const { channel, clock, server } = await startOn({ fallback: { send: outcome.hang() } });
    void server.enqueue({ conversation: 'a', text: '1' });
    await clock.settle();
    const stopped = server.stop();
    await clock.settle();
    expect(server.status().substate).toBe('draining');
    expect(server.healthSnapshot().ready).toBe(false);
    channel.links[0]?.drop();
    await clock.settle();
    expect(await stopped).toMatchObject({ ...nothing, accepted: 1, unknown: 1, uncertain: [{ text: '1' }] });
  });
});
