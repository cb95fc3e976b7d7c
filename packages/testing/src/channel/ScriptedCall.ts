import { type Clock, InvalidInputError } from 'holdfast';
import type { Call } from './operations.ts';
import type { Outcome } from './outcome.ts';

/** What a call needs to be played. */
export interface CallPlan<Value, Result> {
  readonly clock: Clock;
  readonly linkNumber: number | null;
  readonly signal?: AbortSignal | undefined;
  /** What `ok` means for this call. */
  complete(value: Value | undefined): Result | Promise<Result>;
}

/**
 * One call while an outcome is played.
 *
 * Invariants:
 * S1. It settles once. After that it holds no timer and no listener.
 * S2. Its signal ends every wait at once, with the signal's reason, unless the outcome ignores aborts.
 */
export class ScriptedCall<Value, Result> implements Call<Value> {
  readonly atMs: number;
  readonly linkNumber: number | null;
  readonly result: Promise<Result>;
  readonly #plan: CallPlan<Value, Result>;
  #outcome: Outcome<Value> | null = null;
  #state: Call['state'] = 'pending';
  #completing = false;
  #stopWaiting: () => void = () => undefined;
  #resolve: (result: Result) => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;

  constructor(plan: CallPlan<Value, Result>) {
    this.#plan = plan;
    this.atMs = plan.clock.now();
    this.linkNumber = plan.linkNumber;
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get outcome(): Outcome<Value> | null {
    return this.#outcome;
  }

  get state(): Call['state'] {
    return this.#state;
  }

  /** @throws what a `throw` outcome says. */
  start(outcome: Outcome<Value>): Promise<Result> {
    this.#outcome = outcome;
    if (outcome.kind === 'throw') {
      this.#state = 'rejected';
      throw outcome.reason;
    }
    this.#play(outcome);
    return this.result;
  }

  /** Ends a call that reaches no peer. */
  refuse(reason: unknown): Promise<Result> {
    this.#fail(reason);
    return this.result;
  }

  answer(outcome: Outcome<Value>): void {
    if (this.#state !== 'pending' || this.#completing) {
      const received = this.#completing ? 'a call that is being completed' : `a call that is ${this.#state}`;
      throw new InvalidInputError('answer', [{ path: '', expected: 'a call that hangs or is delayed', received }]);
    }
    this.#play(outcome);
  }

  #play(outcome: Outcome<Value>): void {
    this.#endWait();
    switch (outcome.kind) {
      case 'ok':
        this.#complete(outcome.value);
        break;
      case 'garbage':
        // The point of it: the type says one thing and the adapter does another.
        this.#succeed(outcome.value as Result);
        break;
      case 'fail':
      case 'throw':
        this.#fail(outcome.reason);
        break;
      case 'hang':
        this.#wait(outcome.ignoreAbort, () => () => undefined);
        break;
      case 'delayed':
        this.#wait(outcome.ignoreAbort, () => {
          const { clock } = this.#plan;
          const timer = clock.setTimeout(() => this.#play(outcome.next), outcome.delayMs);
          return () => clock.clearTimeout(timer);
        });
        break;
      case 'late':
        this.#answerAfterAbort(outcome);
        break;
    }
  }

  #wait(ignoreAbort: boolean, begin: () => () => void): void {
    const signal = ignoreAbort ? undefined : this.#plan.signal;
    if (signal?.aborted) {
      this.#fail(signal.reason); // S2
      return;
    }
    const end = begin();
    const onAbort = () => this.#fail(signal?.reason);
    signal?.addEventListener('abort', onAbort);
    this.#stopWaiting = () => {
      end();
      signal?.removeEventListener('abort', onAbort);
    };
  }

  #answerAfterAbort({ delayMs, next }: Extract<Outcome<Value>, { kind: 'late' }>): void {
    const { signal } = this.#plan;
    const onAbort = () => this.#play({ kind: 'delayed', delayMs, next, ignoreAbort: true });
    if (signal?.aborted) return onAbort();
    signal?.addEventListener('abort', onAbort);
    this.#stopWaiting = () => signal?.removeEventListener('abort', onAbort);
  }

  #complete(value: Value | undefined): void {
    this.#completing = true;
    try {
      const result = this.#plan.complete(value);
      if (result instanceof Promise) {
        result.then(
          (settled) => this.#succeed(settled),
          (reason: unknown) => this.#fail(reason),
        );
      } else this.#succeed(result);
    } catch (reason) {
      this.#fail(reason);
    }
  }

  #succeed(result: Result): void {
    this.#settleAs('fulfilled');
    this.#resolve(result);
  }

  #fail(reason: unknown): void {
    this.#settleAs('rejected');
    this.#reject(reason);
  }

  // S1
  #settleAs(state: Call['state']): void {
    this.#state = state;
    this.#completing = false;
    this.#endWait();
  }

  #endWait(): void {
    this.#stopWaiting();
    this.#stopWaiting = () => undefined;
  }
}
