import { outcome } from '@holdfast/testing';
import { NotStoredError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { killSender } from '../../actors/killSender.ts';
import { errorOf, nothing } from '../running.ts';
import { isAttempt } from './ProcessStore.ts';
import { failing, inDoubt, type Running, World } from './World.ts';

const message = { conversation: '42', text: 'hello' };

/** The states in which messages were written down, in order. */
function written({ store }: Running): string[] {
  const changes = store.commits.flat();
  return changes.flatMap((change) => (change.type === 'outbox.put' ? [change.entry.state] : []));
}

/** The Sender breaks while these are being accepted, each of which was to go at once; another one has taken its place. */
async function breakDuring(world: World, accept: (running: Running) => void): Promise<Running> {
  const running = await world.start();
  running.store.hang(isAttempt);
  accept(running);
  await world.clock.settle();
  killSender(running.server);
  await world.clock.settle();
  return running;
}

describe('J1, J2: a message that can go at once', () => {
  it('is accepted, and written down as going to the peer, in one commit', async () => {
    const world = new World({ fallback: { send: outcome.hang() } });
    const running = await world.start();
    const { jobId } = await running.server.enqueue(message);
    expect(written(running)).toEqual(['attempting']);
    expect((await world.stored()).outbox).toMatchObject([{ jobId, state: 'attempting', attempts: 1 }]);
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello']);
    expect(running.names().slice(-2)).toEqual(['delivery.queued', 'delivery.attempt']);
  });

  it('is not sent before that is in the store', async () => {
    const world = new World();
    const { server, store } = await world.start();
    store.hang(isAttempt);
    const accepted = server.enqueue(message);
    await world.clock.advance(20_000);
    expect(world.sentTexts).toEqual([]);
    store.release();
    await (await accepted).settled;
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('is one that failed once, sent again and counted as any other', async () => {
    const world = new World({ script: { send: [inDoubt] } });
    const { events, server } = await world.start();
    const { settled } = await server.enqueue(message);
    await world.clock.advance(20_000);
    await settled;
    const attempts = events.filter(({ name }) => name === 'delivery.attempt');
    expect(attempts.map(({ metadata }) => metadata['attempt'])).toEqual([1, 2]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });

  it.each(['rejected', 'thrown'] as const)(
    'and cannot be written down (%s) was never accepted, nor sent',
    async (how) => {
      const world = new World();
      const { server, store } = await world.start();
      store.failNext(how);
      expect(await errorOf(() => server.enqueue(message))).toBeInstanceOf(NotStoredError);
      await (await server.enqueue({ ...message, text: 'next' })).settled;
      expect(world.sentTexts).toEqual(['next']);
      expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
    },
  );

  it('and was refused leaves its place in the peer’s limit (S6) to the next', async () => {
    const world = new World({ capabilities: { sendRate: { count: 1, perMs: 60_000 } } });
    const { server, store } = await world.start();
    store.failNext('rejected');
    await errorOf(() => server.enqueue(message));
    await (await server.enqueue({ ...message, text: 'next' })).settled;
    expect(world.sentTexts).toEqual(['next']);
  });

  it('goes again after a crash that came before anybody learned that it was accepted, as one in doubt', async () => {
    const world = new World();
    const first = await world.start();
    first.store.dieAtCommit(0, true);
    void first.server.enqueue(message);
    await world.clock.settle();
    const { server } = await world.restart(first, { instance: { sender: { unknownOutcome: 'fail' } } });
    await world.clock.settle();
    expect(world.sentTexts).toEqual([]);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, unknown: 1 });
  });
});

describe('S1, O1: a message waits for its turn, and is accepted without going', () => {
  it('behind another of its conversation', async () => {
    const world = new World({ fallback: { send: outcome.hang() } });
    const running = await world.start();
    await running.server.enqueue(message);
    await running.server.enqueue({ ...message, text: 'after' });
    await world.clock.settle();
    expect(written(running)).toEqual(['attempting', 'queued']);
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('where as many are on their way as the channel sends at once, those included that are being written down', async () => {
    const world = new World({ capabilities: { maxInFlight: 2 }, fallback: { send: outcome.hang() } });
    const running = await world.start();
    running.store.hang();
    const texts = ['a', 'b', 'c'];
    const accepted = texts.map((text) => running.server.enqueue({ conversation: text, text }));
    running.store.release();
    await Promise.all(accepted);
    await world.clock.settle();
    expect(written(running)).toEqual(['attempting', 'attempting', 'queued']);
    expect(world.sentTexts).toEqual(['a', 'b']);
  });

  it('without a link', async () => {
    const world = new World({ script: { connect: [outcome.hang()] } });
    const running = await world.start();
    await running.server.enqueue(message);
    expect(written(running)).toEqual(['queued']);
  });

  it('behind what waits for the place that has just become free', async () => {
    const world = new World({ capabilities: { maxInFlight: 1 }, script: { send: [outcome.hang()] } });
    const running = await world.start({
      messaging: {
        observer: ({ name }) => {
          if (name !== 'delivery.sent' || world.channel.sends.length > 1) return;
          void running.server.enqueue({ conversation: 'c', text: 'c' });
        },
      },
    });
    await running.server.enqueue(message);
    await running.server.enqueue({ conversation: 'b', text: 'b' });
    await world.clock.settle();
    world.channel.sends[0]?.answer(outcome.ok());
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['hello', 'b', 'c']);
    expect(written(running)).toEqual(['attempting', 'queued', 'queued', 'attempting', 'attempting']);
  });

  it('under a key of the app’s, for which the store is asked first', async () => {
    const world = new World();
    const running = await world.start();
    await (await running.server.enqueue({ ...message, idempotencyKey: 'ours' })).settled;
    expect(written(running)).toEqual(['queued', 'attempting']);
  });

  it('while the peer allows no more for now (S6), and goes when it does', async () => {
    const world = new World({ capabilities: { sendRate: { count: 1, perMs: 1_000 } } });
    const running = await world.start();
    await running.server.enqueue(message);
    await running.server.enqueue({ conversation: 'b', text: 'b' });
    await world.clock.advance(999);
    expect(world.sentTexts).toEqual(['hello']);
    await world.clock.advance(1);
    expect(world.sentTexts).toEqual(['hello', 'b']);
    expect(written(running)).toEqual(['attempting', 'queued', 'attempting']);
  });
});

describe('a message that was to go at once, and is written down', () => {
  it('after its link went: it is sent over the next one, and was no attempt', async () => {
    const world = new World();
    const { events, server, store } = await world.start();
    store.hang(isAttempt);
    const accepted = server.enqueue(message);
    await world.clock.settle();
    world.channel.links.at(-1)?.drop();
    await world.clock.settle();
    store.release();
    await accepted;
    await world.clock.advance(10_000);
    expect(world.channel.sends.map(({ linkNumber }) => linkNumber)).toEqual([2]);
    expect(events.filter(({ name }) => name === 'delivery.attempt')).toMatchObject([{ metadata: { attempt: 1 } }]);
  });

  it('after the peer asked for a wait (F2): it waits', async () => {
    const world = new World({ script: { send: [outcome.hang()] }, capabilities: { maxInFlight: 2 } });
    const { server, store } = await world.start();
    await server.enqueue({ conversation: 'a', text: 'a' });
    await world.clock.settle();
    store.hang(isAttempt);
    const accepted = server.enqueue(message);
    await world.clock.settle();
    world.channel.sends[0]?.answer(failing({ scope: 'rate', retryAfterMs: 30_000, pauses: 'instance' }));
    await world.clock.settle();
    store.release();
    await accepted;
    await world.clock.advance(29_999);
    expect(world.channel.sends.map(({ message: { text } }) => text)).toEqual(['a']);
    await world.clock.advance(1);
    expect(world.channel.sends.map(({ message: { text } }) => text).sort()).toEqual(['a', 'a', 'hello']);
  });

  it('after it was withdrawn, or had expired: it is not sent, and not in the store', async () => {
    const world = new World();
    const { server, store } = await world.start();
    const abort = new AbortController();
    store.hang(isAttempt);
    const late = server.enqueue({ conversation: 'late', text: 'late', expiresAt: 1_005_000 });
    const unwanted = server.enqueue(message, { signal: abort.signal });
    await world.clock.advance(5_000);
    abort.abort();
    store.release();
    const jobIds = [(await late).jobId, (await unwanted).jobId];
    await world.clock.settle();
    expect(world.sentTexts).toEqual([]);
    expect(jobIds.map((jobId) => server.delivery(jobId)?.state)).toEqual(['expired', 'withdrawn']);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('after the Sender broke: the next one sends it, and it is the first attempt', async () => {
    const world = new World({ capabilities: { maxInFlight: 2 } });
    const accepted: Promise<unknown>[] = [];
    const { events, store } = await breakDuring(world, ({ server }) => {
      for (const one of [message, { conversation: 'b', text: 'b' }]) accepted.push(server.enqueue(one));
    });
    store.release();
    await Promise.all(accepted);
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['hello', 'b']);
    const attempts = events.filter(({ name }) => name === 'delivery.attempt');
    expect(attempts.map(({ metadata }) => metadata['attempt'])).toEqual([1, 1]);
  });

  it('after the Sender broke: the next one has its place in the peer’s limit (S6)', async () => {
    const world = new World({ capabilities: { sendRate: { count: 1, perMs: 60_000 } } });
    const { store } = await breakDuring(world, ({ server }) => void server.enqueue(message));
    store.release();
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['hello']);
  });

  it('after the Sender broke, and the store refuses it: the peer’s limit (S6) is what it was', async () => {
    const world = new World({ capabilities: { sendRate: { count: 1, perMs: 60_000 } } });
    let refused: Promise<unknown> | undefined;
    const { server, store } = await breakDuring(world, (running) => {
      running.store.failNext('rejected', isAttempt);
      refused = errorOf(() => running.server.enqueue(message));
    });
    store.release();
    expect(await refused).toBeInstanceOf(NotStoredError);
    await world.clock.advance(1_000);
    for (const text of ['a', 'b', 'c']) await server.enqueue({ conversation: text, text });
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['a']);
  });

  it('after the Sender broke, and nobody can send it: the store no longer says that it goes', async () => {
    const world = new World({ script: { connect: [outcome.ok(), outcome.hang()] } });
    const { store } = await breakDuring(world, ({ server }) => void server.enqueue(message));
    store.release();
    await world.clock.settle();
    expect((await world.stored()).outbox).toMatchObject([{ state: 'queued', attempts: 0 }]);
  });

  it('after the Sender broke, and it was withdrawn: it does not come back', async () => {
    const world = new World({ script: { connect: [outcome.ok(), outcome.hang()] } });
    const abort = new AbortController();
    const { store } = await breakDuring(world, ({ server }) => void server.enqueue(message, { signal: abort.signal }));
    abort.abort();
    store.release();
    await world.clock.settle();
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('after the Sender broke, and the store refuses it: it was never accepted', async () => {
    const world = new World();
    let refused: Promise<unknown> | undefined;
    const { server, store } = await breakDuring(world, (running) => {
      running.store.failNext('rejected', isAttempt);
      refused = errorOf(() => running.server.enqueue(message));
    });
    store.release();
    expect(await refused).toBeInstanceOf(NotStoredError);
    await world.clock.advance(10_000);
    expect(world.sentTexts).toEqual([]);
    expect(await server.stop()).toEqual(nothing);
  });

  it('after a stop handed it back: it stays in the store, and the next process does not doubt it', async () => {
    const world = new World();
    const first = await world.start();
    first.store.hang(isAttempt);
    const accepted = first.server.enqueue(message);
    const stopped = first.server.stop({ deadlineMs: 1_000 });
    await world.clock.advance(1_000);
    expect(await stopped).toMatchObject({ accepted: 1, unknown: 0, handedBack: [{ text: 'hello' }] });
    first.store.release();
    await accepted;
    await world.clock.settle();
    expect((await world.stored()).outbox).toMatchObject([{ state: 'queued', attempts: 0 }]);
    const { server } = await world.restart(first, { instance: { sender: { unknownOutcome: 'fail' } } });
    await world.clock.advance(1_000);
    expect(await server.stop()).toEqual({ ...nothing, accepted: 1, sent: 1 });
  });
});
