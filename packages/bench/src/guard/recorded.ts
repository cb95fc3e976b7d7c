import type { Results } from '../results.ts';

/** What stands in recorded.json. */
export interface Recorded {
  /** What the guard compares with, by the names of the ratios. */
  readonly ratios: Readonly<Record<string, number>>;
  /** The run that the tables are of; null until there was one. */
  readonly results: Results | null;
}

/** Throws where it is not such a text. */
export function readRecorded(text: string): Recorded {
  const read: unknown = JSON.parse(text);
  const { ratios, results = null } = Object(read) as { readonly ratios?: unknown; readonly results?: Results | null };
  if (typeof ratios !== 'object' || ratios === null || !Object.values(ratios).every(isPositive)) {
    throw new TypeError('recorded.json was to have "ratios", each a number above 0: record it anew.');
  }
  return { ratios: ratios as Recorded['ratios'], results };
}

/** With four digits that count, so that a new recording changes no more of the file than it has to. */
export function writeRecorded({ ratios, results }: Recorded): string {
  const isDigits = (value: unknown): value is number => typeof value === 'number' && !Number.isInteger(value);
  const replacer = (_key: string, value: unknown): unknown => (isDigits(value) ? Number(value.toPrecision(4)) : value);
  const text = JSON.stringify({ ratios, results }, replacer, 2);
  // The rounds of a figure on one line.
  return `${text.replace(/\[[\d\s.,e+-]*\]/g, (list) => list.replace(/\s+/g, ' ').replace('[ ', '[').replace(' ]', ']'))}\n`;
}

function isPositive(value: unknown): boolean {
  return typeof value === 'number' && value > 0;
}
