import { outcome } from '@holdfast/testing';
import { InstanceStoppedError, type MessageContext, type MessageHandler } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, nothing, type OnChannelOptions, startOnChannel } from './running.ts';

const inbound = { id: 'm1', conversation: '42', text: 'hello' };

/** An instance that has read one message and handed it to the handler. */
async function receive(onMessage: MessageHandler, channelOptions: OnChannelOptions['channel'] = {}) {
  const running = await startOnChannel({ channel: channelOptions, instance: { onMessage } });
  running.channel.deliver(inbound);
  await running.clock.settle();
  return running;
}

describe('a handler', () => {
  it('gets the message, the number of the attempt and a signal', async () => {
    const got: unknown[] = [];
    await receive((message, { attempt, signal }) => got.push(message, attempt, signal instanceof AbortSignal));
    expect(got).toEqual([inbound, 1, true]);
  });

  it('may be left out: messages are read and counted as handled', async () => {
    const { channel, clock, names } = await startOnChannel();
    channel.deliver(inbound);
    await clock.settle();
    expect(channel.committedCursor).toBe(1);
    expect(names()).toContain('inbound.handled');
  });

  it('may return anything, or a promise of it', async () => {
    for (const result of [undefined, 42, Promise.resolve('x')]) {
      const { channel } = await receive(() => result);
      expect(channel.committedCursor).toBe(1);
    }
  });
});

describe('a reply', () => {
  it('goes to the conversation of the message, and resolves with the receipt', async () => {
    const receipts: unknown[] = [];
    const { channel } = await receive(async (message, { reply }) =>
      receipts.push(await reply(`echo: ${message.text}`)),
    );
    expect(channel.sends.map((call) => call.message)).toMatchObject([{ conversation: '42', text: 'echo: hello' }]);
    expect(receipts).toEqual([{ externalMessageId: 1 }]);
  });

  it('has a key that the message and its place among the replies make', async () => {
    const { channel } = await receive(async (_, { reply }) => {
      for (const text of ['one', 'two', 'three']) await reply(text);
    });
    expect(channel.sends.map((call) => call.message.idempotencyKey)).toEqual([
      'reply:m1:1',
      'reply:m1:2',
      'reply:m1:3',
    ]);
  });

  it('to a message whose id is as long as a peer may make it is sent, under a key of its own', async () => {
    const running = await startOnChannel({ instance: { onMessage: (_, { reply }) => reply('thanks') } });
    const id = 'm'.repeat(100_000);
    running.channel.deliver({ ...inbound, id });
    await running.clock.settle();
    expect(running.channel.sends.map((call) => call.message.idempotencyKey)).toEqual([`reply:${id}:1`]);
  });

  it('that was sent is not sent again when the handler is called again, and the next one is', async () => {
    const { channel, clock } = await receive(async (_, { attempt, reply }) => {
      await reply('one');
      if (attempt === 1) throw new Error('between the replies');
      await reply('two');
    });
    await clock.advance(1_000);
    expect(channel.sends.map((call) => call.message.text)).toEqual(['one', 'two']);
    expect(channel.committedCursor).toBe(1);
  });

  it('to another message is another one, also with the same text', async () => {
    const { channel, clock } = await receive((_, { reply }) => reply('same'));
    channel.deliver({ ...inbound, id: 'm2' });
    await clock.settle();
    expect(channel.sends).toHaveLength(2);
  });

  it('is allowed while the instance drains: the message in hand is finished with it', async () => {
    const { channel, clock, server } = await receive(async (_, { reply }) => {
      await new Promise<void>((resolve) => void clock.setTimeout(resolve, 100));
      await reply('done');
    });
    const stopping = server.stop();
    await clock.advance(1_000);
    expect(await stopping).toEqual({ ...nothing, accepted: 1, sent: 1 });
    expect(channel.committedCursor).toBe(1);
  });

  it('after the end is refused and not counted: the account stays exact', async () => {
    const replies: Promise<unknown>[] = [];
    const late = async (_: unknown, { reply, signal }: MessageContext) => {
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
      replies.push(errorOf(() => reply('too late')));
    };
    const { channel, clock, server } = await receive(late);
    const stopping = server.stop({ deadlineMs: 0 });
    await clock.advance(10_000);
    expect(await stopping).toEqual(nothing);
    expect(replies).toHaveLength(1);
    expect(await replies[0]).toBeInstanceOf(InstanceStoppedError);
    expect(channel.sends).toEqual([]);
  });

  it('that nobody waits for ends no process when a stop cuts it off', async () => {
    const unhandled: unknown[] = [];
    const record = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', record);
    try {
      const { clock, server } = await receive((_, { reply }) => void reply('x'), {
        fallback: { send: outcome.hang() },
      });
      const stopping = server.stop({ deadlineMs: 0 });
      await clock.advance(0);
      expect(await stopping).toMatchObject({ ...nothing, accepted: 1, unknown: 1, uncertain: [{ text: 'x' }] });
      await new Promise<void>((resolve) => void setImmediate(resolve));
    } finally {
      process.off('unhandledRejection', record);
    }
    expect(unhandled).toEqual([]);
  });

  it('that is no text is refused', async () => {
    const errors: unknown[] = [];
    await receive(async (_, { reply }) => errors.push(await errorOf(() => reply(7 as unknown as string))));
    expect(errors).toMatchObject([{ code: 'INVALID_INPUT', problems: [{ path: 'text', received: '7' }] }]);
  });

  it('that cannot be delivered rejects to the handler, which may go on', async () => {
    const refused = { severity: 'recoverable', scope: 'message', code: 'scripted.400', message: 'refused' } as const;
    const codes: unknown[] = [];
    const { channel } = await receive(
      async (_, { reply }) => {
        const error = await errorOf(() => reply('x'));
        codes.push(error instanceof Error && 'code' in error ? error.code : error);
      },
      { script: { send: [outcome.fail(refused)] } },
    );
    expect(codes).toEqual(['DELIVERY_FAILED']);
    expect(channel.committedCursor).toBe(1);
  });
});
