import type { AnyActorRef, InspectionEvent } from 'xstate';

/**
 * Watches charts for somebody who may not be there yet, as an inspector of `@holdfast/inspector` does. XState itself makes four objects
 * for each event as soon as a chart has an `inspect` function; a chart that nobody looks at pays nothing for its watcher.
 */
export interface Watcher {
  /**
   * Called once with the chart of each instance, before it starts: `actor.system.inspect` looks at it from then on, with a
   * function that must not throw; `vitals` may be called at any time. `unsubscribe` of what this returns is called when the instance has ended. What either throws is ignored.
   */
  watch(actor: AnyActorRef, vitals: () => Vitals | null): { unsubscribe(): void } | undefined;
}

/** How an instance with a channel is now, besides what its charts show; null of one without. */
export interface Vitals {
  /** Messages accepted and not yet settled, how many there may be, and the level of pressure: `normal`, `warn`, `degraded`, `shed`. */
  readonly queueDepth: number;
  readonly queueCapacity: number;
  readonly pressure: string;
  /** Its restart intensity. */
  readonly maxRestarts: number;
  readonly restartWindowMs: number;
}

/** Who sees what goes on in the charts: a function that gets all inspection events of XState, or who asks for them when they are needed. */
export type Inspection = ((event: InspectionEvent) => void) | Watcher;
