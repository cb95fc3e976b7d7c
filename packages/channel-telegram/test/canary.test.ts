import { inspect } from 'node:util';
import type { ChannelOperation, Link } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TelegramConfig } from '../src/config.ts';
import { redact, secretsOf } from '../src/redact.ts';
import { telegram } from '../src/telegram.ts';
import { defaultSecretToken } from '../src/webhookRequest.ts';
import { connectTo, outgoing, patience, pollOnce } from './connecting.ts';
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

const secretHalf = 'AAE-canary_CANARY-canary_CANARY';
const token = `987654321:${secretHalf}`;
const webhookSecret = 'canary-of-the-webhook';
const canaries = [secretHalf, '987654321:', webhookSecret, defaultSecretToken(token)];

let server: FaultyTelegram;
const links: Link[] = [];

beforeEach(async () => {
  server = await FaultyTelegram.start(token);
});
afterEach(async () => {
  for (const link of links.splice(0)) await link.close({ graceMs: 200 });
  await server.stop();
});

/** Everything that a log, an inspector or a store could make of a value. */
function exposuresOf(value: unknown): string {
  const seen = value instanceof Error ? [value.message, value.stack, String(value), value.cause] : [];
  return [
    inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true, maxStringLength: null }),
    JSON.stringify(value),
    ...seen,
  ].join('\n');
}

function expectNoCanary(...values: readonly unknown[]): void {
  for (const value of values) for (const canary of canaries) expect(exposuresOf(value)).not.toContain(canary);
}

/** A Telegram that says back whatever it was told in confidence. */
function faultsThatEcho(...secrets: readonly string[]): readonly (readonly [string, Fault])[] {
  const echo = `Bad Request: ${secrets.join(', ')}`;
  return [
    ['a 401 that echoes', refuses(401, echo)],
    ['a 400 that echoes', refuses(400, echo)],
    ['a 409 that echoes', refuses(409, echo)],
    ['a 429 that echoes', refuses(429, echo, { retry_after: 1 })],
    ['a 500 that echoes', refuses(500, echo)],
    ['a migration that echoes', refuses(400, echo, { migrate_to_chat_id: -1001 })],
    ['a 502 with HTML', answersHtml(502)],
    ['an answer of no Bot API', answers({ secrets })],
    ['a cut body', cutsBody],
    ['a reset', resets],
    ['a hang', hangs],
  ];
}

const url = `https://api.telegram.org/bot${token}/x`;
const longPolling = { requestTimeoutMs: 500, pollGraceMs: 100 };
const webhook = { url: 'http://127.0.0.1:9/hook', secretToken: webhookSecret };
const byWebhook = { requestTimeoutMs: 500, webhook };

interface Operation {
  readonly during: ChannelOperation;
  readonly method: string;
  readonly config: TelegramConfig;
  readonly run: (link: Link) => Promise<unknown>;
}

function send(link: Link): Promise<unknown> {
  return link.send(outgoing('x'), { signal: patience() });
}

function probe(link: Link): Promise<unknown> {
  return link.probe({ signal: patience() });
}

const operations: readonly Operation[] = [
  { during: 'connect', method: 'getMe', config: longPolling, run: () => connectTo(server, { config: longPolling }) },
  {
    during: 'connect',
    method: 'getWebhookInfo',
    config: longPolling,
    run: () => connectTo(server, { config: longPolling }),
  },
  { during: 'connect', method: 'setWebhook', config: byWebhook, run: () => connectTo(server, { config: byWebhook }) },
  { during: 'poll', method: 'getUpdates', config: longPolling, run: (link) => pollOnce(link, null, 0) },
  { during: 'probe', method: 'getMe', config: longPolling, run: probe },
  { during: 'probe', method: 'getWebhookInfo', config: byWebhook, run: probe },
  { during: 'send', method: 'sendMessage', config: longPolling, run: send },
  { during: 'send', method: 'sendMessage', config: byWebhook, run: send },
];

describe('the secrets', () => {
  for (const { during, method, config, run } of operations) {
    const faults = faultsThatEcho(token, secretHalf, url, ...(config === byWebhook ? [webhookSecret] : []));
    const way = config === byWebhook ? 'webhook' : 'long polling';
    it.each(faults)(`leave by no error of ${method} during ${during} (${way}): %s`, async (_, fault) => {
      const link = await connectTo(server, { config });
      links.push(link);
      server.next(method, fault, fault);
      const error = await run(link).then(
        () => expect.unreachable(`${method} was expected to fail`),
        (reason: unknown) => reason,
      );
      expectNoCanary(error, telegram().classifyFailure(error, during), link, link.identity);
      expect(error).not.toHaveProperty('cause');
    });
  }

  it('leave by no error of a connection that is refused', async () => {
    const link = await connectTo(server, { config: longPolling });
    const { apiRoot } = server;
    await server.stop();
    const errors = await Promise.allSettled([
      connectTo({ token, apiRoot }, { config: longPolling }),
      link.probe({ signal: patience() }),
      link.send(outgoing('x'), { signal: patience() }),
      pollOnce(link, null, 0),
    ]);
    for (const outcome of errors) {
      expect(outcome.status).toBe('rejected');
      expectNoCanary(outcome, telegram().classifyFailure(outcome.status === 'rejected' && outcome.reason, 'send'));
    }
    await link.close({ graceMs: 200 });
    expectNoCanary(await link.closed);
    server = await FaultyTelegram.start(token);
  });

  it('leave by no abort and by no closing', async () => {
    server.next('getUpdates', hangs, hangs);
    const link = await connectTo(server, { config: longPolling });
    const aborted = link.poll?.({ cursor: null, waitMs: 0, signal: AbortSignal.timeout(20) });
    const closed = pollOnce(link, null, 30_000);
    const outcomes = Promise.allSettled([aborted, closed]);
    await expect(aborted).rejects.toThrow();
    await link.close({ graceMs: 200 });
    expectNoCanary(await outcomes, await link.closed, link);
  });

  it('are not in the identity, whatever the bot is called', async () => {
    server.next('getMe', answers({ ok: true, result: { id: 1, first_name: token, username: secretHalf } }));
    const link = await connectTo(server);
    links.push(link);
    expect(link.identity).toEqual({ id: 1, name: '[redacted]', username: '[redacted]' });
  });

  it('are not in a webhook link, nor in what it answers', async () => {
    const link = await connectTo(server, { config: { webhook } });
    links.push(link);
    const body = JSON.stringify({ update_id: 1, token });
    for (const headers of [{}, { 'x-telegram-bot-api-secret-token': webhookSecret }]) {
      expectNoCanary(await link.handleWebhook?.({ method: 'POST', headers, body }), link);
    }
  });

  it('are not in a refusal of credentials or config', async () => {
    const config = { apiRoot: server.apiRoot, token };
    const attempts = await Promise.allSettled([
      telegram().connect({
        instanceId: 'bot',
        credentials: { token: `${token} ` },
        config: {},
        cursor: null,
        signal: patience(),
      }),
      connectTo(server, { config }),
    ]);
    for (const attempt of attempts) expect(attempt.status).toBe('rejected');
    expectNoCanary(attempts);
  });
});

describe('redacting', () => {
  it('takes out what is known, whatever it looks like, and what looks like a token, known or not', () => {
    expect(redact(`a ${token} b`, secretsOf(token))).toBe('a [redacted] b');
    expect(redact(`a ${secretHalf} b`, secretsOf(token))).toBe('a [redacted] b');
    expect(redact('/bot12345:abcdefghijkl/getMe and /bot12345%3Aabcdefghijkl')).toBe(
      '/bot[redacted]/getMe and /bot[redacted]',
    );
  });

  it('leaves times and ports alone, and cuts what is too long', () => {
    expect(redact('at 12:30:59 from 127.0.0.1:8080')).toBe('at 12:30:59 from 127.0.0.1:8080');
    expect(redact('x'.repeat(1_000))).toHaveLength(300);
  });
});
