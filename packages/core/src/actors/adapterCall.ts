import type { Cancelable, ChannelAdapter, ChannelOperation } from '../ports/channel.ts';
import { type Clock, maxTimerMs } from '../ports/clock.ts';
import { Failure } from '../schema/failure.ts';
import { Cancellation } from './Cancellation.ts';

/** What a call to an adapter came to. A call never rejects: policy is a `switch` over this. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

/** One of the calls that the contract of an adapter has. */
export interface Operation<T> {
  readonly during: ChannelOperation;
  /** What the adapter may answer, for people: `a Link`. */
  readonly expected: string;
  readonly isExpected: (value: unknown) => value is T;
}

/** Whose adapter is called. */
export interface AdapterOwner {
  readonly kind: string;
  readonly clock: Clock;
  classify(error: unknown, during: ChannelOperation): Failure;
}

export interface AdapterCall<T> {
  readonly operation: Operation<T>;
  readonly owner: AdapterOwner;
  readonly signal: Cancelable;
  /** The deadline from outside. Milliseconds; none when the caller has its own. */
  readonly timeoutMs?: number | undefined;
  /** Gets the value of a call that answered after it was given up, so that nothing it opened stays open. */
  readonly onLate?: ((value: T) => void) | undefined;
}

/** An operation whose answer says nothing. */
export function silent(during: ChannelOperation): Operation<unknown> {
  return { during, expected: 'anything', isExpected: (_): _ is unknown => true };
}

/** A timer that fires later than this was held up with all of the process. Milliseconds. */
export const lateMs = 2_000;

/**
 * Calls an adapter, and ends when it answers, when `signal` aborts, or at the deadline, whichever comes first. What the
 * adapter throws, rejects with, or does too late, is contained here.
 */
export function callAdapter<T>(
  perform: (cancellation: Cancellation) => unknown,
  call: AdapterCall<T>,
): Promise<Outcome<T>> {
  return new Promise((resolve) => new RunningCall(call, resolve).run(perform));
}

class RunningCall<T> {
  readonly #call: AdapterCall<T>;
  readonly #resolve: (outcome: Outcome<T>) => void;
  readonly #cancellation = new Cancellation();
  /** Both its signal and its timer end it: one function for the two, as long as it is under way. */
  readonly #cutOff = (): void => {
    const { operation, signal } = this.#call;
    if (signal.aborted) this.#abandon(abortedFailure(operation.during));
    else this.#expire();
  };
  #timer: unknown;
  #dueMs = 0;
  #hasBeenLate = false;
  #isOver = false;

  constructor(call: AdapterCall<T>, resolve: (outcome: Outcome<T>) => void) {
    this.#call = call;
    this.#resolve = resolve;
  }

  run(perform: (cancellation: Cancellation) => unknown): void {
    const { signal, timeoutMs } = this.#call;
    if (signal.aborted) return this.#cutOff();
    signal.addEventListener('abort', this.#cutOff);
    if (timeoutMs !== undefined) this.#arm(timeoutMs);
    try {
      Promise.resolve(perform(this.#cancellation)).then(
        (value) => this.#answer(value),
        (error: unknown) => this.#fail(error),
      );
    } catch (error) {
      this.#fail(error);
    }
  }

  #arm(timeoutMs: number): void {
    const { clock } = this.#call.owner;
    const delayMs = Math.min(timeoutMs, maxTimerMs);
    this.#dueMs = clock.now() + delayMs;
    this.#timer = clock.setTimeout(this.#cutOff, delayMs);
  }

  #expire(): void {
    const { operation, owner, timeoutMs = 0 } = this.#call;
    const isLate = !this.#hasBeenLate && owner.clock.now() - this.#dueMs > lateMs;
    if (!isLate) return this.#abandon(timeoutFailure(operation.during, timeoutMs));
    // The process itself was held up: the answer may lie in the socket, unread. It gets its time once more.
    this.#hasBeenLate = true;
    this.#arm(timeoutMs);
  }

  #answer(value: unknown): void {
    const { onLate, operation, owner } = this.#call;
    const isExpected = operation.isExpected(value);
    if (this.#isOver) {
      if (isExpected) onLate?.(value);
    } else if (isExpected) this.#finish({ ok: true, value });
    else this.#finish({ ok: false, failure: garbageFailure(owner.kind, operation) });
  }

  #fail(error: unknown): void {
    if (this.#isOver) return;
    const { operation, owner } = this.#call;
    this.#finish({ ok: false, failure: owner.classify(error, operation.during) });
  }

  /** With the end of a call its listener and its timer are gone: nobody gives up what is over. */
  #abandon(failure: Failure): void {
    this.#finish({ ok: false, failure });
    this.#cancellation.abort(new Error(failure.message));
  }

  #finish(outcome: Outcome<T>): void {
    const { owner, signal } = this.#call;
    this.#isOver = true;
    signal.removeEventListener('abort', this.#cutOff);
    if (this.#timer !== undefined) owner.clock.clearTimeout(this.#timer);
    this.#resolve(outcome);
  }
}

/** Asks the adapter what an error means, and does without its answer when there is none of use. */
export function classifyWith(
  adapter: Pick<ChannelAdapter, 'kind' | 'classifyFailure'>,
  error: unknown,
  during: ChannelOperation,
): Failure {
  try {
    const parsed = Failure.safeParse(adapter.classifyFailure(error, during));
    if (parsed.success) return parsed.data;
  } catch {
    // A classifier that throws is one that does not know.
  }
  return unknownFailure(adapter.kind, during);
}

/** For what nobody could classify. The error itself is left out: it may carry anything. */
function unknownFailure(kind: string, during: ChannelOperation): Failure {
  return {
    severity: 'recoverable',
    scope: 'link',
    code: `${kind}.unclassified`,
    message: `The ${kind} adapter failed during ${during} and its classifyFailure gave no usable Failure.`,
  };
}

/** An adapter answered with something that its contract does not allow. */
export function garbageFailure(
  kind: string,
  { during, expected }: Pick<Operation<unknown>, 'during' | 'expected'>,
): Failure {
  return {
    severity: 'recoverable',
    scope: 'server',
    code: `${kind}.invalid_return`,
    message: `The ${kind} adapter answered ${during} with something else than ${expected}.`,
    ...(during === 'send' ? { delivered: 'unknown' as const } : {}),
  };
}

/** The peer did not answer in time. */
export function timeoutFailure(during: ChannelOperation, timeoutMs: number): Failure {
  return {
    severity: 'recoverable',
    scope: 'link',
    code: 'holdfast.timeout',
    message: `No answer to ${during} within ${timeoutMs} ms.`,
    delivered: 'unknown',
    reason: 'timeout',
  };
}

/** The link or the instance was closed meanwhile. */
export function abortedFailure(during: ChannelOperation): Failure {
  return {
    severity: 'recoverable',
    scope: 'link',
    code: 'holdfast.aborted',
    message: `The ${during} was given up because the link or the instance was closed.`,
    delivered: 'unknown',
    reason: 'closed',
  };
}
