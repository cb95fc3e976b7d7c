import { type Json, type JsonObject, seedEventNames, type TelemetryEvent } from 'holdfast';
import {
  type Difference,
  extraKeyDifference,
  fieldsDifference,
  first,
  isDurationLike,
  isTimestampLike,
  valueDifference,
} from './difference.ts';
import { ourEventName, withOurNames } from './format/naming.ts';
import { isList, isObject } from './format/reader.ts';
import type { Signal } from './format/traces.ts';

const snapshotRules = { connectedAt: isTimestampLike, startedAt: isTimestampLike, uptimeMs: isDurationLike };

const metadataRules = { timestamp: isTimestampLike, elapsedMs: isDurationLike, nextInMs: isInRange };

const seedNames: ReadonlySet<string> = new Set(seedEventNames);

/** The names that the original does not have stand beside its own and are not compared. */
export function ofTheSeed(events: readonly TelemetryEvent[]): TelemetryEvent[] {
  return events.filter(({ name }) => seedNames.has(name));
}

/** A status, a health snapshot or an instance: `expected` as recorded, `got` ours, which may have more fields. */
export function snapshotDifference(expected: JsonObject, got: object, path: string): Difference | undefined {
  return fieldsDifference(snapshotInOurNames(expected), got, { path, rules: snapshotRules });
}

function snapshotInOurNames(snapshot: JsonObject): JsonObject {
  const named = withOurNames(snapshot);
  const { childHealthSummary, settings } = named;
  if (isObject(childHealthSummary)) named['childHealthSummary'] = withOurNames(childHealthSummary);
  if (isObject(settings)) named['settings'] = withOurNames(settings);
  return named;
}

/** All signals in order: their names, measurements and metadata, with no key more and none less. */
export function signalsDifference(
  expected: readonly Signal[],
  got: readonly TelemetryEvent[],
  path = 'signals',
): Difference | undefined {
  const missing = (index: number): Difference => ({
    path: `${path}[${index}]`,
    expected: signalText(expected[index]),
    got: eventText(got[index]),
  });
  const pairs = expected.map((signal, index) => () => {
    const event = got[index];
    if (event === undefined || event.name !== ourEventName(signal.event)) return missing(index);
    return signalDifference(signal, event, `${path}[${index}] ${event.name}`);
  });
  return first([...pairs, () => (got.length > expected.length ? missing(expected.length) : undefined)]);
}

export function signalDifference(signal: Signal, event: TelemetryEvent, path: string): Difference | undefined {
  const measurements = withOurNames(signal.measurements);
  const metadata = withOurNames(signal.metadata);
  const measured = { path: `${path}.measurements`, rules: metadataRules };
  const described = { path: `${path}.metadata`, rules: metadataRules };
  return first([
    () => fieldsDifference(measurements, event.measurements, measured),
    () => extraKeyDifference(Object.keys(measurements), event.measurements, measured.path),
    () => fieldsDifference(metadata, event.metadata, described),
    () => extraKeyDifference(Object.keys(metadata), event.metadata, described.path),
    () => timestampsDifference(metadata, event, path),
  ]);
}

/** The two time stamps of a signal are one, unless an app's meta put another into the metadata. */
function timestampsDifference(metadata: JsonObject, event: TelemetryEvent, path: string): Difference | undefined {
  const { timestamp } = event.measurements;
  const isTime = metadata['timestamp'] === 'present' && typeof event.metadata['timestamp'] === 'number';
  if (timestamp === undefined || !isTime) return undefined;
  return valueDifference(timestamp, event.metadata['timestamp'], `${path}.metadata.timestamp`);
}

/** What a call returned, both in the original's words; snapshots inside as snapshots. */
export function returnDifference(expected: Json, got: unknown): Difference | undefined {
  const path = 'returns';
  if (isOkSnapshot(expected) && isOkSnapshot(got)) return snapshotDifference(expected[1], got[1], `${path}[1]`);
  // Whatever exception the original raises in its caller, ours is the one typed error.
  if (isObject(expected) && Object.hasOwn(expected, 'raises')) return valueDifference(refusal, got, path);
  return valueDifference(expected, got, path);
}

/** A call that was refused for its input. */
export const refusal = { raises: 'InvalidInputError' } as const;

function isOkSnapshot(value: unknown): value is readonly ['ok', JsonObject] {
  return Array.isArray(value) && value.length === 2 && value[0] === 'ok' && isObject(value[1]);
}

function isInRange(expected: Json, got: unknown): boolean | undefined {
  if (!isObject(expected) || !isList(expected['range'])) return undefined;
  const [from, to] = expected['range'];
  return Number.isInteger(got) && Number(got) >= Number(from) && Number(got) <= Number(to);
}

function signalText(signal: Signal | undefined): string {
  return signal === undefined
    ? 'no further signal'
    : `${ourEventName(signal.event)} ${JSON.stringify(signal.metadata)}`;
}

function eventText(event: TelemetryEvent | undefined): string {
  return event === undefined ? 'no further signal' : `${event.name} ${JSON.stringify(event.metadata)}`;
}
