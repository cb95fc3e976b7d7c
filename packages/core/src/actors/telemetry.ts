import type { Observer } from '../ports/observer.ts';
import type { JsonObject } from '../schema/json.ts';
import type { TelemetryEvent, TelemetryEventName } from '../schema/telemetryEvent.ts';

/** What every event of one instance carries. */
export interface TelemetryIdentity {
  readonly instanceModule: string;
  readonly instanceId: string;
  readonly channelType: string;
}

/**
 * The way from a chart to its observer. An observer that throws disturbs nothing: it is told once, by `observer.failed`,
 * and goes on being called.
 */
export class Telemetry {
  readonly #observer: Observer | undefined;
  readonly #identity: TelemetryIdentity;
  #hasReported = false;

  constructor(observer: Observer | undefined, { channelType, instanceId, instanceModule }: TelemetryIdentity) {
    this.#observer = observer;
    this.#identity = { instanceModule, instanceId, channelType };
  }

  /** Whether anybody looks: what is published otherwise need not be put together. */
  get isObserved(): boolean {
    return this.#observer !== undefined;
  }

  /** `metadata` wins over what every event carries, as in the original. */
  publish(name: TelemetryEventName, measurements: Readonly<Record<string, number>>, metadata: JsonObject = {}): void {
    const { channelType, instanceId, instanceModule } = this.#identity;
    this.#emit({ name, measurements, metadata: { instanceModule, instanceId, channelType } }, metadata);
  }

  /** For events whose measurement is the time stamp of their metadata. */
  publishAt(timestamp: number, name: TelemetryEventName, metadata: JsonObject = {}): void {
    const { channelType, instanceId, instanceModule } = this.#identity;
    const common = { instanceModule, instanceId, channelType, timestamp };
    this.#emit({ name, measurements: { timestamp }, metadata: common }, metadata);
  }

  /** Events of deliveries name no channel type, as in the original. */
  publishDelivery(timestamp: number, name: TelemetryEventName, metadata: JsonObject): void {
    const { instanceId, instanceModule } = this.#identity;
    this.#emit({ name, measurements: { timestamp }, metadata: { instanceModule, instanceId, timestamp } }, metadata);
  }

  toJSON(): JsonObject {
    return { ...this.#identity };
  }

  /** Metadata may come from anybody, and is read inside the guard. */
  #emit(event: TelemetryEvent, metadata: JsonObject): void {
    if (this.#observer === undefined) return;
    try {
      Object.assign(event.metadata, metadata);
      const result: unknown = this.#observer(event);
      if (result instanceof Promise) result.catch((error: unknown) => this.#reportOnce(event.name, error));
    } catch (error) {
      this.#reportOnce(event.name, error);
    }
  }

  #reportOnce(during: TelemetryEventName, error: unknown): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    this.publish('observer.failed', {}, { during, error: error instanceof Error ? error.name : typeof error });
  }
}
