import { readTraceFile } from '../src/format/traceFile.ts';
import { runUnit, type UnitResult } from '../src/runUnit.ts';

/** Runs on compiled charts what one part of a file holds: `run('traces', [trace])`, `run('jitter', [row])`. */
export async function run(part: string, entries: readonly unknown[]): Promise<UnitResult[]> {
  const results: UnitResult[] = [];
  for (const unit of readTraceFile(JSON.stringify({ format: 1, [part]: entries }), 'test.json')) {
    results.push(await runUnit(unit, 'compiled'));
  }
  return results;
}

/** Runs one of them. */
export async function runOne(part: string, entry: unknown): Promise<UnitResult> {
  const [result] = await run(part, [entry]);
  if (!result) throw new Error('There was nothing to run.');
  return result;
}

/** Where a unit differed first: `step 1 notify_failure("x") / status.lastError`. */
export function whereItFailed({ failure }: UnitResult): string {
  return failure ? `${failure.step} / ${failure.difference.path}` : 'nowhere';
}
