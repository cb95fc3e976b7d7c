import type { CallTo, DetailsOf, Operation, ValueOf } from './operations.ts';
import { type Outcome, outcome } from './outcome.ts';
import { type CallPlan, ScriptedCall } from './ScriptedCall.ts';

export interface OperationScriptOptions<Op extends Operation> {
  readonly outcomes?: readonly Outcome<ValueOf<Op>>[] | undefined;
  /** What comes when `outcomes` is used up; used up itself by whoever comes next. */
  readonly shared?: Outcome[] | undefined;
  /** What comes when all of these are used up. Default: ok. */
  readonly fallback?: Outcome<ValueOf<Op>> | undefined;
  /** What the weather makes of the fallback of a call. A script goes before it. Default: it leaves it as it is. */
  readonly exposed?: ((usual: Outcome<ValueOf<Op>>, details: DetailsOf<Op>) => Outcome<ValueOf<Op>>) | undefined;
  /** How many calls are remembered. Default: all. */
  readonly keep?: number | undefined;
}

/** A call as it is recorded, and why it gets nowhere if it does. */
export interface CallEntry<Op extends Operation> {
  readonly details: DetailsOf<Op>;
  readonly refusal?: { readonly reason: unknown } | undefined;
}

/** The script of one operation: gives each call its outcome, and remembers the call. */
export class OperationScript<Op extends Operation> {
  /** The calls so far, the oldest first. */
  readonly calls: CallTo<Op>[] = [];
  readonly #outcomes: Outcome<ValueOf<Op>>[];
  readonly #shared: Outcome[];
  readonly #fallback: Outcome<ValueOf<Op>>;
  readonly #exposed: NonNullable<OperationScriptOptions<Op>['exposed']>;
  readonly #keep: number;
  #count = 0;

  constructor(options: OperationScriptOptions<Op>) {
    this.#outcomes = [...(options.outcomes ?? [])];
    this.#shared = options.shared ?? [];
    this.#fallback = options.fallback ?? outcome.ok();
    this.#exposed = options.exposed ?? ((usual) => usual);
    this.#keep = options.keep ?? Number.POSITIVE_INFINITY;
  }

  /** All calls ever made, those included that are not remembered any more. */
  get count(): number {
    return this.#count;
  }

  append(outcomes: readonly Outcome<ValueOf<Op>>[] = []): void {
    this.#outcomes.push(...outcomes);
  }

  /** Drops what is left: the calls to come get the fallback. */
  clear(): void {
    this.#outcomes.length = 0;
    this.#shared.length = 0;
  }

  /** For the very next call. */
  prepend(next: Outcome<ValueOf<Op>>): void {
    this.#outcomes.unshift(next);
  }

  /**
   * Plays one call. A call that is refused, or whose signal has aborted, uses up no outcome: it reaches no peer.
   * @throws what a `throw` outcome says.
   */
  run<Result>(entry: CallEntry<Op>, plan: CallPlan<ValueOf<Op>, Result>): Promise<Result> {
    const call = new ScriptedCall(plan);
    this.#remember(Object.assign(call, entry.details));
    if (entry.refusal !== undefined) return call.refuse(entry.refusal.reason);
    if (plan.signal?.aborted) return call.refuse(plan.signal.reason);
    const scripted = this.#outcomes.shift() ?? this.#shared.shift();
    return call.start(scripted ?? this.#exposed(this.#fallback, entry.details));
  }

  #remember(call: CallTo<Op>): void {
    this.#count += 1;
    this.calls.push(call);
    if (this.calls.length > this.#keep) this.calls.shift();
  }
}
