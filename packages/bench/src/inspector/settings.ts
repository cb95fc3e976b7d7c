import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface InspectorSettings {
  readonly isQuick: boolean;
  /** Where to write the figures as JSON. */
  readonly json: string | undefined;
}

export const usage = `Usage: npm run bench:inspector [-- --quick] [-- --json FILE]

Watches 1,000 instances at 10,000 events a second with the local inspector, its
page open in headless Chromium, and with @statelyai/inspect's relay beside it.

  --quick       for a few seconds only: whether it works, rather than how well
  --json FILE   write the figures as JSON too
`;

/** The settings, or why there are none. Paths are relative to `standsIn`. */
export function readSettings(
  args: readonly string[],
  standsIn: string,
): InspectorSettings | 'help' | { readonly problem: string } {
  try {
    const options = {
      quick: { type: 'boolean' },
      json: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const { values } = parseArgs({ args: args.filter((arg) => arg !== '--'), options });
    if (values.help) return 'help';
    return { isQuick: values.quick === true, json: values.json && resolve(standsIn, values.json) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
