import { type BindingOwner, ChannelBinding, type HandlingAttempt } from '../actors/channelBinding.ts';
import type { Fleet } from '../actors/Fleet.ts';
import { Journal, type JournalOwner } from '../actors/Journal.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import { type InstanceSnapshot, isDegraded } from '../machine/selectors.ts';
import { Outbox, type OutboxOwner, type PressureChange } from '../policy/outbox.ts';
import type { ChannelAdapter, InputSchema } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { LoadLimits, Store, StoredInstance } from '../ports/store.ts';
import type { Failure } from '../schema/failure.ts';
import type { Instance } from '../schema/instanceConfig.ts';
import type { InboundMessage } from '../schema/message.ts';
import { callHandler, type MessageHandler } from './callHandler.ts';
import { Deliveries, type DeliveriesOwner } from './Deliveries.ts';
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
    config: checkWith(adapter.configSchema, options.config ?? noConfig, 'config'),
    onMessage,
    workers: resolveWorkerOptions(options, defaults, { adapter, settings: instance.settings }),
  };
}

const noDefaults: WorkerOptions = {};

/** One for all instances that have none. */
const noConfig = Object.freeze({});

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
  /** Of the instance as it is now. */
  readonly snapshot: () => InstanceSnapshot;
  /** Called once with what the process before has left, after its messages were taken over. */
  readonly onRestored?: ((stored: StoredInstance) => void) | undefined;
}

/**
 * An instance's channel in use: the hold on it, what is to be sent, and the way in. What these parts have to do with each other they do by
 * way of it: there are as many as instances, and it takes less than a function for each thing that one asks of another.
 */
export class OpenChannel implements BindingOwner, DeliveriesOwner, JournalOwner, OutboxOwner {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly store: Store | undefined;
  readonly adapter: ChannelAdapter;
  readonly binding: ChannelBinding;
  readonly outbox: Outbox;
  readonly journal: Journal;
  readonly ignoredSettings: readonly string[];
  readonly #snapshot: () => InstanceSnapshot;
  readonly #onMessage: MessageHandler | undefined;
  readonly #onRestored: ((stored: StoredInstance) => void) | undefined;
  #deliveries: Deliveries | undefined;
  #replays: Replays | undefined;

  constructor(checked: CheckedChannel, around: ChannelSurroundings) {
    const { adapter, config, credentials, onMessage, workers } = checked;
    const { ignoredSettings, poller, reconnect, sender } = workers;
    const { fleet } = around;
    this.instanceId = around.instanceId;
    this.clock = around.clock;
    this.random = around.random;
    this.store = around.store;
    this.adapter = adapter;
    this.ignoredSettings = ignoredSettings;
    this.#snapshot = around.snapshot;
    this.#onMessage = onMessage;
    this.#onRestored = around.onRestored;
    this.journal = new Journal(this);
    this.outbox = new Outbox(sender, this);
    this.binding = new ChannelBinding(this, { adapter, credentials, config, fleet, poller, reconnect, sender });
  }

  /** Made with the first message: many an instance only reads. */
  get deliveries(): Deliveries {
    this.#deliveries ??= new Deliveries(this, this.binding.sender.sentCacheSize);
    return this.#deliveries;
  }

  /** Made for who asks: dead letters are rare. */
  get replays(): Replays {
    this.#replays ??= new Replays(this.binding, this.deliveries);
    return this.#replays;
  }

  get limits(): LoadLimits {
    const { poller, sender } = this.binding;
    return { keys: sender.sentCacheSize, handled: poller.handledCacheSize };
  }

  get telemetry(): Telemetry {
    return this.#snapshot().context.telemetry;
  }

  get hasFailures(): boolean {
    const snapshot = this.#snapshot();
    return snapshot.context.consecutiveFailures > 0 || isDegraded(snapshot);
  }

  onMessage(message: InboundMessage, attempt: HandlingAttempt): Promise<void> {
    return callHandler(this.#onMessage, message, { attempt, channel: this });
  }

  onRestored(stored: StoredInstance): void {
    this.deliveries.restore(stored);
    this.#onRestored?.(stored);
  }

  onPressure({ depth, capacity, level, previous }: PressureChange): void {
    const measurements = { depth, capacity, timestamp: this.clock.now() };
    this.telemetry.publish('delivery.pressure_changed', measurements, { level, previous });
  }

  onStoreFailure({ message }: Failure): void {
    this.telemetry.publishAt(this.clock.now(), 'store.failed', { reason: message });
  }
}
