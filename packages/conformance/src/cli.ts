import { relative, resolve } from 'node:path';
import { fileLine, inColour, type Paint, plain, report } from './report.ts';
import { type FileResult, type FolderResult, type Progress, runFolder, tallyOf } from './runFolder.ts';

/** What the command stands in. */
export interface Surroundings {
  /** The traces that are replayed when no folder is given. */
  readonly ownTraces: string;
  /** What a given folder is relative to. */
  readonly standsIn: string;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Whether `out` can overwrite a line, and so show how far it is. */
  readonly isTerminal: boolean;
  readonly hasColours: boolean;
}

const usage = `Usage: npm run conformance [-- DIR]

Replays the recorded behaviour of Jido.Messaging against holdfast, in virtual time: the traces of
packages/conformance/data, or those of another folder of the same format.
`;

const exitCodes = { allHeld: 0, someDiffered: 1, wrongUsage: 2 } as const;

/** Runs the command and returns its exit code. The last line it writes to `out` is the tally. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { ownTraces, standsIn, out, err } = surroundings;
  const [given, ...more] = args.filter((arg) => arg !== '--');
  if (given === '--help' || given === '-h') {
    out(usage);
    return exitCodes.allHeld;
  }
  if (more.length > 0 || given?.startsWith('-')) {
    err(usage);
    return exitCodes.wrongUsage;
  }
  return replayFolder(given === undefined ? ownTraces : resolve(standsIn, given), surroundings);
}

async function replayFolder(folder: string, surroundings: Surroundings): Promise<number> {
  const { standsIn, out, err, hasColours } = surroundings;
  const paint = hasColours ? inColour : plain;
  const shown = relative(standsIn, folder) || '.';
  out(`${paint('bold', 'Conformance')}  what Jido.Messaging does, replayed in virtual time against holdfast\n`);
  out(`${paint('dim', `traces: ${shown}`)}\n\n`);
  let result: FolderResult = { files: [], passedOver: [] };
  try {
    result = await runFolder(folder, showProgress(surroundings, paint));
    const isEmpty = result.files.every(({ units, error }) => units.length === 0 && error === undefined);
    if (isEmpty) err(`There are no traces in ${shown}.\n`);
  } catch (error) {
    err(`Cannot read ${shown}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  out(`${report(result, paint)}\n`);
  const { passed, failed, skipped } = tallyOf(result.files);
  return failed > 0 || passed + skipped === 0 ? exitCodes.someDiffered : exitCodes.allHeld;
}

/** A line for each file; on a terminal also how far the current one is. */
function showProgress({ out, isTerminal }: Surroundings, paint: Paint): Progress {
  const clear = isTerminal ? '\r\u001b[K' : '';
  return {
    onUnit(fileName, done, total) {
      if (isTerminal && done % 10 === 0) out(`${clear}    ${fileName}  ${done} of ${total}`);
    },
    onFile(file: FileResult) {
      out(`${clear}${fileLine(file, paint)}\n`);
    },
  };
}
