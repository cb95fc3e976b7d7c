import * as z from 'zod/mini';
import type { RestartClass } from './healthSnapshot.ts';
import { Instance } from './instanceConfig.ts';
import type { Json } from './json.ts';

/** The form of `InstanceRecord`; a record of another one is left alone. */
export const instanceRecordVersion = 1;

const count = z.int().check(z.nonnegative());

/** What outlives a process of an instance beside its messages: what it is, and how it has fared. */
export const InstanceRecord = z.object({
  instance: Instance,
  /** It ran when this was written: a process that finds it so has not ended in order. */
  isRunning: z.boolean(),
  consecutiveFailures: count,
  restartCount: count,
  lastError: z.json(),
  lastRestartReason: z.json(),
  lastRestartClass: z.nullable(z.enum(['recoverable', 'fatal'])),
});

export interface InstanceRecord {
  readonly instance: Instance;
  readonly isRunning: boolean;
  readonly consecutiveFailures: number;
  readonly restartCount: number;
  readonly lastError: Json;
  readonly lastRestartReason: Json;
  readonly lastRestartClass: RestartClass | null;
}
