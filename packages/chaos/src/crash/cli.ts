export const usage = `Usage: npm run crash [-- --seed N] [--json FILE]

Kills a process with 20 instances on one SQLite store 60 times while they work
with real servers, tears its write-ahead log, and fills its disk; and compares
what was promised with what the servers have written down.

  --seed N     a whole number from 0 to 4294967295: the same kills in the same
               order. Default: a random one.
  --json FILE  write the result as JSON too.
`;

/** The command that does the same kills in the same order. */
export function howToRepeat(seed: number): string {
  return `npm run crash -- --seed ${seed}`;
}
