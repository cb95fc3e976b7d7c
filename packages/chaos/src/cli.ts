import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Settings {
  readonly seed: number;
  /** Where to write the result as JSON. */
  readonly json: string | undefined;
}

export const usage = `Usage: npm run chaos [-- --seed N] [--json FILE]

Does real harm to real servers and to the way to them, while 50 instances
exchange messages with them, and measures how fast it is noticed, how fast they
recover, and what is lost.

  --seed N     a whole number from 0 to 4294967295: the same faults in the same
               order. Default: a random one.
  --json FILE  write the result as JSON too.
`;

/** The command that does the same faults in the same order. */
export function howToRepeat(seed: number): string {
  return `npm run chaos -- --seed ${seed}`;
}

/** The settings, or why there are none. Paths are relative to `standsIn`; `chance` is in [0, 1). */
export function readSettings(
  args: readonly string[],
  { standsIn, chance }: { readonly standsIn: string; readonly chance: number },
): Settings | 'help' | { readonly problem: string } {
  try {
    const options = {
      seed: { type: 'string' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: args.filter((arg) => arg !== '--'), options });
    if (values.help) return 'help';
    const seed = values.seed === undefined ? Math.floor(chance * 2 ** 32) : readSeed(values.seed);
    if (seed === undefined) return { problem: `--seed ${values.seed} is no whole number from 0 to 4294967295.` };
    return { seed, json: values.json === undefined ? undefined : resolve(standsIn, values.json) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function readSeed(text: string): number | undefined {
  const seed = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN;
  return seed < 2 ** 32 ? seed : undefined;
}
