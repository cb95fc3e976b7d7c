import { type ChannelOperation, Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import {
  type CallFault,
  TelegramCallError,
  TelegramConfigError,
  TelegramConflictError,
  TelegramCredentialsError,
  TelegramMessageError,
} from '../src/errors.ts';
import { classifyTelegramFailure } from '../src/failures.ts';

const refused = (status: number, description = 'x', rest: object = {}): CallFault => {
  return { kind: 'refused', status, description, ...rest };
};
const garbled = (status: number, rest: object = {}): CallFault => ({ kind: 'garbled', status, ...rest });
const network = (errno: string, reached: 'no' | 'unknown'): CallFault => ({ kind: 'network', errno, reached });

interface Row {
  readonly method: string;
  readonly fault: CallFault;
  readonly during: ChannelOperation;
  readonly expected: Omit<Failure, 'message'>;
}

const recoverable = { severity: 'recoverable' } as const;
const auth = { severity: 'fatal', scope: 'auth' } as const;
const link = { ...recoverable, scope: 'link' } as const;
const server = { ...recoverable, scope: 'server' } as const;
const terminated = 'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
const active =
  "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";

const rows: Row[] = [
  { method: 'getMe', fault: refused(401), during: 'connect', expected: { ...auth, code: 'telegram.401' } },
  { method: 'getUpdates', fault: refused(401), during: 'poll', expected: { ...auth, code: 'telegram.401' } },
  {
    method: 'sendMessage',
    fault: refused(401),
    during: 'send',
    expected: { ...auth, code: 'telegram.401', delivered: 'no' },
  },
  { method: 'getMe', fault: refused(404), during: 'connect', expected: { ...auth, code: 'telegram.404' } },
  { method: 'getMe', fault: garbled(404), during: 'probe', expected: { ...auth, code: 'telegram.404' } },
  { method: 'getUpdates', fault: refused(404), during: 'poll', expected: { ...link, code: 'telegram.404' } },
  {
    method: 'getUpdates',
    fault: refused(409, terminated),
    during: 'poll',
    expected: { ...recoverable, scope: 'conflict', code: 'telegram.409' },
  },
  {
    method: 'getUpdates',
    fault: refused(409, active),
    during: 'poll',
    expected: { severity: 'fatal', scope: 'config', code: 'telegram.409' },
  },
  {
    method: 'getUpdates',
    fault: refused(409, 'Conflict: terminated by setWebhook request'),
    during: 'poll',
    expected: { severity: 'fatal', scope: 'config', code: 'telegram.409' },
  },
  { method: 'getUpdates', fault: garbled(409), during: 'poll', expected: { ...link, code: 'telegram.409' } },
  {
    method: 'sendMessage',
    fault: refused(429, 'Too Many Requests', { retryAfterMs: 7000 }),
    during: 'send',
    expected: { ...recoverable, scope: 'rate', code: 'telegram.429', retryAfterMs: 7000, delivered: 'no' },
  },
  {
    method: 'getUpdates',
    fault: garbled(429, { retryAfterMs: 3000 }),
    during: 'poll',
    expected: { ...recoverable, scope: 'rate', code: 'telegram.429', retryAfterMs: 3000 },
  },
  ...[400, 403, 413].map(
    (status): Row => ({
      method: 'sendMessage',
      fault: refused(status),
      during: 'send',
      expected: { severity: 'degraded', scope: 'message', code: `telegram.${status}`, delivered: 'no' },
    }),
  ),
  {
    method: 'sendMessage',
    fault: garbled(403),
    during: 'send',
    expected: { ...link, code: 'telegram.403', delivered: 'no' },
  },
  {
    method: 'sendMessage',
    fault: refused(400, 'group chat was upgraded to a supergroup chat', { migrateToChatId: -1001 }),
    during: 'send',
    expected: { ...server, code: 'telegram.400', delivered: 'no' },
  },
  {
    method: 'sendMessage',
    fault: refused(404),
    during: 'send',
    expected: { ...link, code: 'telegram.404', delivered: 'no' },
  },
  {
    method: 'sendMessage',
    fault: refused(408),
    during: 'send',
    expected: { ...link, code: 'telegram.408', delivered: 'unknown' },
  },
  {
    method: 'setWebhook',
    fault: refused(400, 'Bad Request: bad webhook'),
    during: 'connect',
    expected: { severity: 'fatal', scope: 'config', code: 'telegram.400' },
  },
  { method: 'getUpdates', fault: refused(400), during: 'poll', expected: { ...link, code: 'telegram.400' } },
  {
    method: 'getUpdates',
    fault: refused(500, 'Internal Server Error: restart', { retryAfterMs: 5000 }),
    during: 'poll',
    expected: { ...server, code: 'telegram.500', retryAfterMs: 5000 },
  },
  {
    method: 'sendMessage',
    fault: garbled(502),
    during: 'send',
    expected: { ...server, code: 'telegram.502', delivered: 'unknown' },
  },
  { method: 'getMe', fault: garbled(200), during: 'connect', expected: { ...server, code: 'telegram.invalid_answer' } },
  {
    method: 'sendMessage',
    fault: refused(0),
    during: 'send',
    expected: { ...server, code: 'telegram.invalid_answer', delivered: 'unknown' },
  },
  ...['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'].map(
    (errno): Row => ({
      method: 'sendMessage',
      fault: network(errno, 'no'),
      during: 'send',
      expected: { ...link, code: `telegram.${errno.toLowerCase()}`, delivered: 'no' },
    }),
  ),
  {
    method: 'sendMessage',
    fault: network('ECONNRESET', 'unknown'),
    during: 'send',
    expected: { ...link, code: 'telegram.econnreset', delivered: 'unknown' },
  },
  {
    method: 'getUpdates',
    fault: network('ECONNRESET', 'unknown'),
    during: 'poll',
    expected: { ...link, code: 'telegram.econnreset' },
  },
  {
    method: 'sendMessage',
    fault: { kind: 'timeout', timeoutMs: 10, reached: 'unknown' },
    during: 'send',
    expected: { ...link, code: 'telegram.timeout', delivered: 'unknown' },
  },
  {
    method: 'sendMessage',
    fault: { kind: 'timeout', timeoutMs: 10, reached: 'no' },
    during: 'send',
    expected: { ...link, code: 'telegram.timeout', delivered: 'no' },
  },
  {
    method: 'sendMessage',
    fault: { kind: 'closed' },
    during: 'send',
    expected: { ...link, code: 'telegram.closed', delivered: 'unknown' },
  },
];

describe('the failure table', () => {
  it.each(rows)(
    '$fault.kind $fault.status$fault.errno of $method during $during is $expected.severity/$expected.scope',
    ({ method, fault, during, expected }) => {
      const { message, ...failure } = classifyTelegramFailure(new TelegramCallError(method, fault), during);
      expect(failure).toEqual(expected);
      expect(message).toContain(method);
    },
  );

  it('a message that cannot be sent as it is concerns that message alone, and was not delivered', () => {
    const error = new TelegramMessageError('text_too_long', 'Too long.');
    expect(classifyTelegramFailure(error, 'send')).toEqual({
      severity: 'degraded',
      scope: 'message',
      code: 'telegram.text_too_long',
      message: 'Too long. Nothing was sent.',
      delivered: 'no',
    });
  });

  it.each([
    { error: new TelegramConfigError('webhook_set', 'x'), verdict: ['fatal', 'config', 'telegram.webhook_set'] },
    { error: new TelegramCredentialsError(), verdict: ['fatal', 'auth', 'telegram.bad_token'] },
    { error: new TelegramConflictError(), verdict: ['recoverable', 'conflict', 'telegram.webhook_taken'] },
    { error: new DOMException('x', 'AbortError'), verdict: ['recoverable', 'link', 'telegram.aborted'] },
    { error: AbortSignal.abort().reason, verdict: ['recoverable', 'link', 'telegram.aborted'] },
  ])('$error.name is $verdict', ({ error, verdict }) => {
    const { severity, scope, code } = classifyTelegramFailure(error, 'connect');
    expect([severity, scope, code]).toEqual(verdict);
  });

  it.each([
    [undefined],
    [null],
    ['bot1234:abcdefghijklmn'],
    [{}],
    [Object.create(null)],
    [new TypeError('GET /bot1234:abcdefghijklmn/getMe')],
    [Object.assign(new Error('x'), { name: 'https://x/bot1234:abcdefghijklmn' })],
  ])('an unknown error (%#) is recoverable, and nothing of it is shown', (error) => {
    for (const during of ['connect', 'probe', 'poll', 'commit', 'send', 'webhook'] as const) {
      const failure = classifyTelegramFailure(error, during);
      expect(Failure.safeParse(failure).success).toBe(true);
      expect(failure).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'telegram.unknown' });
      expect(JSON.stringify(failure)).not.toContain('abcdefghijklmn');
    }
  });

  it('a token in a description of Telegram is taken out of the message', () => {
    const fault = refused(400, 'Bad Request: 12345:AAE-canary_canary in text');
    expect(classifyTelegramFailure(new TelegramCallError('sendMessage', fault), 'send').message).toBe(
      'sendMessage: Telegram answered 400, Bad Request: [redacted] in text.',
    );
  });
});
