import { Failure, FailureScope, FailureSeverity, reasonOf } from 'holdfast';
import { describe, expect, it } from 'vitest';

const failure = { severity: 'recoverable', scope: 'link', code: 'telegram.502', message: 'Bad gateway' } as const;

const full = {
  ...failure,
  retryAfterMs: 1_500,
  resumable: true,
  delivered: 'unknown',
  reason: ['http_error', 502, { nested: [null, true] }],
} as const;

const accepts = (value: unknown) => Failure.safeParse(value).success;

describe('a failure', () => {
  it.each([failure, full])('%j is one, and is taken as it is', (value) => {
    expect(Failure.parse(value)).toEqual(value);
  });

  it.each(FailureSeverity.options.flatMap((severity) => FailureScope.options.map((scope) => ({ severity, scope }))))(
    'may be $severity of scope $scope',
    (kind) => {
      expect(accepts({ ...failure, ...kind })).toBe(true);
    },
  );

  it.each([
    ['an unknown severity', { severity: 'bad' }],
    ['an unknown scope', { scope: 'network' }],
    ['an empty code', { code: '' }],
    ['a message that is no text', { message: new Error('x') }],
    ['a negative wait', { retryAfterMs: -1 }],
    ['a wait of no number', { retryAfterMs: Number.NaN }],
    ['a wait as text', { retryAfterMs: '5' }],
    ['a delivery that is certain', { delivered: 'yes' }],
    ['a reason that is no JSON', { reason: () => 'x' }],
    ['a reason with a hole', { reason: { because: undefined } }],
  ])('is refused with %s', (_, change) => {
    expect(accepts({ ...failure, ...change })).toBe(false);
  });

  it.each(['severity', 'scope', 'code', 'message'])('is refused without its %s', (key) => {
    const entries = Object.entries(failure).filter(([name]) => name !== key);
    expect(accepts(Object.fromEntries(entries))).toBe(false);
  });

  it.each([null, undefined, 'timeout', 42, [], new Error('x')])('is not %o', (value) => {
    expect(accepts(value)).toBe(false);
  });
});

describe('the reason of a failure', () => {
  it('is its code, unless it has one of its own, which may be null', () => {
    expect(reasonOf(failure)).toBe('telegram.502');
    expect(reasonOf(full)).toEqual(['http_error', 502, { nested: [null, true] }]);
    expect(reasonOf({ ...failure, reason: null })).toBeNull();
  });
});
