import { type InspectorRecord, type Session, sessionFormat, sessionVersion } from '../../records.ts';
import type { Model } from './Model.ts';

/** All that the page knows, as the inspector exports it itself: `readSession` reads it again. */
export function exportSession(model: Model, exportedAtMs: number): Session {
  const records: InspectorRecord[] = [];
  for (let number = model.first; number < model.end; number += 1) {
    const record = model.entry(number);
    if (record) records.push(record);
  }
  const isOrdered = records.every(({ seq }, index) => index === 0 || seq > (records[index - 1]?.seq ?? 0));
  return {
    format: sessionFormat,
    version: sessionVersion,
    exportedAtMs,
    actors: [...model.actors.values()].map(({ before, identity, now }) => ({
      ...identity,
      isAlive: now.ended === null,
      value: before.value,
      context: before.context,
    })),
    charts: Object.fromEntries(model.charts),
    records: isOrdered ? records : records.map(renumber),
    dropped: { records: model.dropped + model.missed },
  };
}

/** Two sources count each for itself: together they are numbered as they came. */
function renumber(record: InspectorRecord, index: number): InspectorRecord {
  const seq = index + 1;
  return 'sent' in record ? { ...record, seq, sent: seq } : { ...record, seq };
}
