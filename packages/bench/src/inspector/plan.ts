/** How much is measured, and for how long. */
export interface InspectorPlan {
  readonly actors: number;
  readonly eventsPerSecond: number;
  readonly seconds: number;
  /** How often somebody chooses another actor meanwhile. */
  readonly clicks: number;
}

export const fullPlan: InspectorPlan = { actors: 1_000, eventsPerSecond: 10_000, seconds: 20, clicks: 12 };
export const quickPlan: InspectorPlan = { actors: 1_000, eventsPerSecond: 10_000, seconds: 6, clicks: 3 };

/** What is wanted of the page. */
export const aims = { framesPerSecond: 45, firstChartMs: 300, growthRatio: 0.05 } as const;
