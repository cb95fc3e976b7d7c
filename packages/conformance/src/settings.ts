import { parseArgs } from 'node:util';
import type { Interpreter } from 'holdfast';
import { interpreters, isInterpreter } from './interpreters.ts';

export interface Settings {
  /** Where the traces are, as it was given; the project's own when none was. */
  readonly folder: string | undefined;
  /** What the charts are run by, one after the other. */
  readonly interpreters: readonly Interpreter[];
}

export const usage = `Usage: npm run conformance [-- [DIR] [--interpreter ${interpreters.join('|')}]]

Replays the recorded behaviour of Jido.Messaging against holdfast, in virtual time: the traces of
packages/conformance/data, or those of another folder of the same format.

  --interpreter NAME  run the charts by this one alone: "compiled" by what @holdfast/compile makes
                      of them, "xstate" by XState itself. Default: all traces by one, and then all
                      by the other.
`;

const options = {
  interpreter: { type: 'string', multiple: true },
  help: { type: 'boolean', short: 'h' },
} as const;

/** The settings, or why there are none. */
export function readSettings(args: readonly string[]): Settings | 'help' | { readonly problem: string } {
  // What npm takes away, pnpm hands on.
  const given = args.filter((arg) => arg !== '--');
  try {
    const { values, positionals } = parseArgs({ args: given, options, allowPositionals: true });
    if (values.help) return 'help';
    const [folder, ...more] = positionals;
    if (more.length > 0) return { problem: `Expected one folder at most, got ${quoted(positionals)}.` };
    const [name, ...others] = values.interpreter ?? [];
    if (name === undefined) return { folder, interpreters };
    if (others.length === 0 && isInterpreter(name)) return { folder, interpreters: [name] };
    return { problem: `--interpreter: expected ${quoted(interpreters, ' or ')}, got ${quoted([name, ...others])}.` };
  } catch (error) {
    // What Node says after the first sentence is about "--", which is left out here.
    const [problem = ''] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    return { problem: `${problem.replace(/\.$/, '')}.` };
  }
}

function quoted(texts: readonly string[], separator = ' and '): string {
  return texts.map((text) => JSON.stringify(text)).join(separator);
}
