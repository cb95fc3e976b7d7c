import type { Json, TelemetryEvent } from 'holdfast';
import { type Difference, first, valueDifference } from '../difference.ts';
import { ourEventName } from '../format/naming.ts';
import type { SenderEntry, SenderTrace } from '../format/senderTrace.ts';
import { signalDifference } from '../observed.ts';

/** What ours was seen to do, in order. */
export type SenderNote =
  | { readonly kind: 'signal'; readonly event: TelemetryEvent }
  | { readonly kind: 'send'; readonly conversation: Json; readonly text: Json }
  | { readonly kind: 'notify'; readonly call: string; readonly reason: Json };

type Expected = Pick<SenderTrace, 'timeline' | 'strictUntil' | 'afterwards'>;

/** Entry by entry as far as that holds, and then as far as it is said to hold. */
export function timelineDifference(
  { timeline, strictUntil, afterwards }: Expected,
  notes: readonly SenderNote[],
): Difference | undefined {
  const strict = timeline.slice(0, strictUntil);
  const checks = strict.map((entry, index) => () => entryDifference(entry, notes[index], `timeline[${index}]`));
  const isWhole = strict.length === timeline.length;
  if (isWhole) checks.push(() => lengthDifference(timeline.length, notes));
  else if (afterwards === 'per job') checks.push(() => perJobDifference(timeline, notes));
  return first(checks);
}

function lengthDifference(expected: number, notes: readonly SenderNote[]): Difference | undefined {
  const extra = notes[expected];
  return extra && { path: `timeline[${expected}]`, expected: 'nothing more', got: noteText(extra) };
}

/** Each job's own signals, in their order. */
function perJobDifference(timeline: readonly SenderEntry[], notes: readonly SenderNote[]): Difference | undefined {
  const jobs = new Map<string, { expected: SenderEntry[]; got: SenderNote[] }>();
  const of = (job: unknown) => {
    const known = jobs.get(String(job)) ?? { expected: [], got: [] };
    jobs.set(String(job), known);
    return known;
  };
  for (const entry of timeline) if (entry.kind === 'signal') of(entry.signal.metadata['job_id']).expected.push(entry);
  for (const note of notes) if (note.kind === 'signal') of(note.event.metadata['jobId']).got.push(note);
  const each = ([job, { expected, got }]: readonly [string, { expected: SenderEntry[]; got: SenderNote[] }]) =>
    first([
      ...expected.map((entry, index) => () => entryDifference(entry, got[index], `${job}[${index}]`)),
      () => lengthDifference(expected.length, got),
    ]);
  return first([...jobs].map((job) => () => each(job)));
}

function entryDifference(entry: SenderEntry, note: SenderNote | undefined, path: string): Difference | undefined {
  const differ: Difference = { path, expected: entryText(entry), got: note ? noteText(note) : 'nothing more' };
  if (note === undefined) return differ;
  switch (entry.kind) {
    case 'named':
      return nameOf(note) === entry.name ? undefined : differ;
    case 'signal': {
      const isSame = note.kind === 'signal' && note.event.name === ourEventName(entry.signal.event);
      return isSame ? signalDifference(entry.signal, note.event, `${path} ${note.event.name}`) : differ;
    }
    case 'exit':
      return differ;
    default:
      return valueDifference({ ...entry }, note, path) && differ;
  }
}

function nameOf(note: SenderNote): string | undefined {
  switch (note.kind) {
    case 'signal':
      return note.event.name.replace('delivery.', '');
    case 'send':
      return 'send_message';
    case 'notify':
      return note.call;
  }
}

function entryText(entry: SenderEntry): string {
  if (entry.kind !== 'signal') return JSON.stringify(entry);
  return `${ourEventName(entry.signal.event)} ${JSON.stringify(entry.signal.metadata)}`;
}

function noteText(note: SenderNote): string {
  return note.kind === 'signal' ? `${note.event.name} ${JSON.stringify(note.event.metadata)}` : JSON.stringify(note);
}
