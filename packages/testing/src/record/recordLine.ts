import type { StateValue } from 'xstate';

/** The version of the lines. A replay refuses others. */
export const lineVersion = 1;

/** One event of one actor, and what it did. A recording is one of these as JSON on each line. */
export interface RecordLine {
  readonly v: typeof lineVersion;
  /** The machine's id. */
  readonly machine: string;
  /** The actor's session id: unique in its process. */
  readonly actor: string;
  /** Milliseconds since the recording began. */
  readonly atMs: number;
  /** With the fields that were allowed; `xstate.init` begins an actor. */
  readonly event: { readonly type: string };
  /** The names of fields that were left out. */
  readonly hidden: readonly string[];
  /** The ids of the transitions that it took, microstep by microstep. */
  readonly takes: readonly string[];
  /** Where the actor rests afterwards. */
  readonly value: StateValue;
  readonly status: string;
}

/** What was given as a recording is none. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

/** @throws RecordingError that names the line. */
export function parseLine(text: string, number: number): RecordLine {
  const parsed = parseJson(text, number);
  const { v, event } = parsed;
  if (v !== lineVersion) {
    throw new RecordingError(
      `Line ${number} of the recording: expected version ${lineVersion}, got ${JSON.stringify(v) ?? 'none'}.`,
    );
  }
  const isWhole =
    isObject(event) &&
    typeof event['type'] === 'string' &&
    ['machine', 'actor', 'status'].every((key) => typeof parsed[key] === 'string') &&
    typeof parsed['atMs'] === 'number' &&
    ['hidden', 'takes'].every((key) => isListOfTexts(parsed[key])) &&
    (typeof parsed['value'] === 'string' || isObject(parsed['value']));
  if (!isWhole)
    throw new RecordingError(`Line ${number} of the recording lacks something: expected what recordEvents writes.`);
  return parsed as unknown as RecordLine;
}

function parseJson(text: string, number: number): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(text);
    if (isObject(parsed)) return parsed;
  } catch {
    // Said below, without the text: it may be anything.
  }
  throw new RecordingError(`Line ${number} of the recording is no JSON object. Was it cut off?`);
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isListOfTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
