import * as z from 'zod/mini';

const positiveInt = z.int().check(z.positive());
const durationMs = z.int().check(z.positive());

/**
 * How a backoff is spread, so that instances which fell together do not come back together.
 * - `equal`: the capped backoff ± a uniform whole number within `jitterRatio` of it (the original's way);
 * - `full`: uniform between 1 and the capped backoff;
 * - `decorrelated`: uniform between the base and three times the delay before, capped.
 */
export const JitterKind = z.enum(['equal', 'full', 'decorrelated']);
export type JitterKind = z.infer<typeof JitterKind>;

/** When to try again, and when to stop trying. Every value has a default (`defaultReconnectPolicy`). */
export const ReconnectPolicy = z.strictObject({
  /** How often a live link is probed. Milliseconds. */
  probeIntervalMs: durationMs,
  /** How long a probe may take before the link counts as dead. Milliseconds. */
  probeTimeoutMs: durationMs,
  /** How long one attempt to connect may take. Milliseconds. */
  connectTimeoutMs: durationMs,
  /** Attempts of one outage before it counts as exhausted. */
  maxAttempts: positiveInt,
  /** The first backoff. Milliseconds. */
  baseBackoffMs: durationMs,
  /** No backoff is longer, before `equal` jitter is added. Milliseconds. */
  maxBackoffMs: durationMs,
  jitter: JitterKind,
  /** For `equal`: how far a delay may differ from its backoff, 0 to 1. */
  jitterRatio: z.number().check(z.minimum(0), z.maximum(1)),
  /** A link that lives shorter than this does not reset the backoff. Milliseconds, 0 to reset at once. */
  minConnectedMs: z.int().check(z.nonnegative()),
  /** After an outage of this length the pace goes down to `suspendedRetryMs`. Milliseconds. */
  suspendAfterMs: durationMs,
  /** The slow pace: of a suspended and of an exhausted instance. Milliseconds. */
  suspendedRetryMs: durationMs,
  /** The wait before another try while somebody else holds an exclusive channel. Milliseconds, jittered. */
  conflictRetryMs: durationMs,
  /** The grace that a link gets for closing. Milliseconds. */
  closeGraceMs: durationMs,
  /** Exhausted outages that are forgiven within `restartWindowMs`; one more and the instance is `error.exhausted`. */
  maxRestarts: z.int().check(z.nonnegative()),
  /** The window in which restarts are counted. Milliseconds. */
  restartWindowMs: durationMs,
});
export type ReconnectPolicy = Readonly<z.infer<typeof ReconnectPolicy>>;

/**
 * The defaults. Probe interval, attempts, base, cap, jitter and restart intensity are the original's
 * (`Jido.Messaging.InstanceReconnectWorker`, and its supervisor's 5 in 30 s).
 */
export const defaultReconnectPolicy = {
  probeIntervalMs: 30_000,
  probeTimeoutMs: 10_000,
  connectTimeoutMs: 15_000,
  maxAttempts: 5,
  baseBackoffMs: 250,
  maxBackoffMs: 5_000,
  jitter: 'equal',
  jitterRatio: 0.2,
  minConnectedMs: 5_000,
  suspendAfterMs: 120_000,
  suspendedRetryMs: 60_000,
  conflictRetryMs: 15_000,
  closeGraceMs: 2_000,
  maxRestarts: 5,
  restartWindowMs: 30_000,
} as const satisfies ReconnectPolicy;
