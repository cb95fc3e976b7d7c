import type { Failure, JsonObject } from 'holdfast';

/** What becomes of one call to a scripted channel. Made by `outcome`. */
export type Outcome<Value = never> =
  | { readonly kind: 'ok'; readonly value?: Value | undefined }
  | { readonly kind: 'garbage'; readonly value: unknown }
  | { readonly kind: 'fail'; readonly reason: unknown }
  | { readonly kind: 'throw'; readonly reason: unknown }
  | { readonly kind: 'hang'; readonly ignoreAbort: boolean }
  | {
      readonly kind: 'delayed';
      readonly delayMs: number;
      readonly next: Outcome<Value>;
      readonly ignoreAbort: boolean;
    }
  | { readonly kind: 'late'; readonly delayMs: number; readonly next: Outcome<Value> };

export interface AbortOptions {
  /** The call goes on after its signal has aborted, as a bad adapter does: its answer comes late. Default: false. */
  readonly ignoreAbort?: boolean | undefined;
}

export interface RateLimit {
  /** How long the peer asks us to wait. Milliseconds, at least 0. Default: it does not say. */
  readonly retryAfterMs?: number | undefined;
  /** What has to wait: as `pauses` in Failure. Default: what was refused, all sending or all reading. */
  readonly scope?: 'instance' | 'method' | 'conversation' | undefined;
}

function ok(): Outcome;
function ok<Value>(value: Value): Outcome<Value>;
function ok<Value>(value?: Value): Outcome<Value> {
  return { kind: 'ok', value };
}

function refusal(failure: Failure): Outcome {
  return { kind: 'fail', reason: failure };
}

/** The outcomes that a script is made of: `connect: [outcome.fail('timeout'), outcome.ok()]`. */
export const outcome = {
  /** It works. Without a value: with the usual result of that call. */
  ok,
  /** It resolves, with a value that is not what the port promises: `undefined`, `42`, half a link. */
  garbage: (value: unknown): Outcome => ({ kind: 'garbage', value }),
  /** It rejects with this: an Error, a Failure, any JSON value, or what no adapter ought to reject with. */
  fail: (reason: unknown): Outcome => ({ kind: 'fail', reason }),
  /** It throws before it returns a promise. After a delay, and in an answer, it rejects instead. */
  throwAtOnce: (reason: unknown): Outcome => ({ kind: 'throw', reason }),
  /** It neither resolves nor rejects until its signal aborts, or until the test answers it. */
  hang: ({ ignoreAbort = false }: AbortOptions = {}): Outcome => ({ kind: 'hang', ignoreAbort }),
  /** After `delayMs` milliseconds of the channel's clock, `next` happens. An abort ends the wait. */
  delayed: <Value = never>(delayMs: number, next: Outcome<Value>, options: AbortOptions = {}): Outcome<Value> => ({
    kind: 'delayed',
    delayMs,
    next,
    ignoreAbort: options.ignoreAbort ?? false,
  }),
  /**
   * It hangs until its signal aborts (at a deadline, at a stop), and `delayMs` milliseconds after that `next` happens: an answer
   * that nobody waits for any more. Default: at once. A call that has no signal hangs until the test answers it.
   */
  late: <Value = never>(next: Outcome<Value>, delayMs = 0): Outcome<Value> => ({ kind: 'late', delayMs, next }),
  /** The peer does not let us in (401): fatal, of the credentials. */
  unauthorized: (): Outcome =>
    refusal({
      severity: 'fatal',
      scope: 'auth',
      code: 'scripted.401',
      message: 'The scripted peer does not know these credentials.',
      delivered: 'no',
    }),
  /** Another consumer holds the channel (409). */
  conflict: (): Outcome =>
    refusal({
      severity: 'recoverable',
      scope: 'conflict',
      code: 'scripted.409',
      message: 'Another consumer is connected to the scripted peer.',
      delivered: 'no',
    }),
  /** We ask too often (429). */
  rateLimited: ({ retryAfterMs, scope }: RateLimit = {}): Outcome =>
    refusal({
      severity: 'recoverable',
      scope: 'rate',
      code: 'scripted.429',
      message: 'The scripted peer was asked too often.',
      delivered: 'no',
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
      ...(scope === undefined ? {} : { pauses: scope }),
    }),
  /** The peer will not take this message, and no other try will change that (400). */
  messageRefused: (): Outcome =>
    refusal({
      severity: 'degraded',
      scope: 'message',
      code: 'scripted.400',
      message: 'The scripted peer does not take this message.',
      delivered: 'no',
    }),
  /** The peer is in trouble (503). Of a message nobody knows whether it was taken. */
  unavailable: (): Outcome =>
    refusal({
      severity: 'recoverable',
      scope: 'server',
      code: 'scripted.503',
      message: 'The scripted peer is not available.',
      delivered: 'unknown',
    }),
  /** For `poll`: it brings an item that is no message, as an adapter does that does not look at what it hands over. */
  malformedItems: (message: JsonObject = { id: '', text: 7 }): Outcome => ({
    kind: 'garbage',
    value: { items: [{ message, cursor: 1 }], cursor: 1 },
  }),
} as const;
