/** One thing that a contract promises, and the way to find out whether it holds. */
export interface Fact {
  /** What it is about, to group by: `closing`. */
  readonly group: string;
  /** The fact in words; no other fact of the contract has the same. */
  readonly title: string;
  /** Why this implementation cannot be asked; undefined when it can. For `test.skipIf(fact.skip !== undefined)`. */
  readonly skip: string | undefined;
  /** How long `run` may take at most. Milliseconds; a test's timeout has to be longer. */
  readonly timeoutMs: number;
  /**
   * Resolves when the fact holds.
   * @throws ContractBrokenError when it does not, and when it is run although `skip` says why it cannot be.
   */
  run(): Promise<void>;
}
