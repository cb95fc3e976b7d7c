import * as z from 'zod/mini';
import type { Json } from './json.ts';

/**
 * How bad a failure is for the connection.
 * - `recoverable`: trying again may help (a timeout, a reset, a 5xx, anything unknown);
 * - `degraded`: the peer works but refuses this feature; trying at once does not help, later may;
 * - `fatal`: trying again never helps until somebody changes something (a revoked token, a wrong setting).
 */
export const FailureSeverity = z.enum(['recoverable', 'degraded', 'fatal']);
export type FailureSeverity = z.infer<typeof FailureSeverity>;

/**
 * What the failure is about, which decides who handles it: `message` failures end in the dead letters and never reach
 * the chart, `rate` only waits, `auth` parks the instance, `conflict` means that another consumer holds the channel.
 */
export const FailureScope = z.enum(['link', 'auth', 'rate', 'message', 'conflict', 'server', 'config']);
export type FailureScope = z.infer<typeof FailureScope>;

/** A classified failure: the only form in which a failure travels inside Holdfast. */
export const Failure = z.object({
  severity: FailureSeverity,
  scope: FailureScope,
  /** Stable, dotted, made by the channel: `telegram.409`. */
  code: z.string().check(z.minLength(1)),
  /** For people. Redacted: no token, no URL that carries one. */
  message: z.string(),
  /** How long the peer asked us to wait, in milliseconds. */
  retryAfterMs: z.optional(z.number().check(z.nonnegative())),
  /**
   * For scope `rate`: what has to wait. `method`: what was refused, all sending or all reading (the default). `instance`: both.
   * `conversation`: sending to the conversation of the message that was refused.
   */
  pauses: z.optional(z.enum(['instance', 'method', 'conversation'])),
  /** Whether a new link may resume where this one broke off. */
  resumable: z.optional(z.boolean()),
  /** For a failed send: `no` when the peer certainly has not taken the message, `unknown` when it may have. */
  delivered: z.optional(z.enum(['no', 'unknown'])),
  /** What signals and `lastError` show as the reason. Default: `code`. */
  reason: z.optional(z.json()),
});

export interface Failure {
  readonly severity: FailureSeverity;
  readonly scope: FailureScope;
  readonly code: string;
  readonly message: string;
  readonly retryAfterMs?: number | undefined;
  readonly pauses?: 'instance' | 'method' | 'conversation' | undefined;
  readonly resumable?: boolean | undefined;
  readonly delivered?: 'no' | 'unknown' | undefined;
  readonly reason?: Json | undefined;
}

/** The term under which a failure appears in signals and in `lastError`. */
export function reasonOf(failure: Failure): Json {
  return failure.reason === undefined ? failure.code : failure.reason;
}
