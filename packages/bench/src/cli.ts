import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface Settings {
  readonly benchmark: 'sender';
  readonly isQuick: boolean;
  /** Where to write the result as JSON. */
  readonly json: string | undefined;
  /** On the disk whose syncs are to count; undefined for the system's folder for temporary files. */
  readonly folder: string | undefined;
}

export const usage = `Usage: npm run bench:sender [-- --quick] [-- --json FILE] [-- --folder DIR]

Sends messages to a Bot API on this machine, with Holdfast and with what else
does such work, in turns, and compares.

  --quick       fewer and shorter rounds: whether it works, rather than how fast
  --json FILE   write the result as JSON too
  --folder DIR  where the durable ones write: a folder on the disk whose syncs
                count. Default: the system's folder for temporary files
`;

/** The settings, or why there are none. Paths are relative to `standsIn`. */
export function readSettings(
  args: readonly string[],
  standsIn: string,
): Settings | 'help' | { readonly problem: string } {
  try {
    const options = {
      quick: { type: 'boolean' },
      json: { type: 'string' },
      folder: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    } as const;
    const given = args.filter((arg) => arg !== '--');
    const { values, positionals } = parseArgs({ args: given, options, allowPositionals: true });
    if (values.help) return 'help';
    const [benchmark, ...rest] = positionals;
    if (benchmark !== 'sender') return { problem: `Which benchmark? There is "sender", not "${benchmark ?? ''}".` };
    if (rest.length > 0) return { problem: `One benchmark at a time, not "${rest.join(' ')}" as well.` };
    const pathOf = (path: string | undefined): string | undefined =>
      path === undefined ? path : resolve(standsIn, path);
    return { benchmark, isQuick: values.quick === true, json: pathOf(values.json), folder: pathOf(values.folder) };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}
