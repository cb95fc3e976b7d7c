import { type ScriptedChannelOptions, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging, type InstanceServer, type StartInstanceOptions, type TelemetryEvent } from 'holdfast';

type Scripted = ReturnType<typeof scriptedChannel>;

/** An instance on a scripted channel, in virtual time, with all that it signals. */
export interface Running {
  readonly clock: VirtualClock;
  readonly channel: Scripted;
  readonly server: InstanceServer;
  readonly events: TelemetryEvent[];
  /** The names of what was signalled, without the prefix `instance.`; from `since` on. */
  names(since?: number): string[];
}

/** Jitter is at its middle, so that delays are the backoffs themselves. */
const middle = () => 0.5;

export async function startOn(
  channelOptions: Partial<ScriptedChannelOptions> = {},
  options: Partial<StartInstanceOptions<Scripted>> = {},
): Promise<Running> {
  const clock = new VirtualClock();
  const channel = scriptedChannel({ clock, ...channelOptions });
  const events: TelemetryEvent[] = [];
  const messaging = createMessaging({
    name: 'Test',
    channels: [channel],
    clock,
    random: middle,
    observer: (event) => events.push(event),
  });
  const server = await messaging.startInstance('scripted', { id: 'bot', name: 'Bot', ...options });
  await clock.settle();
  const names = (since = 0) => events.slice(since).map(({ name }) => name.replace('instance.', ''));
  return { clock, channel, server, events, names };
}
