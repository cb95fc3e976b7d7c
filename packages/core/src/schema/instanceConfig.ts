import * as z from 'zod/mini';
import type { JsonObject } from './json.ts';

/** What each status means is written at the states of `instanceMachine`. The names are the original's. */
export const InstanceStatus = z.enum(['starting', 'connecting', 'connected', 'disconnected', 'error', 'stopped']);
export type InstanceStatus = z.infer<typeof InstanceStatus>;

const nonEmpty = z.string().check(z.minLength(1));

/**
 * An instance as its owner keeps it, in a database for example. Without credentials: those go to the channel by a way of
 * their own, and are in no chart, event, snapshot or log.
 */
export const Instance = z.object({
  /** Unique within one messaging. */
  id: nonEmpty.check(z.maxLength(512)),
  /** For people. */
  name: nonEmpty,
  /** The `kind` of its channel adapter. */
  channelType: nonEmpty,
  /** The status when this record was made. It never changes; `status()` has the live one. */
  status: z._default(InstanceStatus, 'starting'),
  /** Free settings of the instance; `resolveReconnectSettings` says which of them Holdfast reads. */
  settings: z._default(z.record(z.string(), z.json()), {}),
});

export interface Instance {
  readonly id: string;
  readonly name: string;
  readonly channelType: string;
  readonly status: InstanceStatus;
  readonly settings: JsonObject;
}
