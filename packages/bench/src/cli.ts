import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Section, sections } from './figures/Figures.ts';

/** Sending, beside what else does such work. */
export interface SenderSettings {
  readonly benchmark: 'sender';
  readonly isQuick: boolean;
  /** Where to write the result as JSON. */
  readonly json: string | undefined;
  /** On the disk whose syncs are to count; undefined for the system's folder for temporary files. */
  readonly folder: string | undefined;
}

/** Instances: their events, memory, storms and timers. */
export interface InstancesSettings {
  readonly benchmark: 'instances';
  readonly sections: readonly Section[];
  readonly isQuick: boolean;
  readonly json: string | undefined;
  /** Into recorded.json and the READMEs. */
  readonly isRecording: boolean;
}

/** Ratios beside those that were recorded; or those ratios recorded anew. */
export interface GuardSettings {
  readonly benchmark: 'guard';
  readonly json: string | undefined;
  readonly isRecording: boolean;
}

export type Settings = SenderSettings | InstancesSettings | GuardSettings;

export const usage = `Usage: npm run bench [-- SECTION…] [-- --quick] [-- --json FILE] [-- --record]
       npm run bench -- --guard [--json FILE] [--record]
       npm run bench:sender [-- --quick] [-- --json FILE] [-- --folder DIR]

Measures instances: the events of one and of many, their memory and the calls to
them, a reconnect storm, timers at rest, and how all of that grows. Prints
Markdown. About ten minutes. SECTION is one or several of
${sections.join(', ')}, or scale for all of them; all when
none is named.

  --quick       some two minutes: whether it works, rather than how fast
  --json FILE   write every round of every figure as JSON
  --record      write what the guard compares with (packages/bench/recorded.json)
                and the tables of the READMEs; a full run of all sections
  --guard       half a minute: compare ratios, never times, with those that were
                recorded; exits with 1 where one has fallen. With --record the
                ratios are recorded instead, and nothing else

bench:sender sends messages to a Bot API on this machine, with Holdfast and with
what else does such work, in turns, and compares.

  --folder DIR  where the durable ones write: a folder on the disk whose syncs
                count. Default: the system's folder for temporary files
`;

type Problem = { readonly problem: string };

/** The settings, or why there are none. Paths are relative to `standsIn`. */
export function readSettings(args: readonly string[], standsIn: string): Settings | 'help' | Problem {
  try {
    const { values, positionals } = parse(args);
    if (values.help) return 'help';
    const pathOf = (path: string | undefined): string | undefined =>
      path === undefined ? path : resolve(standsIn, path);
    const { folder, guard = false, quick = false, record = false } = values;
    const json = pathOf(values.json);
    const [first, ...rest] = positionals;
    if (first === 'sender') {
      if (rest.length > 0) return { problem: `sender is a benchmark of its own, not one with "${rest.join(' ')}".` };
      if (guard || record)
        return { problem: 'sender is neither guarded nor recorded: leave out --guard and --record.' };
      return { benchmark: first, isQuick: quick, json, folder: pathOf(folder) };
    }
    if (folder !== undefined) return { problem: '--folder is for sender: nothing else writes to a disk.' };
    if (guard) return guardSettings({ json, isRecording: record }, quick || first !== undefined);
    const wanted = sectionsOf(positionals);
    if ('problem' in wanted) return wanted;
    if (record && (quick || wanted.length < sections.length)) {
      return { problem: 'Only a full run of all sections is recorded: leave out --quick and the sections.' };
    }
    return { benchmark: 'instances', sections: wanted, isQuick: quick, json, isRecording: record };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

function parse(args: readonly string[]) {
  const options = {
    quick: { type: 'boolean' },
    guard: { type: 'boolean' },
    record: { type: 'boolean' },
    json: { type: 'string' },
    folder: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  } as const;
  return parseArgs({ args: args.filter((arg) => arg !== '--'), options, allowPositionals: true });
}

function guardSettings(settings: Omit<GuardSettings, 'benchmark'>, isNarrowed: boolean): GuardSettings | Problem {
  if (isNarrowed) return { problem: 'The guard is always the same: leave out --quick and the sections.' };
  return { benchmark: 'guard', ...settings };
}

/** In the order in which they run. `scale` is read off all of them. */
function sectionsOf(names: readonly string[]): readonly Section[] | Problem {
  const known: readonly string[] = [...sections, 'scale'];
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) {
    return { problem: `There is no section "${unknown.join(' ')}": there are ${known.join(', ')}, and sender.` };
  }
  if (names.length === 0 || names.includes('scale')) return sections;
  return sections.filter((section) => names.includes(section));
}
