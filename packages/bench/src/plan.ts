import type { EventsPlan } from './events/eventsPlan.ts';
import type { MemoryPlan } from './memory/runMemory.ts';
import type { StormsPlan } from './storm/runStorm.ts';
import type { RestPlan } from './timers/runTimers.ts';

/** How much is measured, and how often. */
export interface Plan {
  readonly events: EventsPlan;
  readonly memory: MemoryPlan;
  readonly storm: StormsPlan;
  readonly timers: RestPlan;
  /** What would take longer than this is left out, and the report says so. Milliseconds. */
  readonly longestMs: number;
}

export const fullPlan: Plan = {
  events: { sizes: [1, 100, 1_000, 10_000, 100_000], turnMs: 20, rounds: 9, warmUpRounds: 2 },
  memory: {
    sizes: [1_000, 10_000, 100_000],
    rounds: 3,
    roundsOfLargest: 1,
    calls: { rounds: 5, warmUpRounds: 1, atLeast: 20_000 },
    sending: { sizes: [1, 100], messages: 20_000, rounds: 7, warmUpRounds: 2 },
  },
  storm: { sizes: [1_000, 10_000, 100_000], rounds: 1, roundsAt: { 10000: 2 }, outageMs: 2_000 },
  timers: { sizes: [1_000, 10_000, 100_000], probeIntervalMs: 30_000, periods: 1, looks: 3, lookMs: 2_000 },
  longestMs: 150_000,
};

/** Whether it works, rather than how fast. */
export const quickPlan: Plan = {
  events: { sizes: [1, 1_000, 10_000], turnMs: 10, rounds: 5, warmUpRounds: 1 },
  memory: {
    sizes: [1_000, 4_000],
    rounds: 1,
    roundsOfLargest: 1,
    calls: { rounds: 3, warmUpRounds: 1, atLeast: 10_000 },
    sending: { sizes: [1], messages: 5_000, rounds: 3, warmUpRounds: 1 },
  },
  // Twenty instances of each hundred a second: it is over after some seconds, where the default takes half a minute.
  storm: { sizes: [1_000], rounds: 1, roundsAt: {}, outageMs: 1_000, fleetRatioPerSecond: 0.2 },
  timers: { sizes: [1_000], probeIntervalMs: 3_000, periods: 1, looks: 1, lookMs: 1_000 },
  longestMs: 30_000,
};
