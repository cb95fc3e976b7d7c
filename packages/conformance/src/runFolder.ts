import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Interpreter } from 'holdfast';
import { readTraceFile } from './format/traceFile.ts';
import { runUnit, type UnitResult } from './runUnit.ts';

/** What became of one file. */
export interface FileResult {
  readonly fileName: string;
  readonly units: readonly UnitResult[];
  /** Why none of it could be replayed: it is not of the format. */
  readonly error?: string;
  readonly tookMs: number;
}

/** What became of all files on one interpreter. */
export interface RunResult {
  readonly interpreter: Interpreter;
  readonly files: readonly FileResult[];
}

export interface FolderResult {
  readonly runs: readonly RunResult[];
  /** Entries that are no JSON files, and were not looked at. */
  readonly passedOver: readonly string[];
}

/** Tells whoever watches how far it is. */
export interface Progress {
  onRun(interpreter: Interpreter): void;
  onUnit(fileName: string, done: number, total: number): void;
  onFile(result: FileResult): void;
}

/** Replays every JSON file of a folder, one after the other, on each interpreter. Rejects when there is no such folder. */
export async function runFolder(
  folder: string,
  interpreters: readonly Interpreter[],
  progress: Progress,
): Promise<FolderResult> {
  const entries = await readdir(folder, { withFileTypes: true });
  const isTraceFile = (entry: (typeof entries)[number]): boolean =>
    !entry.isDirectory() && entry.name.endsWith('.json');
  const isDescription = ({ name }: { readonly name: string }): boolean => name.endsWith('.md') || name.startsWith('.');
  const names = entries.filter(isTraceFile).map(({ name }) => name);
  const paths = names.sort().map((name) => join(folder, name));
  const passedOver = entries.filter((entry) => !isTraceFile(entry) && !isDescription(entry)).map(({ name }) => name);
  const runs: RunResult[] = [];
  for (const interpreter of interpreters) {
    progress.onRun(interpreter);
    runs.push({ interpreter, files: await runFiles(paths, interpreter, progress) });
  }
  return { runs, passedOver: passedOver.sort() };
}

async function runFiles(
  paths: readonly string[],
  interpreter: Interpreter,
  progress: Progress,
): Promise<readonly FileResult[]> {
  const files: FileResult[] = [];
  for (const path of paths) {
    const result = await runFile(path, interpreter, progress);
    files.push(result);
    progress.onFile(result);
  }
  return files;
}

async function runFile(path: string, interpreter: Interpreter, progress: Progress): Promise<FileResult> {
  const fileName = basename(path);
  const startedMs = performance.now();
  const took = (): number => performance.now() - startedMs;
  const results: UnitResult[] = [];
  try {
    const units = readTraceFile(await readFile(path, 'utf8'), fileName);
    for (const [index, unit] of units.entries()) {
      progress.onUnit(fileName, index, units.length);
      results.push(await runUnit(unit, interpreter));
    }
    return { fileName, units: results, tookMs: took() };
  } catch (error) {
    return { fileName, units: results, error: error instanceof Error ? error.message : String(error), tookMs: took() };
  }
}

/** The files of all runs. */
export function filesOf({ runs }: FolderResult): readonly FileResult[] {
  return runs.flatMap(({ files }) => files);
}

export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** A file that is not of the format counts as one failure: nothing of it was replayed. */
export function tallyOf(files: readonly FileResult[]): Tally {
  const count = (outcome: UnitResult['outcome']): number =>
    files.reduce((sum, { units }) => sum + units.filter((unit) => unit.outcome === outcome).length, 0);
  const unreadable = files.filter(({ error }) => error !== undefined).length;
  return { passed: count('passed'), failed: count('failed') + unreadable, skipped: count('skipped') };
}

/** How often each departure was used. */
export function departuresUsed(files: readonly FileResult[]): ReadonlyMap<string, number> {
  const used = new Map<string, number>();
  for (const { units } of files) {
    for (const { departures } of units) {
      for (const [id, times] of departures) used.set(id, (used.get(id) ?? 0) + times);
    }
  }
  return used;
}
