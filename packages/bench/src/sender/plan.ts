/** How much is measured, and how often. */
export interface Plan {
  readonly scenarios: readonly Scenario[];
  /** Runs of each contestant that count, one of each contestant in turn. */
  readonly rounds: number;
  /** Runs of each that do not count: compilers and caches are slow at first. */
  readonly warmUpRounds: number;
  readonly maxInFlight: number;
  readonly chatsAnInstance: number;
  readonly pacePerSecond: number;
}

export interface Scenario {
  readonly instances: number;
  readonly messagesAnInstance: number;
  readonly outstandingAnInstance: number;
  /** Messages of the run at an even pace. */
  readonly pacedAnInstance: number;
}

export const fullPlan: Plan = {
  scenarios: [
    { instances: 1, messagesAnInstance: 5_000, outstandingAnInstance: 500, pacedAnInstance: 400 },
    { instances: 100, messagesAnInstance: 50, outstandingAnInstance: 20, pacedAnInstance: 4 },
  ],
  rounds: 5,
  warmUpRounds: 2,
  // What the Telegram channel has.
  maxInFlight: 10,
  chatsAnInstance: 40,
  pacePerSecond: 500,
};

export const quickPlan: Plan = {
  ...fullPlan,
  scenarios: [
    { instances: 1, messagesAnInstance: 2_000, outstandingAnInstance: 500, pacedAnInstance: 200 },
    { instances: 100, messagesAnInstance: 20, outstandingAnInstance: 20, pacedAnInstance: 2 },
  ],
  rounds: 3,
  warmUpRounds: 1,
};
