/** What has come in of one run. */
export interface RunAccount {
  /** Messages, each counted as often as it came. */
  readonly received: number;
  /** Messages, each counted once. */
  readonly distinct: number;
}

/** Which messages have come in. A message says in its text which one it is: `<run>:<number> …`. */
export class Account {
  readonly #runs = new Map<string, { received: number; readonly numbers: Set<number> }>();

  /** Texts that carry no run and number are counted nowhere. */
  add(text: string): void {
    const colon = text.indexOf(':');
    const number = colon < 1 ? Number.NaN : Number.parseInt(text.slice(colon + 1), 10);
    if (Number.isNaN(number)) return;
    const name = text.slice(0, colon);
    const run = this.#runs.get(name) ?? { received: 0, numbers: new Set() };
    this.#runs.set(name, run);
    run.received += 1;
    run.numbers.add(number);
  }

  /** The account of a run, which is forgotten by it. */
  settle(name: string): RunAccount {
    const run = this.#runs.get(name);
    this.#runs.delete(name);
    return { received: run?.received ?? 0, distinct: run?.numbers.size ?? 0 };
  }
}
