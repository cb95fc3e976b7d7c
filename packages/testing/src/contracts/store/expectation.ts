import { check, checkEqual, checkMatches, rejectionOf, shown } from '../check.ts';

/** What can be said of a value. Each throws ContractBrokenError when it is not so. */
export interface Expectation {
  toBe(expected: unknown): void;
  notToBe(other: unknown): void;
  /** The same as JSON: what is undefined counts as not there. */
  toEqual(expected: unknown): void;
  toMatch(pattern: unknown): void;
  toHaveLength(length: number): void;
}

export function expect(actual: unknown): Expectation {
  return {
    toBe: (expected) => check(Object.is(actual, expected), `Expected ${shown(expected)}, received ${shown(actual)}.`),
    notToBe: (other) => check(!Object.is(actual, other), `Expected anything but ${shown(other)}.`),
    toEqual: (expected) => checkEqual(actual, expected, 'What the store says'),
    toMatch: (pattern) => checkMatches(actual, pattern, 'What the store says'),
    toHaveLength: (length) => {
      const received = Array.isArray(actual) ? actual.length : undefined;
      check(received === length, `Expected a list of ${length}, received ${received ?? shown(actual)}.`);
    },
  };
}

/** What a call rejects with has these properties: a `code`, and the `problems`. */
export async function expectRefusal(call: Promise<unknown>, pattern: object): Promise<void> {
  checkMatches(await rejectionOf(call, 'What cannot be done'), pattern, 'The refusal');
}
