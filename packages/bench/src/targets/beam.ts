/**
 * What the original did on BEAM when it was measured: OTP 27 with two schedulers, medians of five runs; the mixed events on OTP 25 with
 * one scheduler. On a machine like ours, and on another day: so these are times beside times, and no ratios.
 */

/** Nanoseconds of a mixed event, by instances. */
export const beamMixedNs: ReadonlyMap<number, number> = new Map([
  [1, 176],
  [100, 260],
  [10_000, 1_534],
  [100_000, 2_610],
]);

export const beam = {
  successPerSecond: 8.2e6,
  failureSuccessPerSecond: 6.9e6,
  connectionPerSecond: 1.1e6,
  statusPerSecond: 532e3,
  healthPerSecond: 323e3,
  startAndStopPerSecond: 32e3,
  messagesPerSecond: 124e3,
  start100kSeconds: 2.2,
  startSubtrees100kSeconds: 3.9,
  list100kMs: 4_300,
  idleBytes: 8_800,
  hibernatedBytes: 2_700,
  subtreeBytes: 16_000,
} as const;
