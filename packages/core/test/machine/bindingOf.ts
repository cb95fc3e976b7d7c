import { scriptedChannel, type VirtualClock } from '@holdfast/testing';
import { createMessaging, type InstanceInput } from 'holdfast';

/** The hold on a channel that a running instance has: charts take nothing else. */
export async function bindingOf(clock: VirtualClock): Promise<InstanceInput['channel']> {
  let binding: InstanceInput['channel'];
  const messaging = createMessaging({
    channels: [scriptedChannel({ clock })],
    clock,
    inspect: (event) => {
      if (event.type === '@xstate.snapshot' && 'context' in event.snapshot) {
        const context = event.snapshot.context as {
          readonly instance?: unknown;
          readonly channel?: InstanceInput['channel'];
        };
        if (context.instance !== undefined) binding = context.channel;
      }
    },
  });
  await messaging.startInstance('scripted', { id: 'bot', name: 'Bot' });
  await clock.settle();
  return binding;
}
