import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyHttpStatus, classifyReason } from '../../src/policy/classifyReason.ts';
import { FailureSeverity } from '../../src/schema/failure.ts';
import type { Json } from '../../src/schema/json.ts';

const exception = ['exception', { name: 'RuntimeError', message: 'x' }];

const asTheOriginal: Readonly<Record<FailureSeverity, readonly Json[]>> = {
  recoverable: [
    'timeout',
    ['timeout', 5_000],
    'econnrefused',
    'closed',
    'nxdomain',
    'network_error',
    ['network_error', 'dns'],
    ['api_error', 'timeout'],
    ['task_exit', 'killed'],
    exception,
    ['http_error', 500],
    ['http_error', 599],
    ['http_status', 503],
    ['rate_limited', 30],
    { class: 'recoverable' },
    { class: 'recoverable', reason: 'unauthorized' },
    { reason: 'timeout' },
    { reason: { reason: ['rate_limited', 1] } },
  ],
  degraded: [
    'unsupported',
    ['unsupported', 'edit'],
    ['unsupported_method', 'x'],
    ['media_policy_denied', 'size'],
    ['policy_denied', 'a', 'b', 'c'],
    { class: 'degraded' },
    { class: 'degraded', reason: 'timeout' },
    { reason: ['unsupported', 'edit'] },
  ],
  fatal: [
    ['http_error', 499],
    ['http_error', 400],
    ['http_status', 404],
    'unauthorized',
    ['invalid_return', null],
    ['invalid_request', 'bad'],
    ['unsupported_operation', 'x'],
    { class: 'fatal' },
    { class: 'fatal', reason: 'timeout' },
    { reason: ['http_status', 401] },
  ],
};

/** Fatal in the original; that a thing is not known says nothing against trying again. */
const departures: readonly Json[] = [
  'unknown',
  null,
  true,
  42,
  'network down',
  [],
  [42, 'x'],
  [['nested']],
  [['unsupported'], 'edit'],
  ['unsupported', 'edit', 'twice'],
  'policy_denied',
  'constructor',
  ['throw', 'x'],
  ['exit', 'x'],
  {},
  { reason: null },
  { class: 'worse', reason: 'who knows' },
  'econnreset',
  'etimedout',
  ['econnreset', 'read'],
  ['http_error', 408],
  ['http_error', 429],
  ['http_status', 429],
  ['http_error', '404'],
  ['http_error'],
];

describe('a reason of the original', () => {
  for (const severity of FailureSeverity.options) {
    it.each(asTheOriginal[severity].map((reason) => [JSON.stringify(reason), reason] as const))(
      `%s is ${severity}`,
      (_, reason) => {
        expect(classifyReason(reason)).toBe(severity);
      },
    );
  }
});

describe('a reason that we take otherwise than the original', () => {
  it.each(departures.map((reason) => [JSON.stringify(reason), reason] as const))('%s is recoverable', (_, reason) => {
    expect(classifyReason(reason)).toBe('recoverable');
  });
});

describe('any reason', () => {
  it('has a severity', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (reason) => {
        expect(FailureSeverity.options).toContain(classifyReason(reason as Json));
      }),
    );
  });

  it('that stands inside another is what the other one is', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (reason) => {
        expect(classifyReason({ reason: reason as Json })).toBe(classifyReason(reason as Json));
      }),
    );
  });
});

describe('an HTTP status', () => {
  it('is fatal from 400 to 499, but for 408 and 429, and recoverable otherwise', () => {
    const fatal = Array.from({ length: 1_000 }, (_, status) => status).filter((s) => classifyHttpStatus(s) === 'fatal');
    expect(fatal).toHaveLength(98);
    expect([fatal[0], fatal.at(-1)]).toEqual([400, 499]);
    expect(fatal).not.toContain(408);
    expect(fatal).not.toContain(429);
  });
});
