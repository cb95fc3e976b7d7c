import type { Inspector, InspectorRecord } from '../src/index.ts';

type Kind = InspectorRecord['kind'];

export function recordsOf<const Wanted extends Kind>(
  inspector: Inspector,
  kind: Wanted,
): readonly Extract<InspectorRecord, { kind: Wanted }>[] {
  return inspector
    .toJSON()
    .records.filter((record): record is Extract<InspectorRecord, { kind: Wanted }> => record.kind === kind);
}

/** `kid: idle -stop-> over by m`, one line a record. */
export function linesOf(inspector: Inspector): readonly string[] {
  const { actors, records } = inspector.toJSON();
  const names = new Map(actors.map(({ actor, id, parent }) => [actor, parent === null ? 'root' : id]));
  const name = (actor: string | null): string => (actor === null ? 'outside' : (names.get(actor) ?? actor));
  return records.map((record): string => {
    switch (record.kind) {
      case 'started':
        return `${name(record.actor)} started${record.wasRunning ? ', and ran' : ''}`;
      case 'ended':
        return `${name(record.actor)} ended: ${record.how}${record.error === null ? '' : ` ${record.error}`}`;
      case 'undelivered':
        return `${name(record.actor)} never got ${record.event.type} of ${name(record.source)}`;
      case 'signal':
        return `signal ${record.name}`;
      default: {
        const { actor, event, from, ignored, source, to } = record;
        const way = `${JSON.stringify(from)} -${event.type}-> ${JSON.stringify(to)}`.replaceAll('"', '');
        return `${name(actor)}: ${way} by ${name(source)}${ignored === null ? '' : `, ${ignored}`}`;
      }
    }
  });
}
