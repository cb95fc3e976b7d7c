/**
 * One turn of the runtime's event loop, taken from the runtime when this file is loaded: a test that fakes the global
 * timers afterwards does not change what it waits for.
 */
declare const setImmediate: ((callback: () => void) => unknown) | undefined;

export const nextTurn: () => Promise<void> = chooseTurn();

function chooseTurn(): () => Promise<void> {
  if (typeof setImmediate === 'function') {
    const defer = setImmediate;
    return () => new Promise((resolve) => void defer(resolve));
  }
  return turnByMessage;
}

/** For browsers: unlike their `setTimeout`, a message is not slowed down to 4 ms, nor to 1 s in a background tab. */
export function turnByMessage(): Promise<void> {
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      // An open port would keep the process alive.
      port1.close();
      resolve();
    };
    port2.postMessage(null);
  });
}

/**
 * Two, for this reason: a runtime empties its whole microtask queue before it takes the next macrotask, so ONE turn is
 * enough for promise chains of any length. The second is for code that takes a turn of its own in between, as React's
 * scheduler and streams do, and for the promises that follow from it.
 */
const turnsToSettle = 2;

/** Resolves when no promise job is left to run. Waiting for real I/O is not covered. */
export async function settleJobs(): Promise<void> {
  for (let turn = 0; turn < turnsToSettle; turn += 1) await nextTurn();
}
