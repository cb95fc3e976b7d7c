import { HoldfastError } from 'holdfast';
import type { Difference } from './difference.ts';

/** What was seen is not what was recorded. */
export class MismatchError extends HoldfastError {
  override readonly name = 'MismatchError';
  readonly code = 'MISMATCH';
  readonly step: string;
  readonly difference: Difference;

  constructor(step: string, difference: Difference) {
    super(`${step}: ${difference.path} differs`);
    this.step = step;
    this.difference = difference;
  }
}

/** Keeps the account of one replay: where it is, how much it has compared, which departures it used. */
export class Ledger {
  readonly departures = new Map<string, number>();
  #step = 'start';
  #compared = 0;

  get step(): string {
    return this.#step;
  }

  /** Comparisons made and held. 0 at the end: everything was skipped. */
  get compared(): number {
    return this.#compared;
  }

  at(step: string): void {
    this.#step = step;
  }

  /** Takes the outcome of one comparison. @throws MismatchError when there is a difference. */
  expect(difference: Difference | undefined): void {
    if (difference) throw new MismatchError(this.#step, difference);
    this.#compared += 1;
  }

  expectEqual(path: string, expected: unknown, got: unknown): void {
    this.expect(Object.is(expected, got) ? undefined : { path, expected, got });
  }

  departed(id: string): void {
    this.departures.set(id, (this.departures.get(id) ?? 0) + 1);
  }
}
