import * as z from 'zod/mini';

const rate = z.strictObject({
  /** On average. Above 0. */
  perSecond: z.number().check(z.positive()),
  /** At once. A whole number from 1. */
  burst: z.int().check(z.positive()),
});

/**
 * How fast a fleet may reconnect. First connections and an operator's `retry` are not counted; every other attempt waits for
 * its turn, whichever instance it is of.
 */
export const ReconnectBudgetOptions = z.strictObject({
  /** Attempts a second, as a share of the running instances: 0.04 spreads an outage of all over 25 seconds. 0 to 1. */
  fleetRatioPerSecond: z.number().check(z.minimum(0), z.maximum(1)),
  /** Attempts a second that even a small fleet may make. Above 0. */
  minPerSecond: z.number().check(z.positive()),
  /** Attempts at once. A whole number from 1. */
  burst: z.int().check(z.positive()),
  /** What a channel kind is held to beside that, by its name: a provider's own limit. */
  kinds: z.record(z.string(), rate),
});
export type ReconnectBudgetOptions = Readonly<z.infer<typeof ReconnectBudgetOptions>>;

/** With a thousand instances: 40 a second and 10 at once, so that no second holds over a twentieth of the attempts. */
export const defaultReconnectBudget = {
  fleetRatioPerSecond: 0.04,
  minPerSecond: 10,
  burst: 10,
  kinds: {},
} as const satisfies ReconnectBudgetOptions;
