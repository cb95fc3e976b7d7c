import type { Kind } from '../peers/Peer.ts';
import type { CycleOutcome } from '../runCycle.ts';
import type { Messages, MissingMessage } from './results.ts';
import { type Spread, spreadOf } from './statistics.ts';
import { duration, tableOf } from './table.ts';

/** One kind of fault, done to one kind of instance. */
export interface FaultRow {
  readonly fault: string;
  readonly channel: Kind;
  readonly times: number;
  /** How often at least one instance noticed. */
  readonly noticed: number;
  /** Milliseconds, over the times that it was noticed. */
  readonly noticeMs: Spread;
  /** Milliseconds. */
  readonly recoverMs: Spread;
  readonly lost: number;
  readonly forgottenByPeer: number;
}

/** In the order of `names`, and within a fault by kind. */
export function faultRows(
  outcomes: readonly CycleOutcome[],
  names: readonly string[],
  { lost, forgotten }: Pick<Messages, 'lost' | 'forgotten'>,
): FaultRow[] {
  const kinds: readonly Kind[] = ['telegram', 'mqtt'];
  return names.flatMap((fault) =>
    kinds.flatMap((channel) => {
      const done = outcomes.filter(({ cycle }) => cycle.fault.name === fault && cycle.kind === channel);
      if (done.length === 0) return [];
      const numbers = new Set(done.map(({ cycle }) => cycle.number));
      const during = (missing: readonly MissingMessage[]) => missing.filter(({ cycle }) => numbers.has(cycle)).length;
      const notices = done.flatMap(({ noticeMs }) => noticeMs ?? []);
      return {
        fault,
        channel,
        times: done.length,
        noticed: notices.length,
        noticeMs: spreadOf(notices),
        recoverMs: spreadOf(done.flatMap(({ recoverMs }) => recoverMs ?? [])),
        lost: during(lost),
        forgottenByPeer: during(forgotten),
      };
    }),
  );
}

const heading = [
  ['', '', '', '', 'notice', '', 'recover'],
  ['fault', 'channel', 'times', 'seen', 'median', 'worst', 'median', 'worst', 'lost'],
];

/** 80 columns wide at most. A fault is named once. */
export function faultTable(rows: readonly FaultRow[]): string {
  return tableOf(
    heading,
    rows.map((row, index) => [
      row.fault === rows[index - 1]?.fault ? '' : row.fault,
      row.channel,
      String(row.times),
      row.noticed === 0 ? '-' : String(row.noticed),
      duration(row.noticeMs.median),
      duration(row.noticeMs.worst),
      duration(row.recoverMs.median),
      duration(row.recoverMs.worst),
      String(row.lost),
    ]),
  );
}
