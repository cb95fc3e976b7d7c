import { relative, resolve } from 'node:path';
import { runNames } from './interpreters.ts';
import { fileLine, inColour, type Paint, plain, report } from './report.ts';
import { type FileResult, type FolderResult, filesOf, type Progress, runFolder, tallyOf } from './runFolder.ts';
import { readSettings, type Settings, usage } from './settings.ts';

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

const exitCodes = { allHeld: 0, someDiffered: 1, wrongUsage: 2 } as const;

/** Runs the command and returns its exit code. The last line it writes to `out` is the tally: the sum of its runs. */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  const { out, err } = surroundings;
  const settings = readSettings(args);
  if (settings === 'help') {
    out(usage);
    return exitCodes.allHeld;
  }
  if ('problem' in settings) {
    err(`${settings.problem}\n\n${usage}`);
    return exitCodes.wrongUsage;
  }
  return replayTraces(settings, surroundings);
}

async function replayTraces({ folder: given, interpreters }: Settings, surroundings: Surroundings): Promise<number> {
  const { ownTraces, standsIn, out, err, hasColours } = surroundings;
  const folder = given === undefined ? ownTraces : resolve(standsIn, given);
  const paint = hasColours ? inColour : plain;
  const shown = relative(standsIn, folder) || '.';
  out(`${paint('bold', 'Conformance')}  what Jido.Messaging does, replayed in virtual time against holdfast\n`);
  out(`${paint('dim', `traces: ${shown}`)}\n`);
  let result: FolderResult = { runs: [], passedOver: [] };
  try {
    result = await runFolder(folder, interpreters, showProgress(surroundings, paint));
    const isEmpty = filesOf(result).every(({ units, error }) => units.length === 0 && error === undefined);
    if (isEmpty) err(`There are no traces in ${shown}.\n`);
  } catch (error) {
    err(`Cannot read ${shown}: ${error instanceof Error ? error.message : String(error)}\n`);
  }
  out(`${report(result, paint)}\n`);
  const { passed, failed, skipped } = tallyOf(filesOf(result));
  return failed > 0 || passed + skipped === 0 ? exitCodes.someDiffered : exitCodes.allHeld;
}

/** A heading for each run and a line for each file; on a terminal also how far the current one is. */
function showProgress({ out, isTerminal }: Surroundings, paint: Paint): Progress {
  const clear = isTerminal ? '\r\u001b[K' : '';
  return {
    onRun(interpreter) {
      out(`\n${paint('bold', runNames[interpreter])}\n`);
    },
    onUnit(fileName, done, total) {
      if (isTerminal && done % 10 === 0) out(`${clear}    ${fileName}  ${done} of ${total}`);
    },
    onFile(file: FileResult) {
      out(`${clear}${fileLine(file, paint)}\n`);
    },
  };
}
