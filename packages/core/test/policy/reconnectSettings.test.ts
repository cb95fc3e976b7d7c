import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { resolveReconnectSettings } from '../../src/policy/reconnectSettings.ts';
import type { Json, JsonObject } from '../../src/schema/json.ts';
import { defaultReconnectPolicy, ReconnectPolicy } from '../../src/schema/reconnectPolicy.ts';

const durations = {
  probeIntervalMs: 'probeIntervalMs',
  maxReconnectAttempts: 'maxAttempts',
  reconnectBaseBackoffMs: 'baseBackoffMs',
  reconnectMaxBackoffMs: 'maxBackoffMs',
} as const;

describe('without settings', () => {
  it.each([{}, { probeIntervalMs: undefined }, { probeIntervalMs: null }])(
    'and a channel of %o the defaults hold',
    (channel) => {
      expect(resolveReconnectSettings({}, channel)).toEqual({ policy: defaultReconnectPolicy, ignored: [] });
    },
  );

  it("a channel's probe interval wins over the default", () => {
    expect(resolveReconnectSettings({}, { probeIntervalMs: 25 }).policy.probeIntervalMs).toBe(25);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    "a channel's probe interval of %d is passed over",
    (ms) => {
      expect(resolveReconnectSettings({}, { probeIntervalMs: ms })).toEqual({
        policy: defaultReconnectPolicy,
        ignored: [],
      });
    },
  );
});

describe.each(Object.entries(durations))('the setting %s', (setting, target) => {
  it(`sets ${target}, and nothing else`, () => {
    const { policy, ignored } = resolveReconnectSettings({ [setting]: 77 });
    expect(policy).toEqual({ ...defaultReconnectPolicy, [target]: 77 });
    expect(ignored).toEqual([]);
  });

  it.each<Json>([0, -1, 1.5, '100', null, true, [100], { ms: 100 }, Number.MAX_SAFE_INTEGER + 1])(
    'of %j is passed over and named',
    (value) => {
      expect(resolveReconnectSettings({ [setting]: value })).toEqual({
        policy: defaultReconnectPolicy,
        ignored: [setting],
      });
    },
  );
});

describe('the setting reconnectJitterRatio', () => {
  it.each([0, 0.5, 1])('of %d sets jitterRatio', (ratio) => {
    const { policy, ignored } = resolveReconnectSettings({ reconnectJitterRatio: ratio });
    expect(policy).toEqual({ ...defaultReconnectPolicy, jitterRatio: ratio });
    expect(ignored).toEqual([]);
  });

  it.each<Json>([1.01, -0.1, 2, null, '0.5', false])('of %j is passed over and named', (ratio) => {
    const { policy, ignored } = resolveReconnectSettings({ reconnectJitterRatio: ratio });
    expect(policy).toEqual(defaultReconnectPolicy);
    expect(ignored).toEqual(['reconnectJitterRatio']);
  });
});

describe('together', () => {
  it("a setting wins over the channel's probe interval, which wins over the base", () => {
    const base = { ...defaultReconnectPolicy, probeIntervalMs: 1, maxAttempts: 9 };
    const channel = { probeIntervalMs: 25 };
    expect(resolveReconnectSettings({}, channel, base).policy).toEqual({ ...base, probeIntervalMs: 25 });
    expect(resolveReconnectSettings({ probeIntervalMs: 100 }, channel, base).policy.probeIntervalMs).toBe(100);
    expect(resolveReconnectSettings({ probeIntervalMs: 0 }, channel, base).policy.probeIntervalMs).toBe(25);
  });

  it('a base backoff above the cap is taken as it is, as in the original', () => {
    const { policy, ignored } = resolveReconnectSettings({ reconnectBaseBackoffMs: 10, reconnectMaxBackoffMs: 5 });
    expect(policy).toMatchObject({ baseBackoffMs: 10, maxBackoffMs: 5 });
    expect(ignored).toEqual([]);
  });

  it('several that are of no use are all named, and the others still hold', () => {
    const settings = { reconnectJitterRatio: 7, maxReconnectAttempts: 3, probeIntervalMs: 'often' };
    const { policy, ignored } = resolveReconnectSettings(settings);
    expect(policy).toEqual({ ...defaultReconnectPolicy, maxAttempts: 3 });
    expect([...ignored].sort()).toEqual(['probeIntervalMs', 'reconnectJitterRatio']);
  });

  it('settings of other names are none of its business', () => {
    const settings = { theme: 'dark', maxAttempts: 99, connectTimeoutMs: 1 };
    expect(resolveReconnectSettings(settings)).toEqual({ policy: defaultReconnectPolicy, ignored: [] });
  });

  it('a setting that is only inherited is no setting', () => {
    const settings: JsonObject = Object.create({ probeIntervalMs: 77 });
    expect(resolveReconnectSettings(settings)).toEqual({ policy: defaultReconnectPolicy, ignored: [] });
  });

  it('any settings at all make a policy that its own schema accepts', () => {
    const names = [...Object.keys(durations), 'reconnectJitterRatio', 'other'];
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), fc.jsonValue()), fc.jsonValue(), (settings, probe) => {
        const channel = { probeIntervalMs: typeof probe === 'number' ? probe : undefined };
        const { policy } = resolveReconnectSettings(settings as JsonObject, channel);
        expect(ReconnectPolicy.safeParse(policy).success).toBe(true);
      }),
    );
  });
});
