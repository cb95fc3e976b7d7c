import {
  defaultPollerOptions,
  defaultReconnectPolicy,
  defaultSenderOptions,
  PollerOptions,
  ReconnectPolicy,
  SenderOptions,
} from 'holdfast';
import { describe, expect, it } from 'vitest';

/** The keys whose value may be 0; everything else that is a number must be a whole one from 1. */
const mayBeZero = ['minConnectedMs', 'maxRestarts'];

/** The keys whose value is a number from 0 to 1. */
const ratios = ['jitterRatio', 'warnRatio', 'degradedRatio', 'shedRatio', 'hysteresisRatio'];

const all = [
  { name: 'ReconnectPolicy', schema: ReconnectPolicy, defaults: { ...defaultReconnectPolicy } },
  { name: 'SenderOptions', schema: SenderOptions, defaults: { ...defaultSenderOptions } },
  { name: 'PollerOptions', schema: PollerOptions, defaults: { ...defaultPollerOptions } },
];

describe.each(all)('$name', ({ schema, defaults }) => {
  const accepts = (change: object) => schema.safeParse({ ...defaults, ...change }).success;
  const wholeNumbers = Object.entries(defaults)
    .filter(([name, value]) => typeof value === 'number' && !ratios.includes(name))
    .map(([name]) => name);

  it('has a default for every option, and accepts them all', () => {
    expect(schema.parse(defaults)).toEqual(defaults);
    expect(Object.keys(schema.shape).sort()).toEqual(Object.keys(defaults).sort());
  });

  it.each(wholeNumbers)('%s is a whole number above its bound', (name) => {
    expect(accepts({ [name]: 1 })).toBe(true);
    expect(accepts({ [name]: Number.MAX_SAFE_INTEGER })).toBe(true);
    expect(accepts({ [name]: 0 })).toBe(mayBeZero.includes(name));
    const refused = [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '1', null].filter((value) =>
      accepts({ [name]: value }),
    );
    expect(refused).toEqual([]);
  });

  it.each(Object.keys(defaults).filter((name) => ratios.includes(name)))('%s is a number from 0 to 1', (name) => {
    expect([0, 0.25, 1].filter((value) => !accepts({ [name]: value }))).toEqual([]);
    expect([-0.01, 1.01, Number.NaN, '0.2', null].filter((value) => accepts({ [name]: value }))).toEqual([]);
  });

  it('refuses an option that is left out, and one that it does not know', () => {
    expect(accepts({ [String(wholeNumbers[0])]: undefined })).toBe(false);
    expect(accepts({ probeInterval: 1 })).toBe(false);
  });
});

describe('the jitter', () => {
  const accepts = (change: object) => ReconnectPolicy.safeParse({ ...defaultReconnectPolicy, ...change }).success;

  it.each(['equal', 'full', 'decorrelated'])('may be %s', (jitter) => {
    expect(accepts({ jitter })).toBe(true);
  });

  it('may be nothing else', () => {
    expect(accepts({ jitter: 'none' })).toBe(false);
  });
});

describe('what is done when nobody knows, and on a long Retry-After', () => {
  const accepts = (change: object) => SenderOptions.safeParse({ ...defaultSenderOptions, ...change }).success;

  it.each([
    ['unknownOutcome', ['retry', 'hold', 'fail'], ['wait', 'drop', '', null, true]],
    ['longRetryAfter', ['wait', 'hold', 'fail'], ['retry', 'drop', '', null, true]],
  ])('%s is one of %j', (name, allowed, refused) => {
    expect(allowed.filter((value) => !accepts({ [name]: value }))).toEqual([]);
    expect(refused.filter((value) => accepts({ [name]: value }))).toEqual([]);
  });
});

describe('the defaults of the original', () => {
  it('hold for the connection', () => {
    expect(defaultReconnectPolicy).toMatchObject({
      probeIntervalMs: 30_000,
      maxAttempts: 5,
      baseBackoffMs: 250,
      maxBackoffMs: 5_000,
      jitter: 'equal',
      jitterRatio: 0.2,
      maxRestarts: 5,
      restartWindowMs: 30_000,
    });
  });

  it('hold for the Sender', () => {
    expect(defaultSenderOptions).toMatchObject({
      capacity: 1_000,
      maxAttempts: 5,
      baseBackoffMs: 500,
      maxBackoffMs: 30_000,
      sentCacheSize: 1_000,
    });
  });
});
