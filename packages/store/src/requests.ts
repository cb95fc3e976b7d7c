import {
  type DeadLetterQuery,
  type DeadLetterState,
  type InputProblem,
  InvalidInputError,
  type PruneRequest,
} from 'holdfast';

const defaultPageSize = 100;
const largestPageSize = 1_000;

/** Where a letter stands in the order of all letters: by time, then by the names in the index. */
export type LetterPlace = readonly [atMs: number, instance: string, id: string];

export interface ResolvedLetterQuery {
  readonly limit: number;
  readonly after: LetterPlace | undefined;
}

/** @throws InvalidInputError */
export function resolveLetterQuery({ limit = defaultPageSize, after }: DeadLetterQuery): ResolvedLetterQuery {
  const problems: InputProblem[] = [];
  if (!Number.isInteger(limit) || limit < 1 || limit > largestPageSize) {
    problems.push({ path: 'limit', expected: `a whole number from 1 to ${largestPageSize}`, received: String(limit) });
  }
  const place = after === undefined ? undefined : placeOf(after);
  if (place === null)
    problems.push({ path: 'after', expected: 'the next of an earlier page', received: 'another string' });
  if (problems.length > 0) throw new InvalidInputError('query for dead letters', problems);
  return { limit, after: place ?? undefined };
}

/** ASCII, whatever the names are. */
export function cursorOf(place: LetterPlace): string {
  const text = JSON.stringify(place);
  return btoa(text.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`));
}

function placeOf(cursor: string): LetterPlace | null {
  try {
    const place: unknown = JSON.parse(atob(cursor));
    if (!Array.isArray(place) || place.length !== 3) return null;
    const [atMs, instance, id]: unknown[] = place;
    const isPlace = typeof atMs === 'number' && typeof instance === 'string' && typeof id === 'string';
    return isPlace ? [atMs, instance, id] : null;
  } catch {
    return null;
  }
}

/** Only letters that nobody is working on are pruned. */
export const unprunedState: DeadLetterState = 'replaying';

/** @throws InvalidInputError for what is no number, and for a negative or broken `keep…`. */
export function checkPruneRequest(request: PruneRequest): void {
  const problems: InputProblem[] = [];
  for (const [path, value] of Object.entries(request)) {
    const isCount = path.startsWith('keep');
    if (value === undefined || (isCount ? Number.isInteger(value) && value >= 0 : Number.isFinite(value))) continue;
    problems.push({ path, expected: isCount ? 'a whole number from 0' : 'a finite number', received: String(value) });
  }
  if (problems.length > 0) throw new InvalidInputError('prune request', problems);
}

/** @throws InvalidInputError */
export function checkLoadLimits(limits: { readonly keys: number; readonly handled: number }): void {
  const problems = Object.entries(limits)
    .filter(([, value]) => !Number.isInteger(value) || value < 0)
    .map(([path, value]) => ({ path, expected: 'a whole number from 0', received: String(value) }));
  if (problems.length > 0) throw new InvalidInputError('load limits', problems);
}

/** @throws TypeError when it is none. */
export function stateOf(cell: unknown): DeadLetterState {
  if (cell === 'dead' || cell === 'replaying' || cell === 'archived') return cell;
  throw new TypeError(`${String(cell)} is no state of a dead letter`);
}
