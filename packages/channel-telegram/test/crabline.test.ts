import type { Link } from 'holdfast';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { CrablineServer } from './CrablineServer.ts';
import { connectTo, failureOf, outgoing, patience, pollOnce, readAndCommit } from './connecting.ts';

let server: CrablineServer;
const links: Link[] = [];

async function open(...options: Parameters<typeof connectTo> extends [unknown, ...infer Rest] ? Rest : never) {
  const link = await connectTo(server, ...options);
  links.push(link);
  return link;
}

beforeAll(async () => {
  server = await CrablineServer.start();
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.close({ graceMs: 1_000 });
  await server.call('deleteWebhook');
  await server.call('getUpdates', { offset: 1_000_000, timeout: 0 });
});
afterAll(() => server.kill());

describe('long polling, against crabline', () => {
  it('a link says who the bot is', async () => {
    const link = await open();
    expect(link.identity).toEqual({ id: 424242, name: 'Crabline', username: 'crabline_bot' });
    await link.probe({ signal: patience() });
  });

  it('what a user writes while a poll waits arrives with everything that Telegram says', async () => {
    const link = await open();
    const polling = pollOnce(link, null);
    const updateId = await server.write('hello', { fromUsername: 'ann_user' });
    const { items, cursor } = await polling;
    expect(cursor).toBe(updateId + 1);
    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({
      cursor: updateId + 1,
      message: { id: String(updateId), conversation: '100', text: 'hello', sender: { id: '7', name: 'Ann' } },
    });
  });

  it('what was read and not committed comes again, over this link and over the next', async () => {
    const first = await open();
    await server.write('a');
    await server.write('b');
    const { items } = await pollOnce(first, null);
    expect(items.map(({ message }) => message.text)).toEqual(['a', 'b']);
    await first.commit?.(items[0]?.cursor ?? null);
    await first.close({ graceMs: 1_000 });
    const second = await open();
    expect((await readAndCommit(second, items[0]?.cursor ?? null)).texts).toEqual(['b']);
  });

  it('what was committed does not come again to a process that has lost its cursor', async () => {
    const first = await open();
    await server.write('handled');
    await readAndCommit(first, null);
    await first.close({ graceMs: 1_000 });
    await server.write('new');
    const second = await open();
    expect((await readAndCommit(second, null)).texts).toEqual(['new']);
  });

  it('a poll hands over no more than pollLimit', async () => {
    for (const text of ['1', '2', '3']) await server.write(text);
    const link = await open({ config: { pollLimit: 2 } });
    const first = await readAndCommit(link, null);
    expect(first.texts).toEqual(['1', '2']);
    expect((await readAndCommit(link, first.cursor)).texts).toEqual(['3']);
  });

  it('a poll in which nothing comes ends after its wait with the cursor that it had', async () => {
    const link = await open();
    expect(await pollOnce(link, 7, 1_000)).toEqual({ items: [], cursor: 7 });
  });

  it('of two readers one loses the channel to the other, which is a conflict', async () => {
    const [first, second] = [await open(), await open()];
    // Whoever's call came in later keeps the channel.
    const failure = Promise.any([first, second].map((link) => failureOf('poll', pollOnce(link, null))));
    expect(await failure).toMatchObject({ severity: 'recoverable', scope: 'conflict', code: 'telegram.409' });
  });

  it('an aborted poll rejects with the reason, and leaves the channel to the next', async () => {
    const link = await open();
    const controller = new AbortController();
    const polling = link.poll?.({ cursor: null, waitMs: 30_000, signal: controller.signal });
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(polling).rejects.toBe(reason);
    await server.write('next');
    expect((await readAndCommit(link, null)).texts).toEqual(['next']);
  });

  it('a webhook of another program is a config failure, and is left alone unless replaceWebhook says otherwise', async () => {
    await server.call('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await failureOf('connect', connectTo(server))).toMatchObject({
      severity: 'fatal',
      scope: 'config',
      code: 'telegram.webhook_set',
    });
    expect(await server.call('getWebhookInfo')).toMatchObject({ result: { url: 'http://127.0.0.1:9/hook' } });
    const link = await open({ config: { replaceWebhook: true } });
    await server.write('after');
    expect((await readAndCommit(link, null)).texts).toEqual(['after']);
  });

  it('a webhook that is set while we poll is a config failure', async () => {
    const link = await open();
    await server.call('setWebhook', { url: 'http://127.0.0.1:9/hook' });
    expect(await failureOf('poll', pollOnce(link, null))).toMatchObject({ severity: 'fatal', scope: 'config' });
  });

  it('a token that the server does not know is a matter of auth', async () => {
    const stranger = { apiRoot: server.apiRoot, token: '1:someone-elses-token' };
    expect(await failureOf('connect', connectTo(stranger))).toMatchObject({ severity: 'fatal', scope: 'auth' });
  });
});

describe('sending, against crabline', () => {
  it('a message arrives, and its receipt has the id that the server gave it', async () => {
    const link = await open();
    const { externalMessageId } = await link.send(outgoing('hi', { conversation: '501' }), { signal: patience() });
    expect(externalMessageId).toEqual(1);
    const next = await link.send(outgoing('there', { conversation: '501' }), { signal: patience() });
    expect(next).toEqual({ externalMessageId: 2 });
    expect((await server.sent()).filter(({ chat_id }) => chat_id === 501).map(({ text }) => text)).toEqual([
      'hi',
      'there',
    ]);
  });

  it('the options of the metadata reach the server under its own names', async () => {
    const link = await open();
    await server.write('forum', { chatId: '-1007', chatType: 'supergroup', isForum: true });
    const metadata = {
      parseMode: 'HTML',
      replyTo: 4,
      threadId: 9,
      disableNotification: true,
      disableLinkPreview: true,
      protectContent: true,
      order: 'A-1',
    };
    await link.send(outgoing('<b>x</b>', { conversation: '-1007', metadata }), { signal: patience() });
    expect((await server.sent()).at(-1)).toEqual({
      chat_id: -1007,
      text: '<b>x</b>',
      parse_mode: 'HTML',
      reply_parameters: { message_id: 4, allow_sending_without_reply: true },
      message_thread_id: 9,
      disable_notification: true,
      link_preview_options: { is_disabled: true },
      protect_content: true,
    });
  });

  it('a @username is an address', async () => {
    const link = await open();
    await link.send(outgoing('to a channel', { conversation: '@some_channel' }), { signal: patience() });
    expect((await server.sent()).at(-1)).toMatchObject({ chat_id: '@some_channel', text: 'to a channel' });
  });

  it('a message that the server refuses concerns that message alone', async () => {
    const link = await open();
    const metadata = { threadId: 3 };
    const failure = await failureOf(
      'send',
      link.send(outgoing('x', { conversation: '-5', metadata }), { signal: patience() }),
    );
    expect(failure).toMatchObject({ scope: 'message', code: 'telegram.400', delivered: 'no' });
    expect(failure.message).toContain('Bad Request');
  });

  it('a text that is too long fails before any call', async () => {
    const link = await open();
    const before = (await server.sent()).length;
    const failure = await failureOf('send', link.send(outgoing('x'.repeat(4097)), { signal: patience() }));
    expect(failure).toMatchObject({ scope: 'message', code: 'telegram.text_too_long', delivered: 'no' });
    expect(await server.sent()).toHaveLength(before);
  });
});

describe('a server that dies and comes back', () => {
  it('ends the running poll as a failure of the link, and a new link goes on from the cursor', async () => {
    const first = await CrablineServer.start();
    const link = await connectTo(first);
    const { cursor } = await first.write('before', { updateId: 41 }).then(() => readAndCommit(link, null));
    const polling = failureOf('poll', pollOnce(link, cursor));
    const { token, port } = first;
    await first.kill();
    expect(await polling).toMatchObject({ severity: 'recoverable', scope: 'link' });
    expect(await failureOf('connect', connectTo({ token, apiRoot: first.apiRoot }))).toMatchObject({
      severity: 'recoverable',
      scope: 'link',
      code: 'telegram.econnrefused',
    });
    await link.close({ graceMs: 1_000 });

    const second = await CrablineServer.start({ token, port });
    try {
      const next = await connectTo(second, { cursor });
      await second.write('after', { updateId: 42 });
      expect((await readAndCommit(next, cursor)).texts).toEqual(['after']);
      await next.close({ graceMs: 1_000 });
    } finally {
      await second.kill();
    }
  });
});
