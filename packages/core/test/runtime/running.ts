import { type ScriptedChannel, type ScriptedChannelOptions, scriptedChannel, VirtualClock } from '@holdfast/testing';
import {
  createMessaging,
  InstanceServer,
  type InstanceServerOptions,
  type Messaging,
  type MessagingOptions,
  type StartInstanceOptions,
  type StopAccount,
  type TelemetryEvent,
} from 'holdfast';

export const startMs = 1_000_000;

/** The account of an instance that accepted nothing. */
export const nothing: StopAccount = {
  accepted: 0,
  sent: 0,
  failed: 0,
  expired: 0,
  withdrawn: 0,
  unknown: 0,
  handedBack: [],
  uncertain: [],
};

/** What the tests of the facade have in common: virtual time, and a list of all that is signalled. */
interface Watched {
  readonly clock: VirtualClock;
  readonly events: TelemetryEvent[];
  /** The names of what was signalled since the start, or since `forget`. */
  names(): string[];
  forget(): void;
}

function watched(): Watched {
  const events: TelemetryEvent[] = [];
  return {
    clock: new VirtualClock({ startMs }),
    events,
    names: () => events.map(({ name }) => name),
    forget: () => {
      events.length = 0;
    },
  };
}

export const instance = { id: 'bot', name: 'Bot', channelType: 'telegram' } as const;

/** An instance without a channel: the test drives it. */
export function startServer(
  options: Partial<InstanceServerOptions<InstanceServer>> = {},
): Watched & { readonly server: InstanceServer } {
  const { clock, events, ...watching } = watched();
  const observer = (event: TelemetryEvent): void => void events.push(event);
  const server = InstanceServer.start({ instance, module: 'Test', clock, observer, ...options });
  return { clock, events, server, ...watching };
}

type Scripted = ScriptedChannel<'scripted'>;

export interface OnChannel extends Watched {
  readonly channel: Scripted;
  readonly messaging: Messaging<Scripted>;
  readonly server: InstanceServer;
}

export interface OnChannelOptions {
  readonly channel?: Omit<ScriptedChannelOptions, 'clock'>;
  readonly instance?: Partial<StartInstanceOptions<Scripted>>;
  readonly messaging?: Omit<MessagingOptions<Scripted>, 'channels' | 'clock'>;
}

/** An instance with the id `bot` on a scripted channel, after its first attempt to connect. */
export async function startOnChannel(options: OnChannelOptions = {}): Promise<OnChannel> {
  const { clock, events, ...watching } = watched();
  const observer = (event: TelemetryEvent): void => void events.push(event);
  const channel = scriptedChannel({ clock, ...options.channel });
  const messaging = createMessaging({ name: 'Test', channels: [channel], clock, observer, ...options.messaging });
  const server = await messaging.startInstance('scripted', { id: 'bot', name: 'Bot', ...options.instance });
  await clock.settle();
  return { channel, clock, events, messaging, server, ...watching };
}

/** A messaging with two scripted channels, `one` and `two`, and no instance. */
export function twoChannels() {
  const clock = new VirtualClock({ startMs });
  const [one, two] = [scriptedChannel({ clock, kind: 'one' }), scriptedChannel({ clock, kind: 'two' })];
  return { clock, one, two, messaging: createMessaging({ channels: [one, two], clock }) };
}

/** What a call throws or rejects with. Fails when it does neither, so that no assertion is passed over. */
export async function errorOf(call: () => unknown): Promise<unknown> {
  try {
    await call();
  } catch (error) {
    return error;
  }
  throw new Error('It was expected to throw or to reject, and did neither.');
}
