import { maxTimerMs } from '../ports/clock.ts';
import type { Random } from '../ports/random.ts';
import type { JitterKind } from '../schema/reconnectPolicy.ts';

export interface BackoffRequest {
  /** The number of the attempt that the delay comes before, from 1. */
  readonly attempt: number;
  readonly baseBackoffMs: number;
  readonly maxBackoffMs: number;
  readonly jitter: JitterKind;
  /** For `equal`: 0 to 1. */
  readonly jitterRatio: number;
  /** For `decorrelated`: the delay before this one; the base at first. */
  readonly previousDelayMs?: number | undefined;
}

/**
 * How long to wait before an attempt, in whole milliseconds, at least 1.
 * The backoff is `min(round(base · 2^(attempt − 1)), max)`; the jitter then spreads it (see `JitterKind`).
 */
export function backoffDelay(request: BackoffRequest, random: Random): number {
  const { attempt, baseBackoffMs, maxBackoffMs, jitter, jitterRatio } = request;
  const cap = Math.min(maxBackoffMs, maxTimerMs);
  const capped = Math.min(Math.round(baseBackoffMs * doublings(attempt)), cap);
  switch (jitter) {
    case 'equal': {
      const spread = Math.round(capped * jitterRatio);
      return clampDelay(capped - spread + Math.floor(random() * (2 * spread + 1)));
    }
    case 'full':
      return clampDelay(1 + Math.floor(random() * capped));
    case 'decorrelated': {
      const previous = request.previousDelayMs ?? baseBackoffMs;
      const reach = Math.max(0, previous * 3 - baseBackoffMs);
      return clampDelay(Math.min(cap, baseBackoffMs + Math.floor(random() * (reach + 1))));
    }
  }
}

/**
 * How long a message waits before it is tried again: the backoff plus up to a fifth of it, never over the cap.
 * (The original adds the fifth after the cap, and so exceeds it.)
 */
export function deliveryDelay(
  request: Pick<BackoffRequest, 'attempt' | 'baseBackoffMs' | 'maxBackoffMs'>,
  random: Random,
): number {
  const cap = Math.min(request.maxBackoffMs, maxTimerMs);
  const backoff = Math.min(request.baseBackoffMs * doublings(request.attempt), cap);
  const extra = Math.floor(random() * (Math.floor(backoff / 5) + 1));
  return clampDelay(Math.min(backoff + extra, cap));
}

/** 2^(attempt − 1), and a finite number for any attempt: 0 · Infinity would be no delay at all. */
function doublings(attempt: number): number {
  return 2 ** Math.min(attempt - 1, 1_023);
}

function clampDelay(delayMs: number): number {
  return Math.min(Math.max(1, delayMs), maxTimerMs);
}
