import { InvalidInputError } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { outcome } from '../src/index.ts';
import { commit, connect, fateOf, inbound, newChannel, poll, WatchedSignal } from './onChannel.ts';

const idsOf = (result: { items: readonly { message: { id: string } }[] }) =>
  result.items.map((item) => item.message.id);

describe('a poll', () => {
  it('brings at once what was delivered before, with cursors counted from 1', async () => {
    const { channel } = newChannel();
    const link = await connect(channel);
    expect([channel.deliver(inbound('a')), channel.deliver(inbound('b'))]).toEqual([1, 2]);
    expect(await poll(link)).toEqual({
      items: [
        { message: inbound('a'), cursor: 1 },
        { message: inbound('b'), cursor: 2 },
      ],
      cursor: 2,
    });
    expect(channel.polls).toMatchObject([{ cursor: null, waitMs: 1_000, linkNumber: 1 }]);
  });

  it('waits for the first message and is answered when it comes; no timer and no listener is left', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    const watched = new WatchedSignal();
    const waiting = poll(link, { signal: watched.signal });
    await clock.advance(400);
    expect([channel.waitingPolls, watched.listeners]).toEqual([1, 1]);
    channel.deliver(inbound('a'));
    expect(idsOf(await waiting)).toEqual(['a']);
    expect(clock.now()).toBe(400);
    expect([channel.waitingPolls, watched.listeners, clock.pending().length]).toEqual([0, 0, 0]);
  });

  it('ends empty after waitMs, and leaves its cursor where it was', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    channel.deliver(inbound('a'));
    const waiting = poll(link, { cursor: 1, waitMs: 300 });
    await clock.advance(299);
    expect(await fateOf(clock, waiting)).toBe('pending');
    await clock.advance(1);
    expect(await waiting).toEqual({ items: [], cursor: 1 });
  });

  it('ends with the reason of its signal, and leaves no timer', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    const watched = new WatchedSignal();
    const waiting = poll(link, { signal: watched.signal });
    await clock.advance(10);
    watched.controller.abort('stop');
    expect(await fateOf(clock, waiting)).toEqual({ reason: 'stop' });
    expect([watched.listeners, clock.pending().length]).toEqual([0, 0]);
  });

  it('brings at most maxItemsPerPoll, and goes on at the cursor that it gave', async () => {
    const { channel } = newChannel({ maxItemsPerPoll: 2 });
    const link = await connect(channel);
    for (const id of ['a', 'b', 'c']) channel.deliver(inbound(id));
    const first = await poll(link);
    expect([idsOf(first), first.cursor]).toEqual([['a', 'b'], 2]);
    expect(idsOf(await poll(link, { cursor: first.cursor }))).toEqual(['c']);
  });

  it.each([-1, 1.5, 2, 'x', true])('with the cursor %s, which it never gave, is refused', async (cursor) => {
    const { channel } = newChannel();
    const link = await connect(channel);
    channel.deliver(inbound('a'));
    await expect(poll(link, { cursor })).rejects.toThrow(InvalidInputError);
    await expect(link.commit?.(cursor)).rejects.toThrow(/whole number up to 1/);
  });

  it('can be scripted like any other call: 0 ms after a failure it reads again', async () => {
    const { channel } = newChannel({
      script: { poll: [outcome.fail('409'), outcome.ok({ items: [], cursor: null })] },
    });
    const link = await connect(channel);
    channel.deliver(inbound('a'));
    await expect(poll(link)).rejects.toBe('409');
    expect(idsOf(await poll(link))).toEqual([]);
    expect(idsOf(await poll(link))).toEqual(['a']);
  });
});

describe('a commit', () => {
  it('makes the peer forget the items up to it, and is recorded', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    for (const id of ['a', 'b', 'c']) channel.deliver(inbound(id));
    await clock.advance(5);
    await commit(link, 2);
    expect(idsOf(await poll(link))).toEqual(['c']);
    expect(channel.commits).toMatchObject([{ cursor: 2, atMs: 5, linkNumber: 1, state: 'fulfilled' }]);
    expect(channel.committedCursor).toBe(2);
    expect(channel.uncommitted.map(({ cursor }) => cursor)).toEqual([3]);
  });

  it('of an older cursor, or one that fails, changes nothing', async () => {
    const { channel } = newChannel();
    const link = await connect(channel);
    for (const id of ['a', 'b', 'c']) channel.deliver(inbound(id));
    await commit(link, 2);
    await commit(link, 1);
    channel.append({ commit: [outcome.fail('lost')] });
    await expect(commit(link, 3)).rejects.toBe('lost');
    expect(channel.committedCursor).toBe(2);
  });
});

describe('the next link', () => {
  it('gets again what the last one read and did not commit', async () => {
    const { channel } = newChannel();
    const first = await connect(channel);
    for (const id of ['a', 'b', 'c']) channel.deliver(inbound(id));
    expect(idsOf(await poll(first))).toEqual(['a', 'b', 'c']);
    await commit(first, 1);
    channel.links[0]?.drop();
    const second = await connect(channel);
    expect(idsOf(await poll(second, { cursor: channel.committedCursor }))).toEqual(['b', 'c']);
  });

  it('brings nothing again on the same link, whose cursor is ahead of what is committed', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    channel.deliver(inbound('a'));
    const { cursor } = await poll(link);
    expect(await fateOf(clock, poll(link, { cursor }))).toBe('pending');
    expect(channel.committedCursor).toBeNull();
  });
});

describe('failPoll', () => {
  it('fails the poll that waits, and no other', async () => {
    const { clock, channel } = newChannel();
    const link = await connect(channel);
    const waiting = poll(link);
    await clock.settle();
    channel.failPoll('reset');
    expect(await fateOf(clock, waiting)).toEqual({ reason: 'reset' });
    channel.deliver(inbound('a'));
    expect(idsOf(await poll(link))).toEqual(['a']);
    expect(clock.pending()).toEqual([]);
  });

  it('fails the next poll when none waits, before what the script has for it', async () => {
    const { channel } = newChannel({ script: { poll: [outcome.fail('scripted')] } });
    const link = await connect(channel);
    channel.failPoll('reset');
    await expect(poll(link)).rejects.toBe('reset');
    await expect(poll(link)).rejects.toBe('scripted');
  });
});
