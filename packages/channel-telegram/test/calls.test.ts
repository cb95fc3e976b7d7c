import type { Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { connectTo, failureOf, outgoing, patience, pollOnce } from './connecting.ts';
import { answers, FaultyTelegram, hangs, refuses } from './FaultyTelegram.ts';

let server: FaultyTelegram;
let link: Link;

beforeEach(async () => {
  server = await FaultyTelegram.start();
  link = await connectTo(server, { config: { requestTimeoutMs: 1_000, pollGraceMs: 500 } });
  server.calls.length = 0;
});
afterEach(async () => {
  await link.close({ graceMs: 1_000 });
  await server.stop();
});

const terminated = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
const recoverable = { severity: 'recoverable' } as const;
const ofLink = { ...recoverable, scope: 'link' } as const;
const ofServer = { ...recoverable, scope: 'server' } as const;

describe('polling', () => {
  it.each([
    { description: terminated, scope: 'conflict', severity: 'recoverable' },
    {
      description: "Conflict: can't use getUpdates method while webhook is active",
      scope: 'config',
      severity: 'fatal',
    },
  ])('"$description" is $severity/$scope', async ({ description, scope, severity }) => {
    server.next('getUpdates', refuses(409, description));
    expect(await failureOf('poll', pollOnce(link, null, 0))).toMatchObject({ severity, scope, code: 'telegram.409' });
  });

  it('asks for what the config and the request say', async () => {
    await pollOnce(link, 17, 25_000);
    const allowed_updates = ['message', 'channel_post'];
    expect(server.calls).toEqual([
      { method: 'getUpdates', body: { offset: 17, limit: 100, timeout: 25, allowed_updates } },
    ]);
  });

  it.each([
    [0, 0],
    [1, 1],
    [1_999, 1],
    [120_000, 50],
  ])('a wait of %i ms is %i s of long polling', async (waitMs, timeout) => {
    await pollOnce(link, null, waitMs);
    expect(server.calls[0]?.body['timeout']).toBe(timeout);
  });

  it.each([[null], ['17'], [-1], [{}]])(
    'without a cursor of ours (%j) it asks for all that is not acknowledged',
    async (cursor) => {
      await pollOnce(link, cursor, 0);
      expect(server.calls[0]?.body).not.toHaveProperty('offset');
    },
  );

  it('waits for as long as Telegram was asked to, and the grace beyond it', async () => {
    server.next('getUpdates', hangs);
    const startedAt = performance.now();
    const failure = await failureOf('poll', pollOnce(link, null, 1_000));
    expect(failure.code).toBe('telegram.timeout');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(1_490);
  });

  it('an update that is no message is skipped, and the cursor goes past it', async () => {
    const chat = { id: 1, type: 'private' };
    const message = { message_id: 1, date: 1, chat, text: 'x' };
    const result = [
      { update_id: 5, callback_query: { id: '1' } },
      { update_id: 6, message },
      { update_id: 7, poll: {} },
    ];
    server.next('getUpdates', answers({ ok: true, result }));
    const { items, cursor } = await pollOnce(link, null, 0);
    expect(items.map((item) => [item.message.id, item.cursor])).toEqual([['6', 7]]);
    expect(cursor).toBe(8);
  });

  it('updates without a number are no answer of the Bot API', async () => {
    server.next('getUpdates', answers({ ok: true, result: [{ message: {} }] }));
    expect(await failureOf('poll', pollOnce(link, null, 0))).toMatchObject({ ...ofServer });
  });

  it('an abort while Telegram waits rejects with its reason and closes the connection', async () => {
    server.next('getUpdates', hangs);
    const controller = new AbortController();
    const polling = link.poll?.({ cursor: null, waitMs: 30_000, signal: controller.signal });
    await vi.waitFor(() => expect(server.countOf('getUpdates')).toBe(1));
    const reason = { my: 'reason' };
    expect(server.unansweredCalls).toBe(1);
    controller.abort(reason);
    await expect(polling).rejects.toBe(reason);
    await vi.waitFor(() => expect(server.unansweredCalls).toBe(0));
  });
});

describe('sending', () => {
  let signal: AbortSignal;

  beforeEach(() => {
    signal = patience();
  });

  it.each([
    [403, 'Forbidden: bot was blocked by the user'],
    [400, 'Bad Request: chat not found'],
  ])('a %i concerns the message alone', async (status, description) => {
    server.next('sendMessage', refuses(status, description));
    const failure = await failureOf('send', link.send(outgoing('x'), { signal }));
    expect(failure).toMatchObject({
      severity: 'degraded',
      scope: 'message',
      code: `telegram.${status}`,
      delivered: 'no',
    });
    expect(failure.message).toContain(description);
  });

  it('a group that became a supergroup is readdressed within the send, and for all that follow', async () => {
    const migrated = refuses(400, 'Bad Request: group chat was upgraded', { migrate_to_chat_id: -1009 });
    server.next('sendMessage', migrated);
    const receipt = await link.send(outgoing('first', { conversation: '-9' }), { signal });
    await link.send(outgoing('second', { conversation: '-9' }), { signal });
    await link.send(outgoing('other', { conversation: '-8' }), { signal });
    expect(receipt).toEqual({ externalMessageId: 1 });
    expect(server.calls.map(({ body }) => [body['chat_id'], body['text']])).toEqual([
      [-9, 'first'],
      [-1009, 'first'],
      [-1009, 'second'],
      [-8, 'other'],
    ]);
  });

  it('a chat that moves twice in one send is left to the next attempt, which goes to the last address', async () => {
    const moved = (to: number) => refuses(400, 'Bad Request: upgraded', { migrate_to_chat_id: to });
    server.next('sendMessage', moved(-1009), moved(-1010));
    const failure = await failureOf('send', link.send(outgoing('x', { conversation: '-9' }), { signal }));
    expect(failure).toMatchObject({ ...recoverable, scope: 'server', delivered: 'no' });
    expect(server.countOf('sendMessage')).toBe(2);
    await link.send(outgoing('x', { conversation: '-9' }), { signal });
    expect(server.calls.at(-1)?.body['chat_id']).toBe(-1009);
  });

  it('a connection that cannot be made has certainly not delivered', async () => {
    await server.stop();
    // The connection that was open: nobody knows how far this one got.
    expect(await failureOf('probe', link.probe({ signal }))).toMatchObject(ofLink);
    const failure = await failureOf('send', link.send(outgoing('x'), { signal }));
    expect(failure).toMatchObject({ ...ofLink, code: 'telegram.econnrefused', delivered: 'no' });
    server = await FaultyTelegram.start();
  });

  it('a call that has timed out does not keep its connection', async () => {
    server.next('sendMessage', hangs);
    await failureOf('send', link.send(outgoing('x'), { signal }));
    await vi.waitFor(() => expect(server.unansweredCalls).toBe(0));
  });

  it('an ok without a message id is a message that was sent', async () => {
    server.next('sendMessage', answers({ ok: true, result: true }));
    expect(await link.send(outgoing('x'), { signal })).toEqual({ externalMessageId: null });
  });

  it('an abort rejects with its reason', async () => {
    server.next('sendMessage', hangs);
    const controller = new AbortController();
    const sending = link.send(outgoing('x'), { signal: controller.signal });
    await vi.waitFor(() => expect(server.countOf('sendMessage')).toBe(1));
    controller.abort(new Error('deadline'));
    await expect(sending).rejects.toThrow('deadline');
    await expect(link.send(outgoing('y'), { signal: controller.signal })).rejects.toThrow('deadline');
    expect(server.countOf('sendMessage')).toBe(1);
  });
});
