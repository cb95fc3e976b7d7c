import type { Observer } from 'holdfast';
import { failureLimit, identity, reason as usualReason } from './Machines.ts';

export type Status = 'starting' | 'connecting' | 'connected' | 'disconnected' | 'error';

/**
 * What somebody would write who wants speed and nothing else: the chart's states and counters of an instance without a channel, as
 * fields that change, and the same telemetry objects. No inspector, no snapshot, no children, no guard against what an observer
 * throws: the limit.
 */
export class HandWritten {
  status: Status = 'starting';
  consecutiveFailures = 0;
  reconnectAttempt = 0;
  restartCount = 0;
  lastError: string | null = null;
  connectedAt: number | null = null;
  readonly id: string;
  readonly name: string;
  readonly startedAt: number;
  readonly #observer: Observer;

  constructor(id: string, name: string, observer: Observer) {
    this.id = id;
    this.name = name;
    this.#observer = observer;
    this.startedAt = Date.now();
    const { channelType, instanceModule } = identity;
    const timestamp = this.startedAt;
    observer({
      name: 'instance.started',
      measurements: { timestamp },
      metadata: { instanceModule, instanceId: id, channelType, timestamp, name },
    });
  }

  connecting(): void {
    this.status = 'connecting';
    this.#publish('instance.connecting');
  }

  connected(): void {
    this.status = 'connected';
    this.connectedAt = Date.now();
    this.consecutiveFailures = 0;
    this.reconnectAttempt = 0;
    this.lastError = null;
    this.#publish('instance.connected');
  }

  disconnected(reason: string = usualReason): void {
    this.status = 'disconnected';
    this.lastError = reason;
    const { channelType, instanceModule } = identity;
    const timestamp = Date.now();
    this.#observer({
      name: 'instance.disconnected',
      measurements: { timestamp },
      metadata: { instanceModule, instanceId: this.id, channelType, timestamp, reason },
    });
  }

  failure(reason: string): void {
    this.consecutiveFailures += 1;
    this.lastError = reason;
    const { consecutiveFailures } = this;
    const { channelType, instanceModule } = identity;
    const timestamp = Date.now();
    this.#observer({
      name: 'instance.failure_counted',
      measurements: { timestamp },
      metadata: { instanceModule, instanceId: this.id, channelType, timestamp, reason, consecutiveFailures },
    });
    if (this.status !== 'error' && consecutiveFailures >= failureLimit) this.#fail(reason);
  }

  success(): void {
    if (this.consecutiveFailures === 0) return;
    this.consecutiveFailures = 0;
    this.#publish('instance.recovered');
  }

  #fail(error: string): void {
    this.status = 'error';
    const { channelType, instanceModule } = identity;
    const { consecutiveFailures } = this;
    const timestamp = Date.now();
    this.#observer({
      name: 'instance.error',
      measurements: { timestamp },
      metadata: { instanceModule, instanceId: this.id, channelType, timestamp, error, consecutiveFailures },
    });
  }

  #publish(name: 'instance.connecting' | 'instance.connected' | 'instance.recovered'): void {
    const { channelType, instanceModule } = identity;
    const timestamp = Date.now();
    this.#observer({
      name,
      measurements: { timestamp },
      metadata: { instanceModule, instanceId: this.id, channelType, timestamp },
    });
  }
}
