import * as z from 'zod/mini';
import { Telemetry } from '../actors/telemetry.ts';
import { type Clock, maxTimerMs } from '../ports/clock.ts';
import type { Observer } from '../ports/observer.ts';
import type { Store } from '../ports/store.ts';
import { validateInput } from './validateInput.ts';

const count = z.int().check(z.nonnegative());
const durationMs = z.number().check(z.positive(), z.maximum(Number.MAX_SAFE_INTEGER));

/** How long a store keeps what would grow without end. Defaults: `defaultRetention`. */
export const RetentionOptions = z.strictObject({
  /** Dead letters older than this go, archived ones too. Milliseconds. */
  deadLetterMaxAgeMs: durationMs,
  /** Of each instance no more dead letters stay, the newest. */
  deadLetterMaxCount: count,
  /** Of each instance so many idempotency keys stay, the newest. No fewer than `sender.sentCacheSize` make sense. */
  keys: count,
  /** Of each instance so many ids of handled messages stay, the newest. No fewer than `poller.handledCacheSize` make sense. */
  handled: count,
  /** How often it is seen to, beginning with the first start of an instance. Milliseconds. */
  everyMs: durationMs,
});
export type RetentionOptions = Readonly<z.infer<typeof RetentionOptions>>;

export const defaultRetention = {
  deadLetterMaxAgeMs: 30 * 24 * 3_600_000,
  deadLetterMaxCount: 10_000,
  keys: 10_000,
  handled: 10_000,
  everyMs: 3_600_000,
} as const satisfies RetentionOptions;

const partialRetention = z.partial(RetentionOptions);

/** Throws `InvalidInputError`. */
export function validateRetention(retention: Partial<RetentionOptions> = {}): RetentionOptions {
  const given = validateInput(partialRetention, retention, { subject: 'options', root: 'retention' });
  const entries = Object.entries(given).filter(([, value]) => value !== undefined);
  return { ...defaultRetention, ...Object.fromEntries(entries) };
}

interface RetentionFacts {
  readonly store: Store;
  readonly clock: Clock;
  readonly observer: Observer | undefined;
  /** The messaging's. */
  readonly name: string;
  readonly retention: RetentionOptions;
}

/** Has the store forget what is old, now and then. */
export class Retention {
  readonly #facts: RetentionFacts;
  #timer: unknown;
  #isStarted = false;

  constructor(facts: RetentionFacts) {
    this.#facts = facts;
  }

  start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#prune();
  }

  stop(): void {
    this.#isStarted = false;
    if (this.#timer !== undefined) this.#facts.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #prune(): void {
    const { clock, name, observer, retention, store } = this.#facts;
    const pruned = store.prune({
      deadLettersBeforeMs: clock.now() - retention.deadLetterMaxAgeMs,
      keepDeadLetters: retention.deadLetterMaxCount,
      keepKeys: retention.keys,
      keepHandled: retention.handled,
    });
    pruned.catch((error: unknown) => {
      const reason = error instanceof Error ? error.message : 'The store threw what is no error.';
      // It concerns no instance in particular.
      const telemetry = new Telemetry(observer, { instanceModule: name, instanceId: '*', channelType: '*' });
      telemetry.publishAt(clock.now(), 'store.failed', { reason });
    });
    this.#timer = clock.setTimeout(() => this.#prune(), Math.min(retention.everyMs, maxTimerMs));
  }
}
