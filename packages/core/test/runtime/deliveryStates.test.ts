import { outcome } from '@holdfast/testing';
import { SheddingError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, startOnChannel } from './running.ts';

const message = { conversation: '42', text: 'hello' };
const offline = { channel: { fallback: { connect: outcome.hang() } } };

describe('the state of a delivery', () => {
  it('is queued, then in flight, then sent with its receipt, and stays so after the stop', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { script: { connect: [outcome.fail('down')], send: [outcome.hang()] } },
    });
    const { jobId } = await server.enqueue(message);
    expect(server.delivery(jobId)).toEqual({ state: 'queued', attempts: 0 });
    server.retry();
    await clock.settle();
    expect(server.delivery(jobId)).toEqual({ state: 'inFlight', attempts: 1 });
    channel.sends[0]?.answer(outcome.ok());
    await clock.settle();
    expect(server.delivery(jobId)).toEqual({ state: 'sent', receipt: { externalMessageId: 1 } });
    await server.stop();
    expect(server.delivery(jobId)).toMatchObject({ state: 'sent' });
  });

  it('is failed, with the attempts and the last failure', async () => {
    const refused = {
      severity: 'recoverable',
      scope: 'message',
      code: 'x.400',
      message: 'no',
      delivered: 'no',
    } as const;
    const { clock, server } = await startOnChannel({ channel: { script: { send: [outcome.fail(refused)] } } });
    const { jobId } = await server.enqueue(message);
    await clock.settle();
    expect(server.delivery(jobId)).toEqual({ state: 'failed', attempts: 1, failure: refused });
  });

  it('is handed back or unknown after a stop, and undefined for what was never accepted', async () => {
    const { clock, server } = await startOnChannel({ channel: { fallback: { send: outcome.hang() } } });
    const [inFlight, queued] = await Promise.all([server.enqueue(message), server.enqueue(message)]);
    await clock.settle();
    const stopped = server.stop({ deadlineMs: 0 });
    await clock.advance(0);
    expect(await stopped).toMatchObject({ accepted: 2, unknown: 1 });
    expect(server.delivery(inFlight.jobId)).toEqual({ state: 'unknown', failure: expect.objectContaining({}) });
    expect(server.delivery(queued.jobId)).toEqual({ state: 'handedBack' });
    expect(server.delivery('nobody')).toBeUndefined();
  });

  it('is remembered for as many settled ones as sentCacheSize says, whatever became of them', async () => {
    const { clock, server } = await startOnChannel({ ...offline, instance: { sender: { sentCacheSize: 2 } } });
    const enqueued = [1, 2, 3, 4].map((n) => server.enqueue({ ...message, expiresAt: clock.now() + n * 10 }));
    const jobs = (await Promise.all(enqueued)).map(({ jobId }) => jobId);
    await clock.advance(30);
    expect(jobs.map((jobId) => server.delivery(jobId)?.state)).toEqual([undefined, 'expired', 'expired', 'queued']);
  });
});

describe('R9: pressure', () => {
  it('is signalled once per change, sheds low priority first, and not after the end', async () => {
    const { events, names, server } = await startOnChannel({ ...offline, instance: { sender: { capacity: 20 } } });
    for (let n = 0; n < 19; n += 1) void server.enqueue(message);
    const changes = () => events.filter(({ name }) => name === 'delivery.pressure_changed');
    expect(changes().map(({ measurements, metadata }) => [measurements['depth'], metadata['level']])).toEqual([
      [14, 'warn'],
      [17, 'degraded'],
      [19, 'shed'],
    ]);
    const error = await errorOf(() => server.enqueue({ ...message, priority: 'low' }));
    expect(error).toBeInstanceOf(SheddingError);
    expect(error).toMatchObject({ code: 'SHEDDING', instanceId: 'bot' });
    void server.enqueue({ ...message, priority: 'normal' });
    for (const priority of ['low', 'normal', 'high'] as const)
      expect(await errorOf(() => server.enqueue({ ...message, priority }))).toMatchObject({ code: 'QUEUE_FULL' });
    const account = await server.stop();
    expect([account.accepted, account.handedBack.length, changes().length]).toEqual([20, 20, 3]);
    expect(names().at(-1)).toBe('instance.stopped');
  });

  it('goes back to normal as messages are sent', async () => {
    const { clock, events, server } = await startOnChannel({ instance: { sender: { capacity: 10 } } });
    for (let n = 0; n < 10; n += 1) void server.enqueue(message);
    await clock.settle();
    const levels = events
      .filter(({ name }) => name === 'delivery.pressure_changed')
      .map(({ metadata }) => metadata['level']);
    expect(levels).toEqual(['warn', 'degraded', 'shed', 'degraded', 'warn', 'normal']);
  });
});

describe('a priority', () => {
  it('decides which conversation is served first when a link comes up', async () => {
    const { channel, clock, server } = await startOnChannel({
      channel: { script: { connect: [outcome.fail('down')] } },
    });
    for (const priority of ['low', 'normal', 'high'] as const)
      void server.enqueue({ conversation: priority, text: priority, priority });
    await clock.advance(1_000);
    expect(channel.sends.map((call) => call.message.text)).toEqual(['high', 'normal', 'low']);
  });
});
