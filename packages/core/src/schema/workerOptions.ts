import * as z from 'zod/mini';

const positiveInt = z.int().check(z.positive());
const ratio = z.number().check(z.minimum(0), z.maximum(1));

/** How the Sender works. Defaults: `defaultSenderOptions`, the original's where it has one. */
export const SenderOptions = z.strictObject({
  /** Messages that may be accepted and not yet settled: queued, waiting for a retry, in flight. */
  capacity: positiveInt,
  /** Attempts for one message before it is given up. A 429 uses none up. */
  maxAttempts: positiveInt,
  /** The first wait before another attempt. Milliseconds. */
  baseBackoffMs: positiveInt,
  /** No wait is longer. Milliseconds. */
  maxBackoffMs: positiveInt,
  /** How long one send may take. Milliseconds. */
  sendTimeoutMs: positiveInt,
  /** How many idempotency keys are remembered with their receipts, and how many deliveries with their fates. */
  sentCacheSize: positiveInt,
  /**
   * When nobody knows whether the peer has taken a message (the connection broke, or the answer did not come): `retry` sends
   * it again and may send it twice; `hold` keeps it, and what comes after it in its conversation, until `resolveDelivery`;
   * `fail` gives it up as `unknown`.
   */
  unknownOutcome: z.enum(['retry', 'hold', 'fail']),
  /** A Retry-After beyond this is a long one. Milliseconds. */
  maxRetryAfterMs: positiveInt,
  /** On a long Retry-After: `wait` waits all the same, `hold` keeps the message until `resolveDelivery`, `fail` gives it up. */
  longRetryAfter: z.enum(['wait', 'hold', 'fail']),
  /** Shares of `capacity` at which the pressure levels begin, and how far below its beginning a level ends. */
  warnRatio: ratio,
  degradedRatio: ratio,
  shedRatio: ratio,
  hysteresisRatio: ratio,
});
export type SenderOptions = Readonly<z.infer<typeof SenderOptions>>;

export const defaultSenderOptions = {
  capacity: 1_000,
  maxAttempts: 5,
  baseBackoffMs: 500,
  maxBackoffMs: 30_000,
  sendTimeoutMs: 30_000,
  sentCacheSize: 1_000,
  unknownOutcome: 'retry',
  maxRetryAfterMs: 600_000,
  longRetryAfter: 'wait',
  warnRatio: 0.7,
  degradedRatio: 0.85,
  shedRatio: 0.95,
  hysteresisRatio: 0.05,
} as const satisfies SenderOptions;

/** How the Poller works. Defaults: `defaultPollerOptions`. */
export const PollerOptions = z.strictObject({
  /** How long one read waits for the first item. Milliseconds. */
  waitMs: positiveInt,
  /** What a read may take beyond `waitMs` before the link counts as dead. Milliseconds. */
  graceMs: positiveInt,
  /** How many messages may be handled at once: of different conversations, one of each. */
  maxHandling: positiveInt,
  /** How many ids of handled messages are remembered, so that one that comes again is not handed over again. */
  handledCacheSize: positiveInt,
  /** Calls of `onMessage` for one message before it is given up. */
  maxHandlingAttempts: positiveInt,
  /** How long one call of `onMessage` may take. Milliseconds. */
  handlingTimeoutMs: positiveInt,
  /** The first wait before `onMessage` is called again; it doubles. Milliseconds. */
  handlingBackoffMs: positiveInt,
});
export type PollerOptions = Readonly<z.infer<typeof PollerOptions>>;

export const defaultPollerOptions = {
  waitMs: 25_000,
  graceMs: 5_000,
  maxHandling: 16,
  handledCacheSize: 1_000,
  maxHandlingAttempts: 3,
  handlingTimeoutMs: 30_000,
  handlingBackoffMs: 200,
} as const satisfies PollerOptions;
