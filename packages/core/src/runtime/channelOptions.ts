import { ChannelBinding, type Claim } from '../actors/channelBinding.ts';
import type { Fleet } from '../actors/Fleet.ts';
import { Journal } from '../actors/Journal.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import type { Job } from '../policy/job.ts';
import { Outbox, type PressureChange } from '../policy/outbox.ts';
import type { ChannelAdapter, InputSchema } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { Store, StoredInstance } from '../ports/store.ts';
import type { Failure } from '../schema/failure.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import { bindHandler, type MessageHandler } from './bindHandler.ts';
import { Deliveries } from './Deliveries.ts';
import { Replays } from './Replays.ts';
import {
  type ResolvedWorkerOptions,
  resolveWorkerOptions,
  validateCallback,
  type WorkerOptions,
} from './resolveOptions.ts';
import { validateInput } from './validateInput.ts';

/** An instance's channel, and how its workers behave on it. */
export interface ChannelOptions<Adapter extends ChannelAdapter = ChannelAdapter> extends WorkerOptions {
  readonly adapter: Adapter;
  /** Checked by the adapter's schema, kept by the channel's hold, and shown nowhere. */
  readonly credentials?: CredentialsOf<Adapter> | undefined;
  readonly config?: { readonly [Key in keyof ConfigOf<Adapter>]?: ConfigOf<Adapter>[Key] | undefined } | undefined;
  /** Called with each inbound message. Without it messages are read and counted as handled. */
  readonly onMessage?: MessageHandler | undefined;
  /** What holds where these options say nothing. */
  readonly defaults?: WorkerOptions | undefined;
}

export type CredentialsOf<Adapter> =
  Adapter extends ChannelAdapter<infer Credentials, infer _Config> ? Credentials : never;
export type ConfigOf<Adapter> = Adapter extends ChannelAdapter<infer _Credentials, infer Config> ? Config : never;

/** Options that have been checked: from here on nothing is refused any more. */
export interface CheckedChannel {
  readonly adapter: ChannelAdapter;
  readonly credentials: unknown;
  readonly config: unknown;
  readonly onMessage: MessageHandler | undefined;
  readonly workers: ResolvedWorkerOptions;
}

export function checkChannel(options: ChannelOptions, instance: Instance): CheckedChannel {
  const { adapter, onMessage, defaults = noDefaults } = options;
  validateCallback(onMessage, 'onMessage');
  return {
    adapter,
    credentials: checkCredentials(adapter, options.credentials),
    config: checkWith(adapter.configSchema, options.config ?? {}, 'config'),
    onMessage,
    workers: resolveWorkerOptions(options, defaults, { adapter, settings: instance.settings }),
  };
}

const noDefaults: WorkerOptions = {};

export function checkCredentials(adapter: ChannelAdapter, credentials: unknown): unknown {
  return checkWith(adapter.credentialsSchema, credentials, 'credentials');
}

function checkWith(schema: InputSchema<unknown> | undefined, value: unknown, root: string): unknown {
  return schema ? validateInput(schema, value, { subject: 'options', root }) : value;
}

/** What an open channel needs of its surroundings. */
export interface ChannelSurroundings {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly fleet: Fleet;
  readonly store?: Store | undefined;
  readonly telemetry: () => Telemetry;
  /** Whether there is anything for a success to clear. */
  readonly hasFailures: () => boolean;
  /** Called once with what the process before has left, after its messages were taken over. */
  readonly onRestored?: (stored: StoredInstance) => void;
}

/** An instance's channel in use: the hold on it, what is to be sent, and the way in. */
export interface OpenChannel {
  readonly adapter: ChannelAdapter;
  readonly binding: ChannelBinding;
  readonly outbox: Outbox;
  readonly deliveries: Deliveries;
  readonly replays: Replays;
  readonly ignoredSettings: readonly string[];
}

export function openChannel(checked: CheckedChannel, surroundings: ChannelSurroundings): OpenChannel {
  // Of what is kept here there are as many as instances: objects are written out, since a spread gives each a shape of its own.
  const { adapter, config, credentials, workers } = checked;
  const { clock, fleet, hasFailures, instanceId, random, store, telemetry } = surroundings;
  const { poller, reconnect, sender } = workers;
  const onPressure = ({ depth, capacity, level, previous }: PressureChange): void =>
    telemetry().publish('delivery.pressure_changed', { depth, capacity, timestamp: clock.now() }, { level, previous });
  const onFailure = ({ message }: Failure): void =>
    telemetry().publishAt(clock.now(), 'store.failed', { reason: message });
  const limits = { keys: sender.sentCacheSize, handled: poller.handledCacheSize };
  const journal = new Journal({ instanceId, clock, store, limits, onFailure });
  const outbox = new Outbox(sender, onPressure);
  const wake = (): void => binding.wake();
  const claim = (job: Job): Claim | undefined => binding.claim(job);
  const remembered = sender.sentCacheSize;
  const deliveries = new Deliveries({ instanceId, clock, random, telemetry, outbox, journal, wake, claim, remembered });
  const onMessage = bindHandler(deliveries, checked.onMessage);
  const onRestored = (stored: StoredInstance): void => {
    deliveries.restore(stored);
    surroundings.onRestored?.(stored);
  };
  const app = { instanceId, config, credentials, onMessage, onRestored, hasFailures };
  const binding = new ChannelBinding({
    ...app,
    adapter,
    clock,
    random,
    fleet,
    journal,
    outbox,
    poller,
    reconnect,
    sender,
  });
  const replays = new Replays(binding, deliveries);
  return { adapter, outbox, deliveries, binding, replays, ignoredSettings: workers.ignoredSettings };
}
