import type { ServerMessage, SourceName } from '../page/protocol.ts';
import type { InspectorRecord, Session } from '../records.ts';

/** What a source knows, when a page comes. */
export interface Snapshot {
  readonly source: SourceName;
  readonly session: Session;
}

/** As many as make a frame of about 100 kB. */
const perFrame = 200;

/** A session in frames, made one by one as they are asked for, and what the page may send. */
export function* snapshotMessages(
  snapshots: readonly Snapshot[],
  sendable: readonly string[],
): Generator<ServerMessage, undefined> {
  for (const { source, session } of snapshots) {
    yield { type: 'begin', source, dropped: session.dropped.records };
    for (const [key, chart] of Object.entries(session.charts)) yield { type: 'chart', source, key, chart };
    for (const actors of slices(session.actors)) yield { type: 'actors', source, actors };
    for (const records of slices(session.records)) yield { type: 'records', source, records, missed: 0 };
  }
  yield { type: 'ready', sendable };
  return undefined;
}

/** Records in frames. `evenNone`: one frame at least, though there is nothing in it. */
export function* chunksOf(
  records: readonly InspectorRecord[],
  evenNone = false,
): Generator<readonly InspectorRecord[]> {
  if (records.length === 0 && evenNone) yield records;
  yield* slices(records);
}

function* slices<Item>(items: readonly Item[]): Generator<readonly Item[]> {
  for (let start = 0; start < items.length; start += perFrame) yield items.slice(start, start + perFrame);
}
