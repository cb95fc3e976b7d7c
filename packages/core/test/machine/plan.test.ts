import { VirtualClock } from '@holdfast/testing';
import { chartCoverage } from '@holdfast/testing/chart';
import { planTests } from '@holdfast/testing/model';
import { instanceMachine } from 'holdfast';
import { expect, it } from 'vitest';
import { bindingOf } from './bindingOf.ts';

const epoch = 1;
const limit = 3;

it('an instance has no transition that no path leads to', async () => {
  const clock = new VirtualClock();
  const past = {
    restartCount: 0,
    lastRestartReason: null,
    lastRestartClass: null,
    consecutiveFailures: limit - 1,
    lastError: null,
  };
  const plan = planTests(instanceMachine, {
    input: {
      instance: { id: 'bot', name: 'Bot', channelType: 'scripted' },
      failureLimit: limit,
      clock,
      channel: await bindingOf(clock),
    },
    project: ({ context }) => [Math.min(context.consecutiveFailures, limit), context.childRestarts.length],
    events: {
      'notify.connecting': [{ epoch }],
      'notify.connected': [{ epoch }],
      'notify.disconnected': [{ reason: 'timeout', epoch }, { reason: 'an operator says so' }],
      'notify.failure': [{ reason: 'timeout' }],
      'notify.reconnectAttempt': [
        { attempt: 1, epoch },
        { attempt: 0, epoch },
      ],
      'notify.restartMarker': [{ class: 'fatal', reason: 'unauthorized' }],
      stop: [{}, { drainMs: 0 }],
      'store.restored': [{ past }],
      'connection.up': [{ link: { canPoll: true }, epoch }],
    },
  });
  expect(plan.missing).toEqual([]);
  expect(plan.total).toBe(chartCoverage(instanceMachine).chart.transitions.length);
  // What the README of @holdfast/testing says.
  expect(plan).toMatchObject({ total: 46, steps: 72, paths: { length: 9 } });
});
