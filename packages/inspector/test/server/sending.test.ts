import { createMessaging } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createInspector, type Inspector, InspectorOptionError } from '../../src/index.ts';
import { type InspectorServer, type SendAudit, startInspectorServer } from '../../src/server/index.ts';
import { type Answer, addressOf, ask, dialApp, enter, watch } from './client.ts';

const canary = 'canary-8f1d';
const instance = { id: 'bot', name: 'Bot', channelType: 'none' };

let inspector: Inspector;
let server: InspectorServer;
let cookie: string;
let bot: ReturnType<ReturnType<typeof createMessaging>['startServer']>;
let lines: SendAudit[];
let audit: (line: SendAudit) => void;

beforeEach(async () => {
  lines = [];
  audit = (line) => lines.push(line);
  inspector = createInspector({ record: 'viewed' });
  bot = createMessaging({ inspect: inspector }).startServer({ instance });
  bot.notifyConnected();
  const types = ['notify.failure', 'retry'];
  server = await startInspectorServer({ inspector, port: 0, sending: { types, audit: (line) => audit(line) } });
  cookie = await enter(server);
  await watch(server); // Somebody looks, so that actors are known.
});
afterEach(() => server.close());

const nameOfBot = (): string => inspector.actors()[0]?.actor ?? '';
const failures = (): number => bot.healthSnapshot().consecutiveFailures;

function post(body: string, to = server, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
  return ask(to, {
    method: 'POST',
    path: '/send',
    body,
    headers: { cookie, origin: addressOf(to).origin, ...headers },
  });
}
const wish = (event: unknown, actor = nameOfBot()): string => JSON.stringify({ actor, event });
const failure = (): string => wish({ type: 'notify.failure', reason: 'timeout' });

describe('an event of a type that is listed', () => {
  it('is sent to the actor, and is in the account: who, when, to whom, of which type', async () => {
    const before = Date.now();
    expect(await post(failure())).toMatchObject({ status: 200, body: 'notify.failure was sent.\n' });
    expect(failures()).toBe(1);
    expect(lines).toEqual([
      {
        atMs: expect.any(Number),
        page: expect.stringMatching(/^[0-9a-f]{8}$/),
        address: expect.stringContaining('127.0.0.1'),
        actor: nameOfBot(),
        id: 'bot',
        type: 'notify.failure',
        fields: { reason: 'timeout' },
        hidden: 0,
        refused: null,
      },
    ]);
    expect(lines[0]?.atMs).toBeGreaterThanOrEqual(before);
    expect(cookie).not.toContain(lines[0]?.page);
  });

  it('is in the log of pages as one from outside', async () => {
    const page = await watch(server);
    await post(failure());
    await page.until(() => page.records().some((record) => record.kind === 'transition' && record.source === null));
  });

  it('has nothing of its fields in the account but what is allowed, and neither has one that is refused', async () => {
    await post(wish({ type: 'notify.failure', reason: canary, extra: { token: canary } }));
    await post(wish({ type: 'retry', [canary]: canary }));
    await post(wish({ type: 'other', note: canary }));
    await post(wish({ type: 'retry', note: canary }, 'nobody'));
    await post(`{"note":"${canary}"}`);
    expect(lines).toHaveLength(5);
    expect(JSON.stringify(lines)).not.toContain(canary);
    expect(lines[0]).toMatchObject({ hidden: expect.any(Number), type: 'notify.failure' });
    expect(lines[1]).toMatchObject({ hidden: 1, fields: {} });
  });

  it('is not sent when the account of it cannot be kept', async () => {
    audit = () => {
      throw new Error(canary);
    };
    const { body, status } = await post(failure());
    expect([status, body]).toEqual([500, 'It was not sent: the account of it could not be kept.\n']);
    expect(failures()).toBe(0);
  });
});

describe('what is refused, in words, and sent to nobody', () => {
  const refused = async (answer: Promise<Answer>, status: number, words: RegExp): Promise<void> => {
    const { body, status: got } = await answer;
    expect([got, body]).toEqual([status, expect.stringMatching(words)]);
    expect(failures()).toBe(0);
    expect(lines.filter((line) => line.refused === null)).toEqual([]);
  };

  it.each(['notify.success', 'notify.failure ', 'NOTIFY.FAILURE', 'notify.*', 'xstate.stop', ''])(
    'a type that is not listed: %j',
    async (type) => {
      await refused(post(wish({ type })), 403, /may not be sent\. Allowed: notify\.failure, retry\./);
      expect(lines).toMatchObject([{ type, refused: expect.stringContaining('may not be sent') }]);
    },
  );

  it.each(['', '{', '[]', 'null', '"retry"', '{"actor":1,"event":{"type":"retry"}}', '{"event":{"type":"retry"}}'])(
    'what is no wish: %s',
    (body) => refused(post(body), 422, /Expected \{"actor"/),
  );

  it.each([[null], [[]], ['retry'], [{}], [{ type: 1 }]])('what is no event: %j', (event) =>
    refused(post(wish(event)), 422, /JSON object with a type/),
  );

  it.each(['__proto__', 'constructor', 'prototype'])('an event with the key %s, however deep', async (key) => {
    const at = (fields: string): string => `{"actor":"${nameOfBot()}","event":{"type":"notify.failure",${fields}}}`;
    await refused(post(at(`"${key}":{"a":1}`)), 422, new RegExp(`without the key "${key}"`));
    await refused(post(at(`"reason":[{"x":{"${key}":1}}]`)), 422, new RegExp(`without the key "${key}"`));
    expect(Reflect.get({}, 'a')).toBeUndefined();
  });

  it('an event that is nested too deep', () => {
    const body = `{"actor":"${nameOfBot()}","event":{"type":"retry","a":${'['.repeat(3_000)}${']'.repeat(3_000)}}}`;
    return refused(post(body), 422, /at most 20 objects/);
  });

  it('an event that is too long, to the byte', async () => {
    const fill = (length: number): string => {
      const empty = wish({ type: 'notify.failure', reason: '' });
      return wish({
        type: 'notify.failure',
        reason: 'é'.repeat(1) + 'x'.repeat(length - Buffer.byteLength(empty) - 2),
      });
    };
    await refused(post(fill(16 * 1024 + 1)), 413, /at most 16384 bytes/);
    expect((await post(fill(16 * 1024))).status).toBe(200);
  });

  it('an actor that is not there, is over, or is another program’s', async () => {
    await refused(post(wish({ type: 'retry' }, 'nobody')), 404, /no such actor in this program/);
    const app = await dialApp(server);
    const page = await watch(server);
    app.send(JSON.stringify({ type: '@xstate.actor', sessionId: 'x:1', name: 'foreign', snapshot: {} }));
    await page.until(() => page.records().some(({ kind }) => kind === 'started'));
    const foreign = page.messages.flatMap((message) =>
      message.type === 'records' && message.source === 'apps' ? message.records : [],
    );
    const [started] = foreign;
    await refused(
      post(wish({ type: 'retry' }, started?.kind === 'started' ? started.actor : '?')),
      404,
      /Actors of other programs/,
    );
    const machine = createMachine({ id: 'm', on: { retry: {} } });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    const name = inspector.actors().find(({ src }) => src === 'm')?.actor ?? '';
    actor.stop();
    await refused(post(wish({ type: 'retry' }, name)), 404, /or it is over/);
  });

  it('a page without the cookie, a page of somebody else’s, and another name', async () => {
    const { origin, port } = addressOf(server);
    const body = failure();
    const from = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
      ask(server, { method: 'POST', path: '/send', body, headers });
    await refused(from({ origin }), 401, /Open the address with the token/);
    await refused(from({ origin, cookie: `${cookie}x` }), 401, /Open the address/);
    await refused(from({ cookie }), 403, /Only the page of the inspector itself/);
    await refused(from({ cookie, origin: 'http://evil.example' }), 403, /Only the page/);
    const host = `evil.example:${port}`;
    await refused(from({ cookie, host, origin: `http://${host}` }), 403, /by the address that it has printed/);
    expect((await ask(server, { path: '/send', headers: { cookie, origin } })).status).toBe(404);
    expect(lines).toEqual([]);
  });
});

describe('a server that was told nothing of sending', () => {
  it('sends nothing, says who could allow it, and tells pages that there is nothing to send', async () => {
    await using quiet = await startInspectorServer({ inspector, port: 0 });
    const page = await watch(quiet);
    await page.until(() => page.messages.some(({ type }) => type === 'ready'));
    expect(page.messages.find(({ type }) => type === 'ready')).toEqual({ type: 'ready', sendable: [] });
    const own = await enter(quiet);
    const { body, status } = await post(failure(), quiet, { cookie: own });
    expect([status, body]).toEqual([403, expect.stringContaining('whoever starts the inspector says what may')]);
    expect(failures()).toBe(0);
  });
});

describe('a server that is told wrongly what may be sent', () => {
  const audited = { audit: (): void => undefined };
  it.each([
    [{ types: [], ...audited }, 'sending.types: expected at least one'],
    [{ types: ['notify.*'], ...audited }, 'sending.types: expected a type in full'],
    [{ types: ['xstate.stop'], ...audited }, "none of XState's own"],
    [{ types: [''], ...audited }, 'sending.types'],
    [{ types: ['retry'] }, 'sending.audit: expected a function'],
  ])('does not start: %j', async (sending, words) => {
    const error = await startInspectorServer({ inspector, port: 0, sending: sending as never }).catch(
      (reason) => reason,
    );
    expect(error).toBeInstanceOf(InspectorOptionError);
    expect(String(error)).toContain(words);
  });

  it('does not start without an inspector whose actors are sent to', async () => {
    const sending = { types: ['retry'], ...audited };
    const error = await startInspectorServer({ port: 0, sending }).catch((reason) => reason);
    expect(String(error)).toContain('expected an inspector with it');
  });
});
