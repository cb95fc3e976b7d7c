import { statusOf } from './describe.ts';
import type { Model, ModelActor } from './Model.ts';

/** A stretch of time in one status. */
export interface Band {
  readonly status: string;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Something that happened. */
export interface Mark {
  readonly kind: 'failure' | 'reconnect';
  readonly atMs: number;
  readonly name: string;
  /** The entry. */
  readonly number: number;
}

export interface Timeline {
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  readonly outages: number;
  /** From leaving `connected` until it is back, on average; null when it never came back from anywhere. Milliseconds. */
  readonly meanTimeToRecoverMs: number | null;
}

const failures = new Set([
  'instance.failure_counted',
  'instance.reconnect_failed',
  'instance.error',
  'delivery.gave_up',
  'notify.failure',
]);
const reconnects = new Set(['instance.reconnect_attempt', 'notify.reconnectAttempt']);

/** What one actor went through, up to `untilMs`, or up to the entry `moment`. */
export function timelineOf(
  model: Model,
  actor: ModelActor,
  { moment, untilMs }: { readonly moment: number | null; readonly untilMs: number },
): Timeline {
  const bands: Band[] = [];
  const marks: Mark[] = [];
  let standing = actor.before;
  let open: { readonly status: string; readonly fromMs: number } | undefined;
  let lastMs = untilMs;
  for (const number of actor.entries) {
    if (moment !== null && number > moment) break;
    const record = model.entry(number);
    if (record === undefined) continue;
    lastMs = record.atMs;
    if (record.kind === 'transition' || record.kind === 'signal') {
      const name = record.kind === 'signal' ? record.name : record.event.type;
      const kind = failures.has(name) ? 'failure' : reconnects.has(name) ? 'reconnect' : undefined;
      if (kind && !isDouble(marks, name, record.atMs)) marks.push({ kind, atMs: record.atMs, name, number });
    }
    if (record.kind === 'started') standing = { value: record.value, context: record.context, ended: null };
    if (record.kind === 'transition') standing = { ...standing, value: record.to };
    if (record.kind === 'ended') standing = { ...standing, ended: record.how };
    const status = statusOf(standing);
    if (open?.status === status) continue;
    if (open) bands.push({ ...open, toMs: record.atMs });
    open = { status, fromMs: record.atMs };
  }
  if (open) bands.push({ ...open, toMs: Math.max(moment === null ? untilMs : lastMs, open.fromMs) });
  return { bands, marks, ...recoveries(bands) };
}

/** A failure that is told by its event and by its signal is one. */
function isDouble(marks: readonly Mark[], name: string, atMs: number): boolean {
  const last = marks.at(-1);
  return (
    last !== undefined &&
    last.atMs === atMs &&
    last.name !== name &&
    last.name.startsWith('notify') !== name.startsWith('notify')
  );
}

function recoveries(bands: readonly Band[]): Pick<Timeline, 'outages' | 'meanTimeToRecoverMs'> {
  const lengths: number[] = [];
  let outages = 0;
  let lostMs: number | undefined;
  for (const [index, { fromMs, status }] of bands.entries()) {
    const wasConnected = bands[index - 1]?.status === 'connected';
    if (wasConnected && status !== 'stopped') {
      outages += 1;
      lostMs = fromMs;
    }
    if (status === 'connected' && lostMs !== undefined) {
      lengths.push(fromMs - lostMs);
      lostMs = undefined;
    }
  }
  const sum = lengths.reduce((total, length) => total + length, 0);
  return { outages, meanTimeToRecoverMs: lengths.length === 0 ? null : sum / lengths.length };
}
