import { VirtualClock } from '@holdfast/testing';
import { type ChannelAdapter, createMessaging, type Messaging, type TelemetryEvent } from 'holdfast';
import { ofTheSeed } from '../observed.ts';
import { seededRandom } from '../seededRandom.ts';

/** One messaging in a time of its own, and what it has signalled. */
export class VirtualWorld {
  readonly clock = new VirtualClock();
  readonly messaging: Messaging;
  readonly #watch: ((event: TelemetryEvent) => void) | undefined;
  #events: TelemetryEvent[] = [];

  /** The channels are made with the world's clock. `watch` sees each event at the moment it is signalled. */
  constructor(
    name: string,
    channels: (clock: VirtualClock) => readonly ChannelAdapter[] = () => [],
    watch?: (event: TelemetryEvent) => void,
  ) {
    this.#watch = watch;
    this.messaging = createMessaging({
      name,
      channels: channels(this.clock),
      clock: this.clock,
      random: seededRandom(1),
      observer: (event) => {
        this.#events.push(event);
        this.#watch?.(event);
      },
    });
  }

  /** The events since the last time that the original knows too. */
  takeSignals(): TelemetryEvent[] {
    const events = this.#events;
    this.#events = [];
    return ofTheSeed(events);
  }

  /** Waits for something of ours, letting as much virtual time pass as it takes. */
  async until<T>(promise: Promise<T>): Promise<T> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.clock.runUntil(() => isSettled);
    return promise;
  }

  async end(): Promise<void> {
    await this.until(this.messaging.stop({ deadlineMs: 0 }));
  }
}
