/** Of durations in milliseconds; null where there were none. */
export interface Spread {
  readonly median: number | null;
  readonly worst: number | null;
}

export function spreadOf(durationsMs: readonly number[]): Spread {
  if (durationsMs.length === 0) return { median: null, worst: null };
  const sorted = durationsMs.toSorted((left, right) => left - right);
  const upper = at(sorted, Math.floor(sorted.length / 2));
  const lower = at(sorted, Math.floor((sorted.length - 1) / 2));
  return { median: Math.round((lower + upper) / 2), worst: Math.round(at(sorted, sorted.length - 1)) };
}

function at(sorted: readonly number[], index: number): number {
  return sorted[index] ?? 0;
}
