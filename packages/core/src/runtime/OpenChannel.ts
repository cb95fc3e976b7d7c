import { type BindingOwner, ChannelBinding, type HandlingAttempt } from '../actors/channelBinding.ts';
import type { Fleet } from '../actors/Fleet.ts';
import { Journal, type JournalOwner } from '../actors/Journal.ts';
import type { Telemetry } from '../actors/telemetry.ts';
import { type InstanceSnapshot, isDegraded } from '../machine/selectors.ts';
import { Outbox, type OutboxOwner, type PressureChange } from '../policy/outbox.ts';
import type { ChannelAdapter } from '../ports/channel.ts';
import type { Clock } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { LoadLimits, Store, StoredInstance } from '../ports/store.ts';
import type { Failure } from '../schema/failure.ts';
import type { InboundMessage } from '../schema/message.ts';
import { callHandler, type MessageHandler } from './callHandler.ts';
import type { CheckedChannel } from './channelOptions.ts';
import { Deliveries, type DeliveriesOwner } from './Deliveries.ts';
import { Replays } from './Replays.ts';

/** Whose channel it is. */
interface Described {
  /** As it is now. */
  readonly snapshot: InstanceSnapshot;
}

/** What an open channel needs of its surroundings. */
export interface ChannelSurroundings {
  readonly instanceId: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly fleet: Fleet;
  readonly store?: Store | undefined;
  readonly instance: Described;
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
  readonly #instance: Described;
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
    this.#instance = around.instance;
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
    return this.#instance.snapshot.context.telemetry;
  }

  get hasFailures(): boolean {
    const { snapshot } = this.#instance;
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
