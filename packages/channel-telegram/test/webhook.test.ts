import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Link, WebhookRequest, WebhookResponse } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { telegram } from '../src/telegram.ts';
import { defaultSecretToken } from '../src/webhookRequest.ts';
import { CrablineServer } from './CrablineServer.ts';
import { connectTo, failureOf, outgoing, patience, pollOnce, readAndCommit } from './connecting.ts';
import { answers, FaultyTelegram, refuses } from './FaultyTelegram.ts';
import { countOpenHandles } from './openHandles.ts';

const url = 'http://127.0.0.1:9/hook';
let server: FaultyTelegram;
let link: Link;

beforeEach(async () => {
  server = await FaultyTelegram.start();
  link = await connectTo(server, { config: { webhook: { url, queueCapacity: 2 } } });
});
afterEach(async () => {
  await link.close({ graceMs: 1_000 });
  await server.stop();
});

function update(update_id: number, words = `text ${update_id}`): object {
  return { update_id, message: { message_id: 1, date: 1, chat: { id: 5, type: 'private' }, text: words } };
}

async function call(body: unknown, fields: Partial<WebhookRequest> = {}, to = link): Promise<WebhookResponse> {
  const headers = { 'x-telegram-bot-api-secret-token': defaultSecretToken(server.token) };
  const request = { method: 'POST', headers, body: JSON.stringify(body), ...fields };
  if (!to.handleWebhook) throw new Error('This link takes no webhooks.');
  return to.handleWebhook(request);
}

describe('a webhook call', () => {
  it('is answered 200 when its update has been committed, and not before', async () => {
    const answered = vi.fn();
    const calling = call(update(7)).then(answered);
    const { items, cursor } = await pollOnce(link, null);
    expect(items.map(({ message }) => message)).toMatchObject([{ id: '7', conversation: '5', text: 'text 7' }]);
    expect(cursor).toBe(8);
    expect(answered).not.toHaveBeenCalled();
    await link.commit?.(8);
    await calling;
    expect(answered).toHaveBeenCalledExactlyOnceWith({ status: 200 });
  });

  it('is told to come again when the handling takes too long, and finds its update handled then', async () => {
    const hasty = await connectTo(server, { config: { webhook: { url, handlingDeadlineMs: 100 } } });
    const late = await call(update(7), {}, hasty);
    expect(late).toMatchObject({ status: 503, headers: { 'retry-after': expect.stringMatching(/^\d+$/) } });
    expect((await readAndCommit(hasty, null)).texts).toEqual(['text 7']);
    expect(await call(update(7), {}, hasty)).toEqual({ status: 200 });
    expect((await pollOnce(hasty, 8, 1)).items).toEqual([]);
    await hasty.close({ graceMs: 1_000 });
  });

  it('is told to come again while the queue is full', async () => {
    const waiting = [call(update(1)), call(update(2))];
    expect(await call(update(3))).toMatchObject({ status: 503, headers: { 'retry-after': expect.any(String) } });
    expect((await readAndCommit(link, null)).texts).toEqual(['text 1', 'text 2']);
    expect(await Promise.all(waiting)).toEqual([{ status: 200 }, { status: 200 }]);
  });

  it('waits for the deadline neither when the link closes, nor when it has closed', async () => {
    const waiting = call(update(2));
    await link.close({ graceMs: 1_000 });
    expect(await waiting).toMatchObject({ status: 503 });
    expect(await call(update(3))).toMatchObject({ status: 503 });
  });

  it('leaves no timer when its update was handled', async () => {
    const before = countOpenHandles();
    for (let id = 1; id <= 20; id += 1) {
      const calling = call(update(id));
      await link.commit?.(id + 1);
      expect(await calling).toEqual({ status: 200 });
    }
    expect(countOpenHandles()).toBeLessThan(before + 20);
  });

  it('is answered at once when it brings no message', async () => {
    expect(await call({ update_id: 1, callback_query: { id: '1' } })).toEqual({ status: 200 });
  });

  const secret = 'x-telegram-bot-api-secret-token';
  it.each([
    { what: 'without the secret', fields: { headers: {} }, status: 401 },
    { what: 'with another secret', fields: { headers: { [secret]: 'wrong' } }, status: 401 },
    {
      what: 'with the token instead',
      fields: { headers: { [secret]: '12345:AAE-fake-token-fake-token' } },
      status: 401,
    },
    { what: 'with another method', fields: { method: 'GET' }, status: 405 },
    { what: 'with no JSON', fields: { body: '{' }, status: 400 },
    { what: 'with JSON that is no update', fields: { body: '[]' }, status: 400 },
    { what: 'with an update without a number', fields: { body: '{"update_id":"1"}' }, status: 400 },
  ])('$what is answered $status, and brings nothing in', async ({ fields, status }) => {
    expect((await call(update(1), fields)).status).toBe(status);
    expect((await pollOnce(link, null, 1)).items).toEqual([]);
  });
});

describe('connecting a webhook', () => {
  it('sets it with a secret made from the token, and takes what waits', async () => {
    const allowed_updates = ['message', 'channel_post'];
    const body = { url, secret_token: defaultSecretToken(server.token), allowed_updates, drop_pending_updates: false };
    expect(server.calls).toEqual([
      { method: 'getMe', body: {} },
      { method: 'setWebhook', body },
    ]);
    expect(body.secret_token).toMatch(/^[A-Za-z0-9_-]{43}$/);
  });

  it('drops what waits at the very first start only, if it is to', async () => {
    const config = { webhook: { url, secretToken: 'my-own', maxConnections: 3, dropPending: true } };
    for (const cursor of [null, 8]) await (await connectTo(server, { config, cursor })).close({ graceMs: 1_000 });
    const settings = server.calls.filter(({ method }) => method === 'setWebhook').map(({ body }) => body);
    expect(settings.at(-2)).toMatchObject({ drop_pending_updates: true, secret_token: 'my-own', max_connections: 3 });
    expect(settings.at(-1)).toMatchObject({ drop_pending_updates: false });
  });

  it('a URL that Telegram refuses is a config failure', async () => {
    server.next('setWebhook', refuses(400, 'Bad Request: bad webhook: HTTPS url must be provided for webhook'));
    const attempt = connectTo(server, { config: { webhook: { url } } });
    expect(await failureOf('connect', attempt)).toMatchObject({ severity: 'fatal', scope: 'config' });
  });

  it('without a webhook in its config there is nothing to connect', async () => {
    const attempt = telegram({ mode: 'webhook' }).connect({
      instanceId: 'bot',
      credentials: { token: server.token },
      config: {},
      cursor: null,
      signal: patience(),
    });
    expect(await failureOf('connect', attempt)).toMatchObject({ severity: 'fatal', scope: 'config' });
  });
});

describe('a webhook link', () => {
  it('is well as long as the webhook leads to it', async () => {
    server.next('getWebhookInfo', answers({ ok: true, result: { url } }));
    await link.probe({ signal: patience() });
    server.next('getWebhookInfo', answers({ ok: true, result: { url: 'https://other.example.org/' } }));
    const failure = await failureOf('probe', link.probe({ signal: patience() }));
    expect(failure).toMatchObject({ severity: 'recoverable', scope: 'conflict', code: 'telegram.webhook_taken' });
    server.next('getWebhookInfo', answers({ ok: true, result: { url: '' } }));
    expect((await failureOf('probe', link.probe({ signal: patience() }))).scope).toBe('conflict');
  });

  it('leaves the webhook set when it closes: what comes in is for the next', async () => {
    server.calls.length = 0;
    await link.commit?.(9);
    await link.close({ graceMs: 1_000 });
    expect(server.calls).toEqual([]);
  });

  it('ends a poll that waits when it closes, and when the signal says so', async () => {
    const reason = new Error('enough');
    await expect(link.poll?.({ cursor: null, waitMs: 1, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const polling = failureOf('poll', pollOnce(link, null, 30_000));
    await link.close({ graceMs: 1_000 });
    expect((await polling).code).toBe('telegram.closed');
  });
});

describe('a webhook behind an HTTP server, against crabline', () => {
  it('what users write arrives in order and once, though the app fails in between', async () => {
    const crabline = await CrablineServer.start();
    let current: Link | undefined;
    const front = createServer(async (request, response) => {
      const headers = request.headers as Record<string, string>;
      const body = await text(request);
      const answer = await current?.handleWebhook?.({ method: request.method ?? '', headers, body });
      response.writeHead(answer?.status ?? 503, answer?.headers);
      response.end(answer?.body);
    });
    front.listen(0, '127.0.0.1');
    await once(front, 'listening');
    try {
      const { port } = front.address() as AddressInfo;
      const config = { webhook: { url: `http://127.0.0.1:${port}/hook`, secretToken: 'shared_secret' } };
      const first = await connectTo(crabline, { config });
      current = first;
      await first.probe({ signal: patience() });
      for (const words of ['one', 'two']) await crabline.write(words);
      const { texts, cursor } = await readAndCommit(first, null);
      expect(texts).toEqual(['one']);
      expect((await pollOnce(first, cursor)).items).toMatchObject([{ message: { text: 'two' } }]);
      await first.close({ graceMs: 1_000 });

      const second = await connectTo(crabline, { config, cursor });
      current = second;
      expect((await readAndCommit(second, cursor)).texts).toEqual(['two']);
      expect(await second.send(outgoing('answer'), { signal: patience() })).toMatchObject({
        externalMessageId: expect.any(Number),
      });
      await second.close({ graceMs: 1_000 });
    } finally {
      front.close();
      front.closeAllConnections();
      await crabline.kill();
    }
  });
});
