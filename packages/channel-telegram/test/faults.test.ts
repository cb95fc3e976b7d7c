import type { Failure, Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { telegram } from '../src/telegram.ts';
import { connectTo, failureOf, outgoing, patience, pollOnce } from './connecting.ts';
import {
  answers,
  answersHtml,
  cutsBody,
  type Fault,
  FaultyTelegram,
  hangs,
  refuses,
  resets,
} from './FaultyTelegram.ts';

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

const recoverable = { severity: 'recoverable' } as const;
const ofLink = { ...recoverable, scope: 'link' } as const;
const ofServer = { ...recoverable, scope: 'server' } as const;

interface Row {
  readonly what: string;
  readonly fault: Fault;
  readonly expected: Partial<Failure>;
}

const everywhere: readonly Row[] = [
  {
    what: 'a revoked token',
    fault: refuses(401, 'Unauthorized'),
    expected: { severity: 'fatal', scope: 'auth', code: 'telegram.401' },
  },
  {
    what: 'a 429 with retry_after',
    fault: refuses(429, 'Too Many Requests: retry after 7', { retry_after: 7 }),
    expected: { ...recoverable, scope: 'rate', code: 'telegram.429', retryAfterMs: 7_000 },
  },
  {
    what: 'a 429 from a proxy',
    fault: answersHtml(429, { 'retry-after': '3' }),
    expected: { ...recoverable, scope: 'rate', code: 'telegram.429', retryAfterMs: 3_000 },
  },
  { what: 'a 500', fault: refuses(500, 'Internal Server Error'), expected: { ...ofServer, code: 'telegram.500' } },
  { what: 'a 502 with HTML', fault: answersHtml(502), expected: { ...ofServer, code: 'telegram.502' } },
  { what: 'a 200 with HTML', fault: answersHtml(200), expected: { ...ofServer, code: 'telegram.invalid_answer' } },
  { what: 'JSON of no Bot API', fault: answers([1]), expected: { ...ofServer, code: 'telegram.invalid_answer' } },
  {
    what: 'a no without a number',
    fault: answers({ ok: false }),
    expected: { ...ofServer, code: 'telegram.invalid_answer' },
  },
  { what: 'a body cut off', fault: cutsBody, expected: { ...ofLink, code: 'telegram.econnreset' } },
  { what: 'a reset', fault: resets, expected: { ...ofLink, code: 'telegram.econnreset' } },
  { what: 'a hang', fault: hangs, expected: { ...ofLink, code: 'telegram.timeout' } },
];

describe('every operation', () => {
  it.each(everywhere)('$what while connecting is $expected.severity/$expected.scope', async ({ fault, expected }) => {
    server.next('getMe', fault);
    const attempt = connectTo(server, { config: { requestTimeoutMs: 1_000 } });
    expect(await failureOf('connect', attempt)).toMatchObject(expected);
    expect(server.countOf('getMe')).toBe(1);
  });

  it.each(everywhere)('$what while polling is $expected.severity/$expected.scope', async ({ fault, expected }) => {
    server.next('getUpdates', fault);
    expect(await failureOf('poll', pollOnce(link, null, 0))).toMatchObject(expected);
    expect(server.countOf('getUpdates')).toBe(1);
  });

  it.each(everywhere)('$what while probing is $expected.severity/$expected.scope', async ({ fault, expected }) => {
    server.next('getMe', fault);
    expect(await failureOf('probe', link.probe({ signal: patience() }))).toMatchObject(expected);
    expect(server.countOf('getMe')).toBe(1);
  });

  it.each(everywhere)(
    '$what while sending is $expected.severity/$expected.scope, and is not tried again',
    async ({ fault, expected }) => {
      server.next('sendMessage', fault);
      const failure = await failureOf('send', link.send(outgoing('x'), { signal: patience() }));
      const isRefusal = expected.scope === 'auth' || expected.scope === 'rate';
      expect(failure).toMatchObject({ ...expected, delivered: isRefusal ? 'no' : 'unknown' });
      expect(server.countOf('sendMessage')).toBe(1);
    },
  );
});

describe('connecting', () => {
  it('a 404 is a token that Telegram never gave out', async () => {
    server.next('getMe', refuses(404, 'Not Found'));
    expect(await failureOf('connect', connectTo(server))).toMatchObject({ severity: 'fatal', scope: 'auth' });
  });

  it('a bot without an id is no answer of the Bot API', async () => {
    server.next('getMe', answers({ ok: true, result: { name: 'x' } }));
    expect(await failureOf('connect', connectTo(server))).toMatchObject({
      ...ofServer,
      code: 'telegram.invalid_answer',
    });
  });

  it('rejects with the reason of its signal while a call hangs, and makes no further call', async () => {
    server.next('getMe', hangs);
    const controller = new AbortController();
    const connecting = connectTo(server, { signal: controller.signal });
    await vi.waitFor(() => expect(server.countOf('getMe')).toBe(1));
    const reason = new Error('changed my mind');
    controller.abort(reason);
    await expect(connecting).rejects.toBe(reason);
    expect(server.calls).toHaveLength(1);
  });

  it('makes no call for a signal that has aborted before, nor for a token of no shape', async () => {
    const signal = AbortSignal.abort(new Error('before'));
    await expect(connectTo(server, { signal })).rejects.toThrow('before');
    const garbage = { apiRoot: server.apiRoot, token: '../../etc' };
    expect(await failureOf('connect', connectTo(garbage))).toMatchObject({ severity: 'fatal', scope: 'auth' });
    expect(server.calls).toEqual([]);
  });

  it('a config that is none is refused before any call, by its path', async () => {
    const failure = await failureOf('connect', connectTo(server, { config: { pollLimit: 1_000 } }));
    expect(failure).toMatchObject({ severity: 'fatal', scope: 'config', code: 'telegram.bad_config' });
    expect(failure.message).toContain('config.pollLimit: a whole number from 1 to 100');
    expect(server.calls).toEqual([]);
  });

  it('a peer that speaks no TLS has certainly taken nothing', async () => {
    const apiRoot = server.apiRoot.replace('http:', 'https:');
    const error = await connectTo({ token: server.token, apiRoot }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ fault: { kind: 'network', reached: 'no' } });
    expect(telegram().classifyFailure(error, 'connect')).toMatchObject(ofLink);
  });

  it('an answer without end is given up', async () => {
    server.next('getMe', (response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(Buffer.alloc(17 * 1024 * 1024, 32));
    });
    const failure = await failureOf('connect', connectTo(server));
    expect(failure).toMatchObject({ ...ofLink, code: 'telegram.answer_too_large' });
  });

  it('a failed attempt leaves no connection open', async () => {
    await link.close({ graceMs: 1_000 });
    server.next('getMe', refuses(401, 'Unauthorized'));
    await failureOf('connect', connectTo(server));
    await vi.waitFor(() => expect(server.openSockets).toBe(0));
  });
});
