import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Tells the heap that is in use when nothing more can be collected. Bytes. Lets this process collect when it is told to. */
export function heapMeter(): () => Promise<number> {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  return async () => {
    let smallest = Number.POSITIVE_INFINITY;
    // Finalizers, and what they let go of, take turns of their own.
    for (let round = 0; round < 4; round += 1) {
      collectGarbage();
      await turn();
      smallest = Math.min(smallest, process.memoryUsage().heapUsed);
    }
    return smallest;
  };
}
