import { Failure } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { newChannel } from './onChannel.ts';

const cyclic: Record<string, unknown> = {};
cyclic['self'] = cyclic;

describe('classifyFailure', () => {
  it('hands a Failure through as it is', () => {
    const { channel } = newChannel({
      classify: () => {
        throw new Error('not asked');
      },
    });
    const failure: Failure = { severity: 'fatal', scope: 'auth', code: 'x.401', message: 'no', retryAfterMs: 5 };
    expect(channel.classifyFailure(failure, 'probe')).toBe(failure);
  });

  it.each([
    ['a string', 'timeout', 'timeout'],
    ['an object', { http: 503 }, { http: 503 }],
    ['null', null, null],
    ['an Error', new TypeError('no route'), 'no route'],
    ['nothing', undefined, 'undefined'],
    ['NaN', Number.NaN, 'NaN'],
    ['a symbol', Symbol('s'), 'Symbol(s)'],
    ['an object in a circle', cyclic, '[object Object]'],
    ['what cannot be printed', Object.assign(Object.create(null), { big: 1n }), 'an unprintable object'],
    ['half a Failure', { severity: 'fatal' }, { severity: 'fatal' }],
  ])('makes of %s a valid, recoverable failure of the link that shows it', (_name, error, reason) => {
    const { channel } = newChannel();
    const failure = channel.classifyFailure(error, 'send');
    expect(failure).toMatchObject({ severity: 'recoverable', scope: 'link', code: 'scripted.error' });
    expect(failure.reason).toEqual(reason);
    expect(failure.message).toContain('during send');
    expect(Failure.safeParse(failure).success).toBe(true);
  });

  it('asks classify for what is no Failure, and takes undefined for no opinion', () => {
    const conflict: Failure = { severity: 'recoverable', scope: 'conflict', code: 'x.409', message: 'another' };
    const { channel } = newChannel({
      classify: (error, during) => (error === '409' && during === 'poll' ? conflict : undefined),
    });
    expect(channel.classifyFailure('409', 'poll')).toBe(conflict);
    expect(channel.classifyFailure('409', 'probe')).toMatchObject({ code: 'scripted.error', reason: '409' });
  });
});
