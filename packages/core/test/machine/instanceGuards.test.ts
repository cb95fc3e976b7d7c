import { VirtualClock } from '@holdfast/testing';
import { describe, expect, it } from 'vitest';
import { drainDeadline } from '../../src/machine/instanceDelays.ts';
import {
  hasFailures,
  hasWork,
  isAttempt,
  isAttemptReset,
  isInformed,
  isLastFailure,
  isRestartClass,
  isWithinChildIntensity,
} from '../../src/machine/instanceGuards.ts';
import type { InstanceContext, InstanceEvent } from '../../src/machine/instanceModel.ts';
import { createInstanceContext } from '../../src/machine/instanceUpdates.ts';
import { maxTimerMs } from '../../src/ports/clock.ts';
import { bindingOf } from './bindingOf.ts';

const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' };
const retry: InstanceEvent = { type: 'retry' };

function args(event: InstanceEvent = retry, more: Partial<InstanceContext> = {}) {
  return { context: { ...createInstanceContext({ input: { instance } }), ...more }, event };
}

async function onChannel(event: InstanceEvent = retry, more: Partial<InstanceContext> = {}) {
  const channel = await bindingOf(new VirtualClock());
  if (!channel) throw new Error('The instance has no channel.');
  return args(event, { channel, ...more });
}

describe('a guard of the instance', () => {
  it.each([
    [0, 10, false],
    [8, 10, false],
    [9, 10, true],
    [10, 10, true],
    [0, 1, true],
  ])(
    'after %i failures and with a limit of %i takes the next one for the last: %s',
    (consecutiveFailures, failureLimit, isLast) => {
      expect(isLastFailure(args(retry, { consecutiveFailures, failureLimit }))).toBe(isLast);
    },
  );

  it('finds failures to clear where there is one', () => {
    expect([0, 1, 2].map((consecutiveFailures) => hasFailures(args(retry, { consecutiveFailures })))).toEqual([
      false,
      true,
      true,
    ]);
  });

  it.each([
    [1, true, false],
    [2, true, false],
    [0, false, true],
    [-1, false, false],
    [0.5, false, false],
    [Number.NaN, false, false],
    [Number.POSITIVE_INFINITY, false, false],
  ])('takes the number %d for an attempt: %s, and for the end of the attempts: %s', (attempt, isOne, isEnd) => {
    const event = { type: 'notify.reconnectAttempt', attempt } as const;
    expect([isAttempt(args(event)), isAttemptReset(args(event))]).toEqual([isOne, isEnd]);
  });

  it('hears nothing of attempts and restarts in an event about something else', () => {
    expect([isAttempt(args()), isAttemptReset(args()), isRestartClass(args())]).toEqual([false, false, false]);
  });

  it('where there is a channel believes its connection, and nobody else', async () => {
    const attempt = { type: 'notify.reconnectAttempt', attempt: 1, reason: null } as const;
    const reset = { ...attempt, attempt: 0 };
    for (const event of [attempt, reset, { type: 'notify.connecting' } as const]) {
      expect(isInformed(args(event))).toBe(true);
      expect(isInformed(await onChannel(event))).toBe(false);
      expect(isInformed(await onChannel({ ...event, epoch: 1 }))).toBe(true);
    }
    expect([isAttempt(await onChannel(attempt)), isAttemptReset(await onChannel(reset))]).toEqual([false, false]);
    expect(isAttempt(await onChannel({ ...attempt, epoch: 1 }))).toBe(true);
    expect(isAttemptReset(await onChannel({ ...reset, epoch: 1 }))).toBe(true);
  });

  it.each([
    ['recoverable', true],
    ['fatal', true],
    ['degraded', false],
    ['', false],
  ])('takes %o for a class of restarts: %s', (name, isOne) => {
    const event = { type: 'notify.restartMarker', class: name, reason: null } as InstanceEvent;
    expect(isRestartClass(args(event))).toBe(isOne);
  });

  it('has work to finish where there is a channel and it is given time', async () => {
    const stop = { type: 'stop' } as const;
    expect(hasWork(args(stop))).toBe(false);
    expect(hasWork(await onChannel(stop))).toBe(true);
    expect(hasWork(await onChannel({ ...stop, drainMs: 1 }))).toBe(true);
    expect(hasWork(await onChannel({ ...stop, drainMs: 0 }))).toBe(false);
    expect(hasWork(await onChannel())).toBe(true);
  });

  it('allows as many restarts of workers as the intensity, the one to come included', async () => {
    const { context, event } = await onChannel();
    const maxRestarts = context.channel?.reconnect.maxRestarts ?? 0;
    expect(maxRestarts).toBe(5);
    const after = (count: number, more = context) =>
      isWithinChildIntensity({ context: { ...more, childRestarts: Array(count).fill(more.clock.now()) }, event });
    expect([after(0), after(maxRestarts - 1), after(maxRestarts)]).toEqual([true, true, false]);
    expect([after(4, args().context), after(5, args().context)]).toEqual([true, false]);
  });
});

describe('the time to finish the work in hand', () => {
  it('is five seconds, or what the stop gives, and no longer than a timer holds', () => {
    const after = (stop: InstanceContext['stop']) => drainDeadline(args(retry, { stop }));
    expect(after(null)).toBe(5_000);
    expect(after({ drainMs: 70 })).toBe(70);
    expect(after({ drainMs: Number.MAX_SAFE_INTEGER })).toBe(maxTimerMs);
  });
});
