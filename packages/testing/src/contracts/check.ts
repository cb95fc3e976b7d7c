import { deepEqual, matches } from '../deepEqual.ts';
import { broken } from './ContractBrokenError.ts';

const longestShown = 400;

/** @throws ContractBrokenError with these words when it is not so. */
export function check(isSo: boolean, otherwise: string): asserts isSo {
  if (!isSo) broken(otherwise);
}

/** @throws ContractBrokenError when the two do not say the same. */
export function checkEqual(actual: unknown, expected: unknown, what: string): void {
  check(deepEqual(actual, expected), `${what}: expected ${shown(expected)}, received ${shown(actual)}.`);
}

/** @throws ContractBrokenError when something of the pattern is missing or different. */
export function checkMatches(actual: unknown, pattern: unknown, what: string): void {
  check(matches(actual, pattern), `${what}: expected something like ${shown(pattern)}, received ${shown(actual)}.`);
}

/**
 * What the promise rejects with.
 * @throws ContractBrokenError when it resolves.
 */
export async function rejectionOf(promise: Promise<unknown>, what: string): Promise<unknown> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => ({ error }),
  );
  if (outcome === null) return broken(`${what}: expected a rejection, and it resolved.`);
  return outcome.error;
}

/** For people, and cut where it is long. Never fails. */
export function shown(value: unknown): string {
  const text = printed(value);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}… (${text.length} characters)`;
}

function printed(value: unknown): string {
  try {
    if (value instanceof Error) return `${value.name}: ${value.message}`;
    return JSON.stringify(value) ?? String(value);
  } catch {
    return `a ${typeof value} that cannot be printed`;
  }
}
