import { outcome } from '@holdfast/testing';
import type { Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { redactFailure, redactObject } from '../../src/actors/redaction.ts';
import { startOnChannel } from '../runtime/running.ts';

const token = '7654321098:AAsecretSECRETsecret';
const failure: Failure = { severity: 'recoverable', scope: 'link', code: 'x.502', message: 'Bad gateway' };
const quoting = (text: string): Failure => ({ ...failure, message: text });

describe('a failure that quotes a credential', () => {
  it.each([
    ['text of its own', token],
    ['a part of an object', { user: 'bob', token }],
    ['deep inside', { oauth: { tokens: [{ access: token }] } }],
  ])('shows it nowhere, when the credential is %s', (_, credentials) => {
    const leaky: Failure = {
      ...failure,
      code: `x.${token}`,
      message: `${token}: fetch https://peer/bot${token}/send`,
      reason: ['http_error', { url: `https://peer/${token}`, status: 502 }, [token], null, true],
    };
    const redacted = redactFailure(leaky, credentials);
    expect(JSON.stringify(redacted)).not.toContain(token);
    expect(redacted).toEqual({
      ...failure,
      code: 'x.[redacted]',
      message: '[redacted]: fetch https://peer/bot[redacted]/send',
      reason: ['http_error', { url: 'https://peer/[redacted]', status: 502 }, ['[redacted]'], null, true],
    });
  });

  it('shows nothing of a credential that begins with another one', () => {
    const credentials = { botId: '7654321098', token };
    expect(redactFailure(quoting(`bot${token}/send`), credentials).message).toBe('bot[redacted]/send');
  });

  it('keeps everything else as it is', () => {
    const full: Failure = { ...failure, retryAfterMs: 5, resumable: true, delivered: 'no', reason: { a: [1, null] } };
    expect(redactFailure(full, { token })).toEqual(full);
    expect(redactFailure(failure, { token })).not.toHaveProperty('reason');
  });
});

describe('what a link says of itself', () => {
  it('is cleared of credentials at any depth, and keeps everything else', () => {
    const identity = {
      name: 'bot',
      url: `https://peer/${token}`,
      scopes: [token, 1, null],
      owner: { key: token, age: 3 },
    };
    expect(redactObject(identity, { token })).toEqual({
      name: 'bot',
      url: 'https://peer/[redacted]',
      scopes: ['[redacted]', 1, null],
      owner: { key: '[redacted]', age: 3 },
    });
  });

  it('is left alone where there are no credentials', () => {
    const identity = { name: 'bot' };
    expect(redactObject(identity, undefined)).toBe(identity);
    expect(redactFailure(failure, null)).toBe(failure);
  });
});

describe('a failure', () => {
  it.each([undefined, null, 42, {}, { pin: '12345', short: '' }])(
    'is left alone where the credentials are %o',
    (credentials) => {
      const text = quoting('12345 undefined null 42');
      expect(redactFailure(text, credentials)).toEqual(text);
    },
  );

  it('is cleared of a secret from six characters on', () => {
    expect(redactFailure(quoting('abcdef abcde'), ['abcdef', 'abcde']).message).toBe('[redacted] abcde');
  });

  it('may be redacted by credentials that hold themselves', () => {
    const cyclic: Record<string, unknown> = { token };
    cyclic['self'] = cyclic;
    expect(redactFailure(quoting(token), cyclic).message).toBe('[redacted]');
  });
});

describe('a link that dies for a reason that quotes a credential', () => {
  it('shows it nowhere', async () => {
    const { channel, clock, events, server } = await startOnChannel({ instance: { credentials: { token } } });
    channel.links[0]?.drop({ ...failure, message: token, reason: ['http_error', `https://peer/bot${token}`] });
    await clock.settle();
    expect(server.status().lastError).toEqual(['http_error', 'https://peer/bot[redacted]']);
    expect(JSON.stringify([events, server.actor.getPersistedSnapshot()])).not.toContain(token);
  });
});

describe('credentials that were replaced', () => {
  it('are still not shown: an adapter that has kept them quotes them in a later error', async () => {
    const late = new Error(`fetch https://peer/bot${token}/getMe failed`);
    const { clock, events, server } = await startOnChannel({
      channel: { script: { connect: [outcome.ok(), outcome.fail(late)] } },
      instance: { credentials: { token } },
    });
    server.updateCredentials({ token: 'another secret' });
    await clock.settle();
    expect(events.some(({ name }) => name === 'instance.reconnect_failed')).toBe(true);
    expect(JSON.stringify([events, server.status(), server.actor.getPersistedSnapshot()])).not.toContain(token);
  });
});
