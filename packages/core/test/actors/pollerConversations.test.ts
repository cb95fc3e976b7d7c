import { outcome } from '@holdfast/testing';
import fc from 'fast-check';
import type { InboundMessage } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { startOn } from '../machine/onScriptedChannel.ts';

const message = (id: string, conversation: string): InboundMessage => ({ id, conversation, text: `text ${id}` });

/** A handler that finishes a message when the test says so. */
function stepwise() {
  const begun: string[] = [];
  const finishers = new Map<string, () => void>();
  const onMessage = ({ id }: InboundMessage): Promise<void> => {
    begun.push(id);
    return new Promise((resolve) => finishers.set(id, resolve));
  };
  return { begun, onMessage, finish: (id: string) => finishers.get(id)?.() };
}

describe('messages of one read', () => {
  it('are handled side by side when they are of different conversations, and in order within one', async () => {
    const { begun, finish, onMessage } = stepwise();
    const { channel, clock } = await startOn({}, { onMessage });
    for (const [id, conversation] of [
      ['a1', 'a'],
      ['a2', 'a'],
      ['b1', 'b'],
      ['c1', 'c'],
      ['b2', 'b'],
    ] as const) {
      channel.deliver(message(id, conversation));
    }
    await clock.settle();
    expect(begun).toEqual(['a1']); // It answered the read that waited; the others come with the next.
    finish('a1');
    await clock.settle();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1']);
    finish('b1');
    await clock.settle();
    expect(begun).toEqual(['a1', 'a2', 'b1', 'c1', 'b2']);
  });

  it('are handled no more than `maxHandling` at once', async () => {
    const { begun, finish, onMessage } = stepwise();
    const { channel, clock } = await startOn({}, { onMessage, poller: { maxHandling: 2 } });
    for (let n = 0; n < 6; n += 1) channel.deliver(message(`${n}`, `${n}`));
    await clock.settle();
    finish('0');
    await clock.settle();
    expect(begun).toEqual(['0', '1', '2']);
    finish('2');
    await clock.settle();
    expect(begun).toEqual(['0', '1', '2', '3']);
  });

  it('R7: the cursor never passes a message that is still in hand', async () => {
    const { finish, onMessage } = stepwise();
    const { channel, clock } = await startOn({}, { onMessage });
    for (const id of ['0', '1', '2', '3']) channel.deliver(message(id, id));
    await clock.settle();
    finish('0');
    await clock.settle();
    expect(channel.committedCursor).toBe(1);
    finish('3');
    finish('2');
    await clock.settle();
    expect(channel.committedCursor).toBe(1);
    finish('1');
    await clock.settle();
    expect(channel.committedCursor).toBe(4);
  });

  it('a slow one holds up the next read, and not the other conversations of its own', async () => {
    const { begun, finish, onMessage } = stepwise();
    const { channel, clock } = await startOn({}, { onMessage });
    channel.deliver(message('first', 'z'));
    await clock.settle();
    for (const id of ['slow', 'quick']) channel.deliver(message(id, id));
    finish('first');
    await clock.settle();
    const reads = channel.callCount('poll');
    finish('quick');
    await clock.settle();
    channel.deliver(message('later', 'quick'));
    await clock.settle();
    expect(begun).toEqual(['first', 'slow', 'quick']);
    expect(channel.callCount('poll')).toBe(reads);
    finish('slow');
    await clock.settle();
    expect(begun.at(-1)).toBe('later');
  });

  it('all of them that are in hand are told when the link dies, and what was not handled comes again', async () => {
    const signals: AbortSignal[] = [];
    const handled: string[] = [];
    const { channel, clock } = await startOn(
      {},
      {
        onMessage: async ({ id }, { signal }) => {
          signals.push(signal);
          if (signals.length <= 3 && id !== '0')
            await new Promise((resolve) => signal.addEventListener('abort', resolve));
          else handled.push(id);
        },
      },
    );
    for (const id of ['0', '1', '2']) channel.deliver(message(id, id));
    await clock.settle();
    channel.links.at(-1)?.drop();
    await clock.advance(1_000);
    expect(signals.slice(0, 3).every(({ aborted }) => aborted)).toBe(true);
    expect(handled).toEqual(['0', '1', '2']);
    expect(channel.committedCursor).toBe(3);
  });

  it('commits never overlap: an older cursor is not told after a newer one', async () => {
    const { channel, clock } = await startOn({ fallback: { commit: outcome.delayed(50, outcome.ok()) } });
    for (let n = 0; n < 10; n += 1) channel.deliver(message(`${n}`, `${n}`));
    await clock.advance(5_000);
    const cursors = channel.commits.map(({ cursor }) => Number(cursor));
    expect(cursors).toEqual([...cursors].sort((a, b) => a - b));
    expect(cursors.at(-1)).toBe(10);
    expect(channel.committedCursor).toBe(10);
  });
});

describe('R8: a message that comes again', () => {
  it('is not handed over again when it was handled: its commit was lost', async () => {
    const seen: string[] = [];
    const { channel, clock, names } = await startOn(
      { script: { commit: [outcome.fail('lost')] } },
      { onMessage: ({ id }) => void seen.push(id) },
    );
    channel.deliver(message('1', 'a'));
    await clock.advance(1_000);
    channel.deliver(message('1', 'a'));
    channel.deliver(message('2', 'a'));
    await clock.advance(1_000);
    expect(seen).toEqual(['1', '2']);
    expect(names()).toContain('inbound.skipped_duplicate');
    expect(channel.committedCursor).toBe(3);
  });

  it('is handed over again when its id is remembered no more', async () => {
    const seen: string[] = [];
    const { channel, clock } = await startOn(
      {},
      { onMessage: ({ id }) => void seen.push(id), poller: { handledCacheSize: 2 } },
    );
    for (const id of ['1', '2', '3', '3', '1']) channel.deliver(message(id, 'a'));
    await clock.advance(1_000);
    expect(seen).toEqual(['1', '2', '3', '1']);
  });
});

it('R7, R8: whatever handlers and commits do, order holds in each conversation and nothing is passed over', async () => {
  const runs = fc.record({
    rooms: fc.array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 12 }),
    plans: fc.array(fc.constantFrom('now', 'soon', 'late', 'throw'), { minLength: 12, maxLength: 12 }),
    commits: fc.array(fc.constantFrom(outcome.ok(), outcome.fail('lost'), outcome.delayed(30, outcome.ok())), {
      maxLength: 6,
    }),
    maxHandling: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(runs, async ({ rooms, plans, commits, maxHandling }) => {
      const handled: string[] = [];
      const { channel, clock, server } = await startOn(
        { script: { commit: commits } },
        {
          poller: { maxHandling, maxHandlingAttempts: 3 },
          onMessage: async ({ id }, { attempt }) => {
            const plan = plans[Number(id)];
            const waitMs = plan === 'soon' ? 5 : plan === 'late' ? 70 : 0;
            if (waitMs > 0) await new Promise<void>((resolve) => void clock.setTimeout(resolve, waitMs));
            if (plan === 'throw' && attempt < 3) throw new Error('not yet');
            handled.push(id);
          },
        },
      );
      for (const [id, room] of rooms.entries()) channel.deliver(message(String(id), room));
      await clock.advance(120_000);
      const expected = rooms.map((_, id) => String(id));
      expect(new Set(handled)).toEqual(new Set(expected));
      for (const room of ['a', 'b', 'c']) {
        const inRoom = handled.filter((id) => rooms[Number(id)] === room).map(Number);
        expect(inRoom).toEqual([...inRoom].sort((x, y) => x - y));
      }
      expect(channel.polls.at(-1)?.cursor).toBe(rooms.length);
      const stopped = server.stop({ deadlineMs: 1_000 });
      await clock.advance(1_000);
      await stopped;
      expect(clock.pending()).toEqual([]);
    }),
    { numRuns: Number(process.env['PROPERTY_RUNS'] ?? 150) },
  );
});
