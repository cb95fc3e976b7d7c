import type { Observer } from '../ports/observer.ts';
import type { Json, JsonObject } from '../schema/json.ts';
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
  readonly #identity: JsonObject;
  #hasReported = false;

  constructor(observer: Observer | undefined, identity: TelemetryIdentity) {
    this.#observer = observer;
    this.#identity = { ...identity };
  }

  /** Whether anybody looks: what is published otherwise need not be put together. */
  get isObserved(): boolean {
    return this.#observer !== undefined;
  }

  /** `metadata` wins over what every event carries, as in the original. */
  publish(name: TelemetryEventName, measurements: Readonly<Record<string, number>>, metadata: JsonObject = {}): void {
    this.#emit(name, () => ({ name, measurements, metadata: { ...this.#identity, ...metadata } }));
  }

  /** For events whose measurement is the time stamp of their metadata. */
  publishAt(timestamp: number, name: TelemetryEventName, metadata: Readonly<Record<string, Json>> = {}): void {
    const build = () => ({
      name,
      measurements: { timestamp },
      metadata: { ...this.#identity, timestamp, ...metadata },
    });
    this.#emit(name, build);
  }

  /** Events of deliveries name no channel type, as in the original. */
  publishDelivery(timestamp: number, name: TelemetryEventName, metadata: JsonObject): void {
    const { channelType: _, ...identity } = this.#identity;
    this.#emit(name, () => ({ name, measurements: { timestamp }, metadata: { ...identity, timestamp, ...metadata } }));
  }

  toJSON(): JsonObject {
    return this.#identity;
  }

  /** An event is built inside the guard too: metadata may come from anybody. */
  #emit(name: TelemetryEventName, build: () => TelemetryEvent): void {
    if (this.#observer === undefined) return;
    try {
      const result: unknown = this.#observer(build());
      if (result instanceof Promise) result.catch((error: unknown) => this.#reportOnce(name, error));
    } catch (error) {
      this.#reportOnce(name, error);
    }
  }

  #reportOnce(during: TelemetryEventName, error: unknown): void {
    if (this.#hasReported) return;
    this.#hasReported = true;
    this.publish('observer.failed', {}, { during, error: error instanceof Error ? error.name : typeof error });
  }
}
