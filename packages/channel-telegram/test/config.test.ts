import { describe, expect, it } from 'vitest';
import { LongPollConfig, TelegramCredentials, WebhookConfig } from '../src/config.ts';
import { telegram } from '../src/telegram.ts';

const url = 'https://bot.example.org/telegram';

describe('the config', () => {
  it('is complete without a word said', () => {
    const defaults = {
      apiRoot: 'https://api.telegram.org',
      allowedUpdates: ['message', 'channel_post'],
      pollLimit: 100,
      requestTimeoutMs: 10_000,
      pollGraceMs: 5_000,
      replaceWebhook: false,
    };
    expect(LongPollConfig.parse({})).toEqual(defaults);
    expect(LongPollConfig.parse(undefined)).toEqual(defaults);
  });

  it('of a webhook asks for its URL only', () => {
    expect(WebhookConfig.parse({ webhook: { url } }).webhook).toEqual({
      url,
      dropPending: false,
      queueCapacity: 100,
      handlingDeadlineMs: 25_000,
    });
    expect(WebhookConfig.safeParse({}).success).toBe(false);
  });

  it('loses the slash at the end of apiRoot, which the API would not take', () => {
    expect(LongPollConfig.parse({ apiRoot: 'http://127.0.0.1:8081/root/' }).apiRoot).toBe('http://127.0.0.1:8081/root');
  });

  it.each([
    [{ apiRoot: 'ftp://x' }],
    [{ apiRoot: 'https://user:pass@x' }],
    [{ apiRoot: 'https://x?y=1' }],
    [{ allowedUpdates: [] }],
    [{ allowedUpdates: ['callback_query'] }],
    [{ pollLimit: 0 }],
    [{ pollLimit: 101 }],
    [{ requestTimeoutMs: 99 }],
    [{ requestTimeoutMs: 60_001 }],
    [{ pollGraceMs: 1.5 }],
    [{ replaceWebhook: 'yes' }],
    [{ webhook: { url } }],
    [{ unknown: 1 }],
  ])('%j is refused for long polling', (config) => {
    expect(LongPollConfig.safeParse(config).success).toBe(false);
  });

  it.each([
    [{ url: 'bot.example.org' }],
    [{ url, secretToken: 'with space' }],
    [{ url, secretToken: '' }],
    [{ url, secretToken: 'x'.repeat(257) }],
    [{ url, maxConnections: 101 }],
    [{ url, queueCapacity: 0 }],
    [{ url, handlingDeadlineMs: 55_001 }],
    [{ url, extra: 1 }],
  ])('the webhook %j is refused', (webhook) => {
    expect(WebhookConfig.safeParse({ webhook }).success).toBe(false);
  });

  it('a refusal says what is expected', () => {
    const { error } = LongPollConfig.safeParse({ pollLimit: 0, allowedUpdates: ['x'], extra: true });
    expect(error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      'allowedUpdates.0: message, edited_message, channel_post or edited_channel_post',
      'pollLimit: a whole number from 1 to 100',
      ': an object with the documented keys and no others',
    ]);
  });
});

describe('the credentials', () => {
  it('are a token of digits, a colon and a secret', () => {
    expect(TelegramCredentials.parse({ token: '12345:AAE_x-y' })).toEqual({ token: '12345:AAE_x-y' });
  });

  it.each([['12345'], ['x:AAE'], ['12345:'], ['12345:AA/../x'], ['12345:AA\n'], [7]])(
    '%j is refused unseen',
    (token) => {
      const { success, error } = TelegramCredentials.safeParse({ token });
      expect(success).toBe(false);
      expect(JSON.stringify(error?.issues)).not.toContain('AA/');
      expect(error?.issues[0]?.message).toContain('a bot token');
    },
  );
});

describe('the adapter', () => {
  it('says what it can do, by its mode', () => {
    const common = { resume: true, ack: true, sendAck: true, exclusive: true, maxInFlight: 10 };
    const sendRate = { count: 30, perMs: 1000 };
    expect(telegram()).toMatchObject({ kind: 'telegram', capabilities: { ...common, sendRate, inbound: 'long-poll' } });
    expect(telegram({ mode: 'webhook' }).capabilities).toMatchObject({ ...common, sendRate, inbound: 'webhook' });
  });
});
