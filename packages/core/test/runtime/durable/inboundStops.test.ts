import type { InboundMessage, MessageHandler, StoreChange } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { World } from './World.ts';

const message: InboundMessage = { id: 'a', conversation: 'room', text: 'hello' };
const isLetter = (change: StoreChange): boolean => change.type === 'deadLetter.put';

describe('a store that cannot take down how far the reading got', () => {
  it('rests the reading until it can, however long that is', async () => {
    const world = new World();
    const { store } = await world.start({ instance: { onMessage: () => undefined } });
    store.isBroken = true;
    world.channel.deliver(message);
    await world.clock.settle();
    const polls = world.channel.callCount('poll');
    await world.clock.advance(5_500);
    expect(world.channel.callCount('poll')).toBe(polls);
    store.isBroken = false;
    await world.clock.advance(500);
    expect([world.channel.committedCursor, world.channel.callCount('poll')]).toEqual([1, polls + 1]);
  });
});

describe('a message that the handler would not take', () => {
  it('is not passed over when the link goes before its dead letter is written: it is handed over again', async () => {
    const seen: string[] = [];
    const onMessage: MessageHandler = ({ id }) => {
      seen.push(id);
      throw new Error('no');
    };
    const world = new World();
    const { store } = await world.start({ instance: { onMessage, poller: { maxHandlingAttempts: 1 } } });
    for (let n = 0; n < 3; n += 1) store.failNext('rejected', isLetter);
    world.channel.deliver(message);
    await world.clock.advance(1_500);
    expect(seen).toEqual(['a']);
    world.channel.links.at(-1)?.drop();
    await world.clock.settle();
    expect([(await world.stored()).cursor, await world.letters()]).toEqual([null, []]);
    await world.clock.advance(5_000);
    expect(seen).toEqual(['a', 'a']);
    expect([(await world.stored()).cursor, (await world.letters()).length]).toEqual([1, 1]);
  });
});
