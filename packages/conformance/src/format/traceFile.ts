import type { Json } from 'holdfast';
import { isList, isObject, Reader, TraceFormatError } from './reader.ts';

/** What stands alone in a file and is counted: a trace, a row of a table, a scenario. */
export interface TraceUnit {
  readonly name: string;
  readonly kind: UnitKind;
  readonly reader: Reader;
}

export type UnitKind = (typeof traceKinds)[number] | (typeof tables)[number] | 'supervisor';

const traceKinds = ['instance_server', 'reconnect_worker', 'sender'] as const;
const tables = ['classify_failure', 'worker_config', 'jitter'] as const;
const supportedFormat = 1;

/**
 * All units of one file. A unit that is not of the format is found when it is read; a file that is not is refused here.
 * @throws TraceFormatError
 */
export function readTraceFile(text: string, fileName: string): TraceUnit[] {
  const file = new Reader(parse(text, fileName), fileName);
  const format = file.field('format');
  if (format.value !== supportedFormat) throw new TraceFormatError(format.path, `${supportedFormat}`, format.value);
  const parts = Object.keys(file.object()).filter((name) => isCollection(file.field(name).value));
  if (parts.length === 0)
    throw new TraceFormatError(fileName, 'traces, scenarios or tables', Object.keys(file.object()));
  return parts.flatMap((part) => readPart(part, file.field(part)));
}

function parse(text: string, fileName: string): Json {
  try {
    const parsed: Json = JSON.parse(text);
    return parsed;
  } catch (error) {
    throw new TraceFormatError(fileName, 'JSON', error instanceof Error ? error.message : text);
  }
}

function isCollection(value: Json | undefined): boolean {
  return isList(value) || isObject(value);
}

function readPart(part: string, entries: Reader): TraceUnit[] {
  if (part === 'traces') return entries.list().map((trace) => unitOf(kindOf(trace), nameOf(trace), trace));
  if (part === 'scenarios') return entries.list().map((scenario) => unitOf('supervisor', nameOf(scenario), scenario));
  const table = tables.find((name) => name === part);
  if (table === undefined) {
    throw new TraceFormatError(entries.path, `a part called traces, scenarios, ${tables.join(', ')}`, part);
  }
  return entries.list().map((row, index) => unitOf(table, `${table}[${index}]`, row));
}

function unitOf(kind: UnitKind, name: string, reader: Reader): TraceUnit {
  return { kind, name, reader };
}

function kindOf(trace: Reader): UnitKind {
  const kind = trace.field('kind').string();
  const known = traceKinds.find((name) => name === kind);
  if (known === undefined) throw new TraceFormatError(`${trace.path}.kind`, traceKinds.join(', '), kind);
  return known;
}

function nameOf(unit: Reader): string {
  return unit.field('name').or(unit.path, (it) => it.string());
}
