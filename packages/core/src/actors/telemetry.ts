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
  readonly #instanceModule: string;
  readonly #instanceId: string;
  readonly #channelType: string;
  #hasReported = false;

  constructor(observer: Observer | undefined, { channelType, instanceId, instanceModule }: TelemetryIdentity) {
    this.#observer = observer;
    this.#instanceModule = instanceModule;
    this.#instanceId = instanceId;
    this.#channelType = channelType;
  }

  /** Whether anybody looks: what is published otherwise need not be put together. */
  get isObserved(): boolean {
    return this.#observer !== undefined;
  }

  /** `metadata` wins over what every event carries, as in the original. */
  publish(name: TelemetryEventName, measurements: Readonly<Record<string, number>>, metadata: JsonObject = {}): void {
    const common = {
      instanceModule: this.#instanceModule,
      instanceId: this.#instanceId,
      channelType: this.#channelType,
    };
    this.#emit({ name, measurements, metadata: common }, metadata);
  }

  /** For events whose measurement is the time stamp of their metadata. */
  publishAt(timestamp: number, name: TelemetryEventName, metadata: JsonObject = {}): void {
    const common = {
      instanceModule: this.#instanceModule,
      instanceId: this.#instanceId,
      channelType: this.#channelType,
      timestamp,
    };
    this.#emit({ name, measurements: { timestamp }, metadata: common }, metadata);
  }

  /** Events of deliveries name no channel type, as in the original. */
  publishDelivery(timestamp: number, name: TelemetryEventName, metadata: JsonObject): void {
    const common = { instanceModule: this.#instanceModule, instanceId: this.#instanceId, timestamp };
    this.#emit({ name, measurements: { timestamp }, metadata: common }, metadata);
  }

  toJSON(): TelemetryIdentity {
    return { instanceModule: this.#instanceModule, instanceId: this.#instanceId, channelType: this.#channelType };
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
