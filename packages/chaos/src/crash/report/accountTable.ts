import { tableOf } from '../../report/table.ts';
import type { StageOutcome } from '../run/Stage.ts';

export interface Part {
  readonly name: string;
  readonly outcome: StageOutcome;
}

interface Row {
  readonly name: string;
  readonly meaning: string;
  readonly count: (outcome: StageOutcome) => number;
}

const outboundRows: readonly Row[] = [
  { name: 'accepted', meaning: 'enqueue resolved', count: ({ outbound }) => outbound.counts.accepted },
  { name: '  arrived', meaning: "on a server's record", count: ({ outbound }) => outbound.counts.arrived },
  { name: '  given up', meaning: '"fail": a dead letter, unknown', count: ({ outbound }) => outbound.counts.givenUp },
  { name: '  cut off', meaning: 'with the end of a torn log', count: ({ outbound }) => outbound.counts.cutOff },
  { name: '  left', meaning: 'in the store, in the end', count: ({ outbound }) => outbound.counts.stored },
  { name: '  lost', meaning: 'nowhere', count: ({ outbound }) => outbound.counts.lost },
  { name: 'refused', meaning: 'enqueue rejected', count: ({ outbound }) => outbound.counts.refused },
  {
    name: 'unpromised',
    meaning: 'arrived, killed before its accept',
    count: ({ outbound }) => outbound.counts.unpromised,
  },
  { name: 'in doubt', meaning: 'on its way when the kill came', count: ({ outbound }) => outbound.counts.inDoubt },
  { name: 'held', meaning: '"hold": in doubt, to be decided', count: ({ outbound }) => outbound.counts.held },
  { name: 'duplicates', meaning: 'arrivals beyond the first', count: ({ outbound }) => outbound.counts.duplicates },
];

const inboundRows: readonly Row[] = [
  { name: 'offered', meaning: 'a server has it for an instance', count: ({ inbound }) => inbound.counts.written },
  { name: '  handled', meaning: 'onMessage was done with it', count: ({ inbound }) => inbound.counts.handled },
  { name: '  lost', meaning: 'never handled', count: ({ inbound }) => inbound.unhandled.length },
  { name: 'repeats', meaning: 'killed before it was written down', count: ({ inbound }) => inbound.counts.repeats },
  { name: 'suppressed', meaning: 'came again, not handed over', count: ({ inbound }) => inbound.counts.suppressed },
];

/** The account of all messages, 80 columns wide at most. */
export function accountTable(parts: readonly Part[]): string {
  const cells = ({ count, meaning, name }: Row): string[] => [
    name,
    meaning,
    ...parts.map(({ outcome }) => String(count(outcome))),
  ];
  const kills = ['kills', 'SIGKILL, and a start after it', ...parts.map(({ outcome }) => String(outcome.kills))];
  return tableOf(
    [['message', '', ...parts.map(({ name }) => name)]],
    [kills, ...outboundRows.map(cells), ...inboundRows.map(cells)],
  );
}
