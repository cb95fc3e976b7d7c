import type { ChannelAdapter, ChannelOperation } from '../ports/channel.ts';
import { type Clock, maxTimerMs } from '../ports/clock.ts';
import { Failure } from '../schema/failure.ts';
import type { Cancelable } from './Cancellation.ts';

/** What a call to an adapter came to. A call never rejects: policy is a `switch` over this. */
export type Outcome<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly failure: Failure };

export interface AdapterCall<T> {
  readonly during: ChannelOperation;
  readonly signal: Cancelable;
  readonly classify: (error: unknown, during: ChannelOperation) => Failure;
  /** The deadline from outside; none when the caller has its own. */
  readonly deadline?: { readonly clock: Clock; readonly timeoutMs: number } | undefined;
  /** Gets the value of a call that answered after it was given up, so that nothing it opened stays open. */
  readonly onLate?: ((value: T) => void) | undefined;
}

/** A timer that fires later than this was held up with all of the process. Milliseconds. */
export const lateMs = 2_000;

/**
 * Calls an adapter, and ends when it answers, when `signal` aborts, or at the deadline, whichever comes first. What the
 * adapter rejects with, or does too late, is contained here; an `operation` is async, so that a throw is a rejection.
 */
export function callAdapter<T>(
  operation: (signal: AbortSignal) => Promise<T>,
  call: AdapterCall<T>,
): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const { deadline, signal } = call;
    const controller = new AbortController();
    let timer: unknown;
    let isOver = false;
    const finish = (outcome: Outcome<T>): void => {
      if (isOver) return;
      isOver = true;
      signal.removeEventListener('abort', giveUp);
      if (timer !== undefined) deadline?.clock.clearTimeout(timer);
      resolve(outcome);
    };
    const abandon = (failure: Failure): void => {
      finish({ ok: false, failure });
      controller.abort(new Error(failure.message));
    };
    const giveUp = (): void => abandon(abortedFailure(call.during));

    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    if (deadline) {
      const { clock, timeoutMs } = deadline;
      const dueMs = clock.now() + Math.min(timeoutMs, maxTimerMs);
      const expire = (): void => abandon(timeoutFailure(call.during, timeoutMs));
      const expireUnlessLate = (): void => {
        // The process itself was held up: the answer may lie in the socket, unread. It gets its time once more.
        if (clock.now() - dueMs > lateMs) timer = clock.setTimeout(expire, Math.min(timeoutMs, maxTimerMs));
        else expire();
      };
      timer = clock.setTimeout(expireUnlessLate, Math.min(timeoutMs, maxTimerMs));
    }
    operation(controller.signal).then(
      (value) => {
        if (isOver) call.onLate?.(value);
        else finish({ ok: true, value });
      },
      (error: unknown) => {
        if (!isOver) finish({ ok: false, failure: call.classify(error, call.during) });
      },
    );
  });
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
export function garbageFailure(kind: string, during: ChannelOperation, expected: string): Failure {
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

function abortedFailure(during: ChannelOperation): Failure {
  return {
    severity: 'recoverable',
    scope: 'link',
    code: 'holdfast.aborted',
    message: `The ${during} was given up because the link or the instance was closed.`,
    delivered: 'unknown',
    reason: 'closed',
  };
}
