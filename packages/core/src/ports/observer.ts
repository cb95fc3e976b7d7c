import type { TelemetryEvent } from '../schema/telemetryEvent.ts';

/**
 * Where telemetry goes. Called synchronously, from within a transition, so do little and return: what it throws is
 * reported once (as `observer.failed`) and disturbs nothing.
 */
export type Observer = (event: TelemetryEvent) => void;
