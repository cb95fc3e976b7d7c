import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { chartCoverage } from '@holdfast/testing/chart';
import { planTests } from '@holdfast/testing/model';
import { createMessaging, instanceMachine } from 'holdfast';
import { expect, it } from 'vitest';

/** The hold on a channel that a running instance has: charts take nothing else. */
async function bindingOf(clock: VirtualClock): Promise<unknown> {
  let binding: unknown;
  const messaging = createMessaging({
    channels: [scriptedChannel({ clock })],
    clock,
    inspect: (event) => {
      if (event.type === '@xstate.snapshot' && 'context' in event.snapshot) {
        const context = event.snapshot.context as { readonly instance?: unknown; readonly channel?: unknown };
        if (context.instance !== undefined) binding = context.channel;
      }
    },
  });
  await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
  await clock.settle();
  return binding;
}

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
  expect(plan.paths.length).toBeLessThan(12);
});
