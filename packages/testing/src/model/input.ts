import type { AnyEventObject } from 'xstate';

/** Time that passes. What is due by then happens, in order. */
export interface Wait {
  readonly type?: undefined;
  /** Milliseconds of virtual time. */
  readonly waitMs: number;
}

/** What can be done to a machine from outside: an event is sent, or time passes. */
export type ModelInput = AnyEventObject | Wait;

export function isWait(input: ModelInput): input is Wait {
  return input.type === undefined;
}
