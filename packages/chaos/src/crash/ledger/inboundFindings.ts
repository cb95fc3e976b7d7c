import type { Handling, Ledger } from './Ledger.ts';

/** What must not be, in words, by the check that it fails. */
export interface InboundFindings {
  readonly unhandled: readonly string[];
  readonly handledAfterCommit: readonly string[];
  readonly tooManyAgain: readonly string[];
  readonly disordered: readonly string[];
  readonly counts: {
    readonly written: number;
    readonly handled: number;
    /** Handled in one life, and once more in a later one. */
    readonly repeats: number;
    readonly suppressed: number;
  };
}

/**
 * Compares what the servers offered with what the handlers saw. A kill may have handled again what was read at once and not
 * written down by then; with MQTT, whose numbers name a message only until it is acknowledged, also what was not acknowledged.
 */
export function inboundFindings(ledger: Ledger, readAtOnce: number): InboundFindings {
  const { handlings, remains, written } = ledger;
  const lives = new Map<string, number[]>();
  for (const { instance, number, life } of handlings) {
    const key = `${instance}/${number}`;
    lives.set(key, [...(lives.get(key) ?? []), life]);
  }
  const isCut = remains.some(({ before }) => before !== undefined);
  // A cut takes back what was written down: what counts is what the next life finds.
  const foundBy = new Map(remains.map(({ life, found }) => [life + 1, found.handled]));
  const handledAfterCommit = handlings
    .filter(({ id, instance, life }) => foundBy.get(life)?.has(`${instance}/${id}`))
    .map(({ id, instance, life }) => `${instance}: ${id} was handled in life ${life}, which found it as handled`);
  const twiceInALife = [...lives]
    .filter(([, all]) => new Set(all).size < all.length)
    .map(([key, all]) => `${key} was handled twice in one life (${all.join(', ')})`);
  return {
    unhandled: [...written].filter((key) => !lives.has(key)).map((key) => `${key} was never handled`),
    handledAfterCommit: [...handledAfterCommit, ...twiceInALife],
    tooManyAgain: isCut ? [] : tooManyAgainIn(lives, readAtOnce),
    disordered: disorderedIn(handlings),
    counts: {
      written: written.size,
      handled: lives.size,
      repeats: handlings.length - lives.size,
      suppressed: ledger.suppressed,
    },
  };
}

function tooManyAgainIn(lives: ReadonlyMap<string, readonly number[]>, readAtOnce: number): string[] {
  const again = new Map<string, number>();
  for (const [key, all] of lives) {
    const [instance = ''] = key.split('/');
    for (const life of all.slice(1)) {
      const place = `${instance} in life ${life}`;
      again.set(place, (again.get(place) ?? 0) + 1);
    }
  }
  return [...again]
    .filter(([, count]) => count > readAtOnce)
    .map(([place, count]) => `${place}: ${count} were handled again, ${readAtOnce} at most were due`);
}

/** By the first time that each is handled: in each conversation in the order in which they were written. */
function disorderedIn(handlings: readonly Handling[]): string[] {
  const seen = new Set<string>();
  const last = new Map<string, number>();
  const found: string[] = [];
  for (const { conversation, instance, life, number } of handlings) {
    const key = `${instance}/${number}`;
    if (seen.has(key)) continue;
    seen.add(key);
    const place = `${instance} in ${conversation}`;
    const before = last.get(place) ?? 0;
    if (number < before) found.push(`${place}: ${number} was handled first in life ${life}, after ${before}`);
    else last.set(place, number);
  }
  return found;
}
