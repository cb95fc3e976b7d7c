import { VirtualClock } from '@holdfast/testing';
import { type ChannelAdapter, createMessaging, type Interpreter, type Messaging, type TelemetryEvent } from 'holdfast';
import { ofTheSeed } from '../observed.ts';
import { seededRandom } from '../seededRandom.ts';

export interface WorldOptions {
  readonly name: string;
  /** What runs the charts of its instances. */
  readonly interpreter: Interpreter;
  /** Makes the channels, with the world's clock. Default: none. */
  readonly channels?: (clock: VirtualClock) => readonly ChannelAdapter[];
  /** Sees each event at the moment it is signalled. */
  readonly watch?: (event: TelemetryEvent) => void;
}

/** One messaging in a time of its own, and what it has signalled. */
export class VirtualWorld {
  readonly clock = new VirtualClock();
  readonly messaging: Messaging;
  #events: TelemetryEvent[] = [];

  constructor({ name, interpreter, channels = () => [], watch }: WorldOptions) {
    this.messaging = createMessaging({
      name,
      interpreter,
      channels: channels(this.clock),
      clock: this.clock,
      random: seededRandom(1),
      observer: (event) => {
        this.#events.push(event);
        watch?.(event);
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
