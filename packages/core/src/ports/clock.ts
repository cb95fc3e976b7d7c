/**
 * Time as a port: the only way by which time enters Holdfast. It is also an XState clock, so that one object drives the
 * charts' `after` timers and everything else: pass it to `createActor(…, { clock })` when you create actors yourself.
 */
export interface Clock {
  /** Milliseconds since 1970. May jump with the wall clock. */
  now(): number;
  setTimeout(callback: () => void, delayMs: number): unknown;
  clearTimeout(handle: unknown): void;
  /** A timer that keeps no process from ending, as Node's `unref` makes one. Default: `setTimeout`. */
  setIdleTimeout?(callback: () => void, delayMs: number): unknown;
}

/** A timer that keeps no process from ending, where the clock has such. */
export function setIdleTimeout(clock: Clock, callback: () => void, delayMs: number): unknown {
  return clock.setIdleTimeout ? clock.setIdleTimeout(callback, delayMs) : clock.setTimeout(callback, delayMs);
}

/** Milliseconds since this process began, which never jump as the wall clock does. */
export const systemElapsedMs = (): number => performance.now();

/** The longest delay that a JavaScript timer holds; a longer one would fire at once. */
export const maxTimerMs = 2 ** 31 - 1;

/** The machine's own clock and timers. */
export const systemClock: Clock = {
  now: () => Date.now(),
  setTimeout: (callback, delayMs) => setTimeout(callback, Math.min(delayMs, maxTimerMs)),
  clearTimeout: (handle) => clearTimeout(handle as ReturnType<typeof setTimeout>),
  setIdleTimeout: (callback, delayMs) => {
    const timer: unknown = setTimeout(callback, Math.min(delayMs, maxTimerMs));
    // In a browser it is a number, and there is nothing to keep.
    (timer as { unref?(): void }).unref?.();
    return timer;
  },
};
