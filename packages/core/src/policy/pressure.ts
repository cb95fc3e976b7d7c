/** How full an outbox is. At `shed` it takes no more messages of low priority. */
export type PressureLevel = 'normal' | 'warn' | 'degraded' | 'shed';

export interface PressureThresholds {
  /** Shares of the capacity, from 0 to 1, at which each level begins. */
  readonly warnRatio: number;
  readonly degradedRatio: number;
  readonly shedRatio: number;
  /** A level ends when the share has fallen this far below its beginning, so that it does not flicker. */
  readonly hysteresisRatio: number;
}

/** 0.95 − 0.05 is a little less than 0.9 in binary: a share of exactly 0.9 must count as fallen that far. */
const rounding = 1e-9;

const ranks: Readonly<Record<PressureLevel, number>> = { normal: 0, warn: 1, degraded: 2, shed: 3 };

/** The level at this depth, given the one before. It may rise over several at once, and fall over several at once. */
export function nextPressure(
  level: PressureLevel,
  fill: { readonly depth: number; readonly capacity: number },
  thresholds: PressureThresholds,
): PressureLevel {
  const share = fill.depth / fill.capacity;
  if (isAt('shed', thresholds.shedRatio)) return 'shed';
  if (isAt('degraded', thresholds.degradedRatio)) return 'degraded';
  return isAt('warn', thresholds.warnRatio) ? 'warn' : 'normal';

  /** It has begun, or has begun before and has not ended yet. */
  function isAt(candidate: PressureLevel, begin: number): boolean {
    if (share >= begin) return true;
    return ranks[candidate] <= ranks[level] && share - (begin - thresholds.hysteresisRatio) > rounding;
  }
}
