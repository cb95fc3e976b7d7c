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
    };

export interface AbortOptions {
  /** The call goes on after its signal has aborted, as a bad adapter does: its answer comes late. Default: false. */
  readonly ignoreAbort?: boolean | undefined;
}

function ok(): Outcome;
function ok<Value>(value: Value): Outcome<Value>;
function ok<Value>(value?: Value): Outcome<Value> {
  return { kind: 'ok', value };
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
} as const;
