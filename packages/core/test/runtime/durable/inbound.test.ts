import { outcome } from '@holdfast/testing';
import type { MessageHandler } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { type ProcessOptions, World } from './World.ts';

const inbound = (id: string, conversation = '42') => ({ id, conversation, text: `text of ${id}` });

/** A handler that notes what it gets, in all processes. */
function noting(handle: MessageHandler = () => undefined) {
  const seen: string[] = [];
  const onMessage: MessageHandler = (message, context) => {
    seen.push(message.id);
    return handle(message, context);
  };
  return { seen, options: { instance: { onMessage, poller: { maxHandlingAttempts: 1 } } } satisfies ProcessOptions };
}

describe('after a restart', () => {
  it('reading goes on from the cursor of the last commit', async () => {
    const world = new World();
    const { options, seen } = noting();
    const first = await world.start(options);
    world.channel.deliver(inbound('a'));
    world.channel.deliver(inbound('b'));
    await world.clock.settle();
    await world.restart(first, options);
    expect(world.channel.connects.at(-1)?.attempt.cursor).toBe(2);
    expect(world.channel.polls.at(-1)?.cursor).toBe(2);
    world.channel.deliver(inbound('c'));
    await world.clock.settle();
    expect(seen).toEqual(['a', 'b', 'c']);
  });

  it('P6: what was committed is not handed over again, though the peer gives it again', async () => {
    const world = new World({ script: { commit: [outcome.hang()] } });
    const { options, seen } = noting();
    const first = await world.start(options);
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    expect(world.channel.committedCursor).toBeNull();
    first.kill();
    world.channel.deliver(inbound('a'));
    world.channel.deliver(inbound('b'));
    const second = await world.start(options);
    expect(seen).toEqual(['a', 'b']);
    expect(second.names()).toContain('inbound.skipped_duplicate');
    expect(world.channel.committedCursor).toBe(3);
  });

  it('P1: what was handled and not committed is handed over again', async () => {
    const world = new World();
    const { options, seen } = noting();
    const first = await world.start(options);
    first.store.dieAtCommit(0, false);
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    expect([first.isDead, seen]).toEqual([true, ['a']]);
    await world.restart(first, options);
    expect(seen).toEqual(['a', 'a']);
    expect((await world.stored()).handled).toEqual(['a']);
  });

  it('the peer hears of a cursor only when the store has it', async () => {
    const world = new World();
    const { options } = noting();
    const { store } = await world.start(options);
    store.hang();
    world.channel.deliver(inbound('a'));
    await world.clock.advance(20_000);
    expect(world.channel.commits).toEqual([]);
    store.release();
    await world.clock.settle();
    expect(world.channel.committedCursor).toBe(1);
    expect(await world.stored()).toMatchObject({ cursor: 1, handled: ['a'] });
  });

  it('no more ids of handled messages come back than handledCacheSize', async () => {
    const world = new World();
    const { options, seen } = noting();
    const first = await world.start(options);
    for (const id of ['a', 'b', 'c']) {
      world.channel.deliver(inbound(id));
      await world.clock.advance(1);
    }
    await world.restart(first, { instance: { ...options.instance, poller: { handledCacheSize: 2 } } });
    for (const id of ['c', 'b', 'a']) world.channel.deliver(inbound(id));
    await world.clock.settle();
    expect(seen).toEqual(['a', 'b', 'c', 'a']);
  });
});

describe('a store that fails while messages come in', () => {
  it('reading rests until it can be written how far it got; the link is not blamed, and nothing is handled twice', async () => {
    const world = new World();
    const { options, seen } = noting();
    const { names, store } = await world.start(options);
    store.failNext('rejected');
    store.failNext('thrown');
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    expect(world.channel.commits).toEqual([]);
    await world.clock.advance(2_000);
    expect(world.channel.committedCursor).toBe(1);
    expect(seen).toEqual(['a']);
    expect(names().filter((name) => name === 'store.failed')).toHaveLength(2);
    expect(world.channel.links).toHaveLength(1);
    expect((await world.stored()).handled).toEqual(['a']);
  });

  it('a stop in the middle of that ends it at once; the message comes again', async () => {
    const world = new World();
    const { options, seen } = noting();
    const { messaging, store } = await world.start(options);
    store.isBroken = true;
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    const stopped = messaging.stop({ deadlineMs: 5_000 });
    await world.clock.advance(5_000);
    await stopped;
    expect(world.clock.pending()).toEqual([]);
    await world.start(options);
    expect(seen).toEqual(['a', 'a']);
  });
});

describe('J3: a message that the handler would not take', () => {
  const failing = () => noting(() => Promise.reject(new TypeError('token 123:secret')));

  it('is a dead letter when its cursor is committed, and is not handed over again', async () => {
    const world = new World();
    const { options, seen } = failing();
    const first = await world.start(options);
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    expect(await world.letters()).toMatchObject([
      { id: 'in:a', instanceId: 'bot', direction: 'inbound', conversation: '42', attempts: 1, state: 'dead' },
    ]);
    expect(await world.letters()).toMatchObject([
      {
        message: inbound('a'),
        reason: { code: 'holdfast.not_handled', message: expect.stringContaining('TypeError') },
      },
    ]);
    expect(JSON.stringify(await world.letters())).not.toContain('secret');
    await world.restart(first, options);
    expect(seen).toEqual(['a']);
  });

  it('and that cannot be put among the dead letters is kept until it can: no commit passes it, and the handler rests', async () => {
    const world = new World();
    const { options, seen } = failing();
    const { names, store } = await world.start(options);
    store.isBroken = true;
    world.channel.deliver(inbound('a'));
    await world.clock.advance(10_000);
    expect(names()).not.toContain('inbound.gave_up');
    expect(world.channel.commits).toEqual([]);
    expect(store.attempts).toBeLessThan(20);
    store.isBroken = false;
    await world.clock.advance(1_000);
    expect(seen).toEqual(['a']);
    expect(await world.letters()).toHaveLength(1);
    expect(world.channel.committedCursor).toBe(1);
  });

  it('and a stop while its letter cannot be written: the next process hands it over again', async () => {
    const world = new World();
    const { options, seen } = failing();
    const { messaging, store } = await world.start(options);
    store.isBroken = true;
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    const stopped = messaging.stop({ deadlineMs: 5_000 });
    await world.clock.advance(5_000);
    await stopped;
    expect(world.clock.pending()).toEqual([]);
    await world.start(options);
    expect(seen).toEqual(['a', 'a']);
    expect(await world.letters()).toHaveLength(1);
  });

  it('and whose process dies before its letter is written is handed over again', async () => {
    const world = new World();
    const { options, seen } = failing();
    const first = await world.start(options);
    first.store.dieAtCommit(0, false);
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    expect(await world.letters()).toEqual([]);
    await world.restart(first, options);
    expect(seen).toEqual(['a', 'a']);
    expect(await world.letters()).toHaveLength(1);
  });
});

describe('replies', () => {
  const replying = () => noting((message, { reply }) => void reply(`re: ${message.text}`));

  it('are in the store before their message counts as handled', async () => {
    const world = new World({ fallback: { send: outcome.hang() } });
    const { options, seen } = replying();
    const first = await world.start(options);
    first.store.dieAtCommit(1, false);
    world.channel.deliver(inbound('a'));
    await world.clock.settle();
    expect(first.isDead).toBe(true);
    expect((await world.stored()).handled).toEqual([]);
    expect((await world.stored()).outbox).toMatchObject([{ message: { idempotencyKey: 'reply:a:1' } }]);
    world.channel.clearScript();
    await world.restart(first, options);
    expect(seen).toEqual(['a', 'a']);
  });

  it('of a message that is handed over twice are sent once', async () => {
    const world = new World();
    const { options, seen } = replying();
    const first = await world.start(options);
    const isHandled = () => first.store.commits.flat().some(({ type }) => type === 'key.put');
    first.store.hang(({ type }) => type === 'handled.put');
    world.channel.deliver(inbound('a'));
    await world.clock.advance(1);
    first.kill();
    expect(isHandled()).toBe(false);
    await world.start(options);
    await world.clock.advance(60_000);
    expect(seen).toEqual(['a', 'a']);
    expect((await world.stored()).keys.map(({ key }) => key)).toEqual(['reply:a:1']);
    expect((await world.stored()).outbox).toEqual([]);
  });

  it('that the store refuses have the handler called again', async () => {
    const world = new World();
    const { seen, options } = replying();
    const { store } = await world.start({ instance: { ...options.instance, poller: { maxHandlingAttempts: 3 } } });
    store.failNext('rejected');
    world.channel.deliver(inbound('a'));
    await world.clock.advance(1_000);
    expect(seen).toEqual(['a', 'a']);
    expect(world.sentTexts).toEqual(['re: text of a']);
    expect(world.channel.committedCursor).toBe(1);
  });
});
