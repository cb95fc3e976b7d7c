import * as z from 'zod/mini';

const positiveInt = z.int().check(z.positive());

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
  /** How many idempotency keys are remembered with their receipts. */
  sentCacheSize: positiveInt,
});
export type SenderOptions = Readonly<z.infer<typeof SenderOptions>>;

export const defaultSenderOptions = {
  capacity: 1_000,
  maxAttempts: 5,
  baseBackoffMs: 500,
  maxBackoffMs: 30_000,
  sendTimeoutMs: 30_000,
  sentCacheSize: 1_000,
} as const satisfies SenderOptions;

/** How the Poller works. Defaults: `defaultPollerOptions`. */
export const PollerOptions = z.strictObject({
  /** How long one read waits for the first item. Milliseconds. */
  waitMs: positiveInt,
  /** What a read may take beyond `waitMs` before the link counts as dead. Milliseconds. */
  graceMs: positiveInt,
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
  maxHandlingAttempts: 3,
  handlingTimeoutMs: 30_000,
  handlingBackoffMs: 200,
} as const satisfies PollerOptions;
