import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing } from '../running.ts';
import { isAttempt, isFate } from './ProcessStore.ts';
import { World } from './World.ts';

const message = { conversation: '42', text: 'hello' };
const hanging = { connect: outcome.hang() };

describe('an orderly stop', () => {
  it('leaves what it hands back in the store, and the next start sends it once', async () => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const first = await world.start();
    const { settled } = await first.server.enqueue(message);
    const stopped = first.server.stop({ deadlineMs: 0 });
    await world.clock.advance(0);
    expect(await stopped).toMatchObject({ accepted: 1, handedBack: [{ text: 'hello' }] });
    expect(await errorOf(() => settled)).toMatchObject({
      code: 'HANDED_BACK',
      isKept: true,
      message: expect.stringContaining('is sent when the instance is started again'),
    });
    expect((await world.stored()).outbox).toMatchObject([{ state: 'queued' }]);
    const { server } = await world.restart(first);
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it.each(['retry', 'hold', 'fail'] as const)(
    'leaves what it cut off in doubt, and the next start does as its policy says (%s)',
    async (unknownOutcome) => {
      const options = { instance: { sender: { unknownOutcome } } };
      const world = new World({ script: { send: [outcome.hang()] } });
      const first = await world.start(options);
      const { jobId, settled } = await first.server.enqueue(message);
      const stopped = first.server.stop({ deadlineMs: 1_000 });
      await world.clock.advance(1_000);
      expect(await stopped).toMatchObject({ accepted: 1, unknown: 1, uncertain: [{ text: 'hello' }] });
      expect(await errorOf(() => settled)).toMatchObject({ code: 'DELIVERY_UNKNOWN' });
      expect((await world.stored()).outbox).toMatchObject([{ jobId, state: 'attempting' }]);
      expect(await world.letters()).toEqual([]);
      const { server } = await world.restart(first, options);
      await world.clock.advance(60_000);
      expect(world.sentTexts).toHaveLength(unknownOutcome === 'retry' ? 2 : 1);
      const states = { retry: 'sent', hold: 'held', fail: 'unknown' };
      expect(server.delivery(jobId)).toMatchObject({ state: states[unknownOutcome] });
    },
  );

  it('drains what waits for the store, when the store answers in time', async () => {
    const world = new World();
    const first = await world.start();
    first.store.hang(isAttempt);
    await first.server.enqueue({ ...message, idempotencyKey: 'ours' });
    await world.clock.settle();
    const stopped = first.server.stop({ deadlineMs: 1_000 });
    await world.clock.advance(400);
    first.store.release();
    await world.clock.settle();
    expect(await stopped).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it('at its deadline it hands back what waits for the store; the next process does not doubt it', async () => {
    const world = new World();
    const first = await world.start();
    first.store.hang(isAttempt);
    await first.server.enqueue({ ...message, idempotencyKey: 'ours' });
    const stopped = first.server.stop({ deadlineMs: 1_000 });
    await world.clock.advance(1_000);
    expect(await stopped).toMatchObject({ accepted: 1, unknown: 0, handedBack: [{ text: 'hello' }] });
    first.store.release();
    await world.clock.settle();
    expect((await world.stored()).outbox).toMatchObject([{ state: 'queued', attempts: 0 }]);
    const { server } = await world.restart(first, { instance: { sender: { unknownOutcome: 'fail' } } });
    await world.clock.advance(1_000);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it('waits until what became of its messages is written', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang(isFate);
    void server.send({ ...message, idempotencyKey: 'key' });
    await world.clock.settle();
    let isStopped = false;
    const stopped = server.stop().then((account) => {
      isStopped = true;
      return account;
    });
    await world.clock.advance(3_000);
    expect(isStopped).toBe(false);
    store.release();
    await world.clock.settle();
    expect(await stopped).toEqual({ ...nothing, accepted: 1, sent: 1 });
    expect((await world.stored()).keys).toHaveLength(1);
  });

  it.each([0, 1_000, 10_000])(
    'R7: settles at its deadline when the store hangs for ever (%i ms)',
    async (deadlineMs) => {
      const world = new World();
      const { messaging, server, store } = await world.start();
      await server.send({ conversation: 'other', text: 'sent' });
      store.hang();
      void server.enqueue(message);
      await world.clock.settle();
      let stoppedAtMs = -1;
      const stopped = messaging.stop({ deadlineMs }).then((accounts) => {
        stoppedAtMs = world.clock.now();
        return accounts.get('bot') ?? nothing;
      });
      await world.clock.advance(deadlineMs + 5_000);
      expect(stoppedAtMs).toBeLessThanOrEqual(1_000_000 + deadlineMs);
      const { accepted, sent, handedBack } = await stopped;
      expect([accepted, sent, handedBack.length]).toEqual([2, 1, 1]);
      expect(world.clock.pending()).toEqual([]);
    },
  );

  it('R7: settles when the store fails every write', async () => {
    const world = new World();
    const { messaging, server, store } = await world.start();
    await server.enqueue(message);
    store.isBroken = true;
    const stopped = messaging.stop({ deadlineMs: 4_000 });
    await world.clock.advance(4_000);
    const { accepted, sent, unknown, handedBack } = (await stopped).get('bot') ?? nothing;
    expect(accepted).toBe(1);
    expect(accepted).toBe(sent + unknown + handedBack.length);
    expect(world.clock.pending()).toEqual([]);
  });

  it('frees the id when it is over, so that the instance can be started again in the same process', async () => {
    const world = new World({ fallback: hanging });
    const { messaging, server } = await world.start();
    await server.enqueue(message);
    const stopped = server.stop({ deadlineMs: 0 });
    await world.clock.advance(0);
    await stopped;
    world.channel.append({ connect: [outcome.ok()] });
    await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('without a store what it hands back is not kept', async () => {
    const world = new World({ fallback: hanging });
    const { server } = await world.start({ messaging: { store: undefined } });
    const { settled } = await server.enqueue(message);
    const stopped = server.stop({ deadlineMs: 0 });
    await world.clock.advance(0);
    expect((await stopped).handedBack).toHaveLength(1);
    expect(await errorOf(() => settled)).toMatchObject({ code: 'HANDED_BACK', isKept: false });
  });

  it('whose fates are not written yet is waited for by the next start in this process: nothing is sent twice', async () => {
    const world = new World();
    const { messaging, server, store } = await world.start();
    store.hang(isFate);
    await server.enqueue(message);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
    const stopped = server.stop({ deadlineMs: 0 });
    await world.clock.advance(0);
    await stopped;
    await world.clock.settle();
    await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    await world.clock.advance(1_000);
    store.release();
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('whose fates could not be written leaves them to the next start in this process', async () => {
    const world = new World();
    const { messaging, server, store } = await world.start();
    for (let n = 0; n < 4; n += 1) store.failNext('rejected', isFate);
    await server.enqueue(message);
    await world.clock.settle();
    await server.stop();
    expect((await world.stored()).outbox).toMatchObject([{ state: 'attempting' }]);
    store.heal();
    await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
    await world.clock.advance(60_000);
    expect(world.sentTexts).toEqual(['hello']);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('that the store outlasts says nothing after it: no delivery.queued comes behind instance.stopped', async () => {
    const world = new World();
    const { names, server, store } = await world.start();
    store.hang();
    void server.enqueue(message);
    await world.clock.settle();
    const stopped = server.stop({ deadlineMs: 100 });
    await world.clock.advance(5_000);
    await stopped;
    store.release();
    await world.clock.advance(1_000);
    expect(names().at(-1)).toBe('instance.stopped');
  });
});
