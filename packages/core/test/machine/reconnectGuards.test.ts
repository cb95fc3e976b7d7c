import { VirtualClock } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import {
  backoff,
  connectTimeout,
  minConnected,
  probeInterval,
  probeTimeout,
} from '../../src/machine/reconnectDelays.ts';
import {
  isAdmitted,
  isAlive,
  isConflict,
  isCurrentLink,
  isDegraded,
  isExhausted,
  isFatal,
  isLate,
  isLinked,
  isLongOutage,
  isRateLimited,
  isUncounted,
  isWithinIntensity,
} from '../../src/machine/reconnectGuards.ts';
import { linkInput, type ReconnectContext, type ReconnectEvent } from '../../src/machine/reconnectModel.ts';
import { createReconnectContext, linkOf, outputOf } from '../../src/machine/reconnectUpdates.ts';
import { maxTimerMs } from '../../src/ports/clock.ts';
import type { Failure } from '../../src/schema/failure.ts';
import { defaultReconnectPolicy } from '../../src/schema/reconnectPolicy.ts';
import { bindingOf } from './bindingOf.ts';

const failure: Failure = { severity: 'recoverable', scope: 'link', code: 'test.reset', message: 'reset' };
const retry: ReconnectEvent = { type: 'retry' };
const failed = (changes: Partial<Failure>): Failure => ({ ...failure, ...changes });

async function open() {
  const clock = new VirtualClock({ startMs: 1_000_000 });
  const channel = await bindingOf(clock);
  if (!channel) throw new Error('The instance has no channel.');
  const base = createReconnectContext({ input: { channel } });
  const args = (more: Partial<ReconnectContext> = {}, event: ReconnectEvent = retry) => ({
    context: { ...base, ...more },
    event,
  });
  return { args, clock, reconnect: channel.reconnect };
}

describe('a guard of the connection', () => {
  it('takes a round trip for alive when it came back, or was only asked to come later', async () => {
    const { args } = await open();
    const after = (event: object) => isAlive(args({}, event as ReconnectEvent));
    const done = (output: object) => after({ type: 'xstate.done.actor.prober', output });
    expect(done({ ok: true, value: undefined })).toBe(true);
    expect(done({ ok: false, failure: failed({ scope: 'rate' }) })).toBe(true);
    expect(done({ ok: false, failure })).toBe(false);
    expect(after(retry)).toBe(false);
    expect(outputOf(retry)).toBeUndefined();
  });

  it('takes an attempt for linked when it has made a link, and nothing else for one', async () => {
    const { args } = await open();
    const after = (event: object) => isLinked(args({}, event as ReconnectEvent));
    const type = 'xstate.done.actor.connector';
    expect(after({ type, output: { ok: true, value: { epoch: 1 } } })).toBe(true);
    expect(after({ type, output: { ok: false, failure } })).toBe(false);
    expect(after({ type: 'xstate.done.actor.prober', output: { ok: true, value: { epoch: 1 } } })).toBe(false);
    expect(linkOf(retry)).toBeNull();
  });

  it('takes a report for one about the link that there is by its epoch', async () => {
    const { args } = await open();
    const link = { epoch: 3 } as ReconnectContext['link'];
    const report = (epoch: number): ReconnectEvent => ({ type: 'link.failed', failure, epoch });
    expect(isCurrentLink(args({ link }, report(3)))).toBe(true);
    expect(isCurrentLink(args({ link }, report(2)))).toBe(false);
    expect(isCurrentLink(args({ link: null }, report(3)))).toBe(false);
    expect(isCurrentLink(args({ link: null }))).toBe(false);
  });

  it.each([
    ['fatal', isFatal, failed({ severity: 'fatal' })],
    ['degraded', isDegraded, failed({ severity: 'degraded' })],
    ['a conflict', isConflict, failed({ scope: 'conflict' })],
    ['rate limited', isRateLimited, failed({ scope: 'rate' })],
  ])('takes what is %s for that, and no other failure, and none', async (_, guard, own) => {
    const { args } = await open();
    expect([own, failure, null].map((each) => guard(args({ failure: each })))).toEqual([true, false, false]);
  });

  it('counts an attempt from 1, and admits one that need not wait', async () => {
    const { args } = await open();
    expect([0, 1].map((attempt) => isUncounted(args({ attempt })))).toEqual([true, false]);
    expect([0, 1].map((turnMs) => isAdmitted(args({ turnMs })))).toEqual([true, false]);
  });

  it('takes an outage for a long one from its limit on, and none for none', async () => {
    const { args, clock, reconnect } = await open();
    const since = (ms: number) => isLongOutage(args({ outage: { sinceMs: clock.now() - ms, reason: null } }));
    expect([since(reconnect.suspendAfterMs - 1), since(reconnect.suspendAfterMs)]).toEqual([false, true]);
    expect(isLongOutage(args({ outage: null }))).toBe(false);
  });

  it('takes the last attempt for that, whether it made a link that did not last or none', async () => {
    const { args, reconnect } = await open();
    const { maxAttempts } = reconnect;
    const after = (attempt: number, unstableAttempts: number) => isExhausted(args({ attempt, unstableAttempts }));
    expect([after(maxAttempts - 1, 0), after(maxAttempts, 0)]).toEqual([false, true]);
    expect([after(0, maxAttempts - 1), after(0, maxAttempts)]).toEqual([false, true]);
  });

  it('allows as many exhausted outages as the intensity', async () => {
    const { args, reconnect } = await open();
    const after = (count: number) => isWithinIntensity(args({ restarts: Array(count).fill(0) }));
    expect([after(reconnect.maxRestarts), after(reconnect.maxRestarts + 1)]).toEqual([true, false]);
  });

  it('takes a deadline for late that fires more than two seconds after it was due', async () => {
    const { args, clock, reconnect } = await open();
    const probedAtMs = clock.now();
    clock.jump(reconnect.probeTimeoutMs + 2_000);
    expect(isLate(args({ probedAtMs }))).toBe(false);
    clock.jump(1);
    expect(isLate(args({ probedAtMs }))).toBe(true);
  });
});

describe('a delay of the connection', () => {
  it('is the one of its policy, or the one that was drawn', async () => {
    const { args } = await open();
    const policy = defaultReconnectPolicy;
    expect(connectTimeout(args())).toBe(policy.connectTimeoutMs);
    expect(minConnected(args())).toBe(policy.minConnectedMs);
    expect(probeInterval(args())).toBe(policy.probeIntervalMs);
    expect(probeTimeout(args())).toBe(policy.probeTimeoutMs);
    expect(backoff(args({ delayMs: 77 }))).toBe(77);
  });

  it('is never longer than a timer holds: a longer one would fire at once', async () => {
    const { args } = await open();
    expect(backoff(args({ delayMs: Number.MAX_SAFE_INTEGER }))).toBe(maxTimerMs);
  });
});

describe('the children of a link', () => {
  it('cannot be without one', async () => {
    const { args } = await open();
    expect(() => linkInput(args())).toThrow('The state `linked` was entered without a link.');
  });

  it('get the one that there is', async () => {
    const { args } = await open();
    const link = { epoch: 3 } as NonNullable<ReconnectContext['link']>;
    expect(linkInput(args({ link })).link).toBe(link);
  });
});
