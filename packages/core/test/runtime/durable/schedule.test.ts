import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { failing, inDoubt, World } from './World.ts';

const message = { conversation: '42', text: 'hello' };
const second = { conversation: '42', text: 'second' };

describe('a restart while a message waits', () => {
  it('keeps its attempts and its time: it is not tried earlier, and given up no later', async () => {
    const options = { instance: { sender: { baseBackoffMs: 10_000, maxAttempts: 2 } } };
    const world = new World({ script: { send: [failing({ delivered: 'no' }), failing({ delivered: 'no' })] } });
    const first = await world.start(options);
    const { jobId } = await first.server.enqueue(message);
    await world.clock.settle();
    const [entry] = (await world.stored()).outbox;
    expect(entry).toMatchObject({ attempts: 1, state: 'queued' });
    expect(entry?.notBeforeMs).toBeGreaterThanOrEqual(1_010_000);
    const { server } = await world.restart(first, options);
    await world.clock.advance((entry?.notBeforeMs ?? 0) - 1_000_000 - 1);
    expect(world.sentTexts).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.sentTexts).toHaveLength(2);
    expect(server.delivery(jobId)).toMatchObject({ state: 'failed', attempts: 2 });
    expect(await world.letters()).toMatchObject([{ id: jobId, attempts: 2, state: 'dead' }]);
  });

  it.each(['hold', 'fail'] as const)('a certain failure leaves no doubt behind (%s)', async (unknownOutcome) => {
    const options = { instance: { sender: { unknownOutcome } } };
    const world = new World({ script: { send: [failing({ delivered: 'no' })] } });
    const first = await world.start(options);
    await first.server.enqueue(message);
    await world.clock.settle();
    await world.restart(first, options);
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello', 'hello']);
    expect((await world.stored()).outbox).toEqual([]);
    expect(await world.letters()).toEqual([]);
  });

  it('the doubt of an attempt before a certain failure is not forgotten', async () => {
    const world = new World({ script: { send: [inDoubt, failing({ delivered: 'no' })] } });
    const first = await world.start({ instance: { sender: { baseBackoffMs: 1_000 } } });
    const { jobId } = await first.server.enqueue(message);
    await world.clock.advance(1_500);
    expect(world.sentTexts).toHaveLength(2);
    const { server } = await world.restart(first, { instance: { sender: { unknownOutcome: 'hold' } } });
    await world.clock.advance(60_000);
    expect(server.delivery(jobId)).toMatchObject({ state: 'held', mayBeDelivered: true });
  });

  it.each(['conversation', 'instance'] as const)(
    'F2: a 429 is waited out by its message also in the next process, and uses up no attempt (%s)',
    async (pauses) => {
      const world = new World({
        script: { send: [failing({ scope: 'rate', retryAfterMs: 60_000, pauses, delivered: 'no' })] },
      });
      const first = await world.start();
      await first.server.enqueue(message);
      await first.server.enqueue(second);
      await world.clock.settle();
      expect((await world.stored()).outbox[0]).toMatchObject({ attempts: 0, state: 'queued', notBeforeMs: 1_060_000 });
      await world.clock.advance(10_000);
      await world.restart(first);
      await world.clock.advance(49_999);
      expect(world.sentTexts).toEqual(['hello']);
      await world.clock.advance(1);
      expect(world.sentTexts).toEqual(['hello', 'hello', 'second']);
    },
  );

  it('F2: a Retry-After of two hours is waited out over several restarts', async () => {
    const retryAfterMs = 7_200_000;
    const rate = failing({ scope: 'rate', retryAfterMs, delivered: 'no' });
    const world = new World({ capabilities: { inbound: 'none' }, script: { send: [rate] } });
    const first = await world.start();
    await first.server.enqueue(message);
    await world.clock.settle();
    const again = await world.restart(first);
    await world.clock.advance(3_600_000);
    await world.restart(again);
    await world.clock.advance(3_599_999);
    expect(world.sentTexts).toHaveLength(1);
    await world.clock.advance(1);
    expect(world.sentTexts).toHaveLength(2);
  });

  it('one that is held on a long Retry-After is not sent by the next process before that is over', async () => {
    const options = { instance: { sender: { longRetryAfter: 'hold', maxRetryAfterMs: 1_000 } } } as const;
    const rate = failing({ scope: 'rate', retryAfterMs: 60_000, delivered: 'no' });
    const world = new World({ script: { send: [rate] } });
    const first = await world.start(options);
    const { jobId } = await first.server.enqueue(message);
    await world.clock.settle();
    expect(first.server.delivery(jobId)).toMatchObject({ state: 'held', mayBeDelivered: false });
    await world.restart(first, options);
    await world.clock.advance(59_999);
    expect(world.sentTexts).toEqual(['hello']);
    await world.clock.advance(1);
    expect(world.sentTexts).toEqual(['hello', 'hello']);
  });

  it('a priority survives: the more urgent conversation goes first', async () => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const first = await world.start();
    for (const priority of ['low', 'normal', 'high'] as const)
      await first.server.enqueue({ conversation: priority, text: priority, priority });
    await world.restart(first);
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['high', 'normal', 'low']);
  });
});
