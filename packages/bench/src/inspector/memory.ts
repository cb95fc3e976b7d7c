import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Of this process. Bytes. */
export interface Memory {
  readonly resident: number;
  readonly heap: number;
}

export function memoryNow(): Memory {
  const { heapUsed, rss } = process.memoryUsage();
  return { resident: rss, heap: heapUsed };
}

/** What is in use, without what is yet to be collected. */
export function memoryAfterCollection(): Memory {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect === 'function') collect();
  return memoryNow();
}
