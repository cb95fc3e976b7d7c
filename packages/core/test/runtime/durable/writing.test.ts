import { outcome } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { killSender } from '../../actors/killSender.ts';
import { isAttempt } from './ProcessStore.ts';
import { World } from './World.ts';

/** Under a key of the app's it does not go in the commit that accepts it: the store is asked for the key first. */
const message = { conversation: '42', text: 'hello', idempotencyKey: 'ours' };

describe('J2, S7: while it is written down that a message goes to the peer', () => {
  it('no more of them are than the channel sends at once', async () => {
    const world = new World({ capabilities: { maxInFlight: 2 }, fallback: { send: outcome.hang() } });
    const { server, store } = await world.start();
    store.hang(isAttempt);
    const texts = ['a', 'b', 'c', 'd'];
    await Promise.all(texts.map((text) => server.enqueue({ conversation: text, text, idempotencyKey: text })));
    await world.clock.settle();
    store.release();
    await world.clock.settle();
    const { outbox } = await world.stored();
    expect(outbox.map(({ state }) => state)).toEqual(['attempting', 'attempting', 'queued', 'queued']);
  });

  it('a Sender that breaks has not sent it: the next one does, and it is the first attempt', async () => {
    const world = new World();
    const { events, server, store } = await world.start();
    store.hang(isAttempt);
    await server.enqueue(message);
    await world.clock.settle();
    killSender(server);
    await world.clock.settle();
    store.release();
    await world.clock.advance(1_000);
    expect(world.sentTexts).toEqual(['hello']);
    const attempts = events.filter(({ name }) => name === 'delivery.attempt');
    expect(attempts.map(({ metadata }) => metadata['attempt'])).toEqual([1]);
  });
});

describe('a commit', () => {
  it('is of what there is to write: none is empty', async () => {
    const world = new World();
    const { messaging, server, store } = await world.start({ instance: { onMessage: () => undefined } });
    await server.enqueue(message);
    world.channel.deliver({ id: '1', conversation: '42', text: 'in' });
    await world.clock.settle();
    await messaging.stop();
    expect(store.commits.length).toBeGreaterThan(3);
    expect(store.commits.filter((changes) => changes.length === 0)).toEqual([]);
  });

  it('after a store that could not be read holds what was left to write, and nothing else', async () => {
    const world = new World();
    const { server, store } = await world.start({
      prepare: (unreadable) => {
        unreadable.isUnreadable = true;
      },
    });
    await server.enqueue(message).catch(() => undefined);
    await world.clock.advance(1_000);
    store.isUnreadable = false;
    await world.clock.advance(60_000);
    await server.enqueue({ ...message, text: 'second' });
    await world.clock.settle();
    expect(world.sentTexts).toEqual(['second']);
    expect(store.commits.flat().filter((change) => typeof change !== 'object')).toEqual([]);
  });
});
