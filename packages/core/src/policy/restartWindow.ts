/** Restart intensity, as OTP has it: at most `maxRestarts` within any `windowMs`. */
export interface RestartIntensity {
  readonly maxRestarts: number;
  readonly windowMs: number;
}

/** The restarts that count at `nowMs`, this one included. A restart exactly one window old still counts, as in OTP. */
export function recordRestart(restarts: readonly number[], nowMs: number, { windowMs }: RestartIntensity): number[] {
  return [...restarts.filter((at) => nowMs - at <= windowMs), nowMs];
}

/** Whether the recorded restarts are within the intensity. */
export function isWithinIntensity(restarts: readonly number[], { maxRestarts }: RestartIntensity): boolean {
  return restarts.length <= maxRestarts;
}
