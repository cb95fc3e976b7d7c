import type { Messaging } from './createMessaging.ts';
import type { StopAccount, StopOptions } from './Ending.ts';
import { validateCallback } from './resolveOptions.ts';

/** Where signals come from: Node's `process` is one. */
export interface SignalSource {
  on(signal: string, listener: () => void): unknown;
  off(signal: string, listener: () => void): unknown;
}

export interface StopOnSignalsOptions extends Pick<StopOptions, 'deadlineMs'> {
  /** Default `SIGTERM` and `SIGINT`. */
  readonly signals?: readonly string[] | undefined;
  /**
   * Called once everything has stopped, with the accounts by instance. End the process here if something else keeps it up:
   * nothing of Holdfast does by then.
   */
  readonly onStopped?: ((accounts: ReadonlyMap<string, StopAccount>, signal: string) => void) | undefined;
}

/**
 * Stops all instances gracefully on the first of these signals, as an orchestrator expects it: `stopOnSignals(messaging,
 * process)`. The second signal finds no listener, and ends the process as it would have done: whoever is impatient presses
 * Ctrl-C twice. Nothing is installed unless you call this; what it returns takes it off again. It never ends the process.
 */
export function stopOnSignals(
  messaging: Pick<Messaging, 'stop'>,
  source: SignalSource,
  options: StopOnSignalsOptions = {},
): () => void {
  const { deadlineMs, onStopped, signals = ['SIGTERM', 'SIGINT'] } = options;
  validateCallback(onStopped, 'onStopped');
  const listeners = signals.map((signal) => {
    const listener = (): void => {
      takeOff();
      // Not caught: a throw of `onStopped` is the app's, and must not go unseen.
      void messaging.stop({ deadlineMs }).then((accounts) => onStopped?.(accounts, signal));
    };
    return { signal, listener };
  });
  const takeOff = (): void => {
    for (const { listener, signal } of listeners) source.off(signal, listener);
  };
  for (const { listener, signal } of listeners) source.on(signal, listener);
  return takeOff;
}
