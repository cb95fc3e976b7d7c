import type { Entry } from '../contestants/catalogue.ts';
import type { Environment } from '../report/environment.ts';
import type { Spread } from '../report/statistics.ts';
import { tableOf, wrapped } from '../report/table.ts';
import type { Plan } from './plan.ts';
import { type MatchStandings, type Standing, type Verdict, verdictsOf } from './standings.ts';

/** What is measured and how, before it begins. */
export function headerOf({ node, cores, disk }: Environment, plan: Plan, entries: readonly Entry[]): string {
  const { chatsAnInstance, maxInFlight, pacePerSecond, rounds, scenarios, warmUpRounds } = plan;
  const loads = scenarios.map(
    ({ instances, messagesAnInstance, outstandingAnInstance }) =>
      `${instancesOf(instances)}: ${count(instances * messagesAnInstance)} messages a run, ` +
      `${count(instances * outstandingAnInstance)} of them handed over and not yet answered at any time`,
  );
  const how =
    `Each contestant is a process of its own and sends the same messages to the same server: a Bot API on 127.0.0.1, in ` +
    `another process, that answers at once. At most ${maxInFlight} sends at once an instance, over connections that are ` +
    `kept, to ${chatsAnInstance} chats each. Nobody is held back by a limit on messages per time: Telegram allows 30 a ` +
    `second, and then all would be equal. They take turns; rounds to warm up: ${warmUpRounds}, rounds that count: ${rounds}. ` +
    `Ratios are taken round by round. Latency is measured in turns of its own, at ${pacePerSecond} messages a second, ` +
    'from handing a message over to its receipt.';
  const setUps = entries.map(({ label, setUp }) => wrapped(`${label}: ${setUp}`, item));
  return `${[
    `Sending, side by side. Node ${node}, ${cores} cores; a sync of the disk takes ${disk.syncMs.toFixed(2)} ms here (median).`,
    ...(disk.isInMemory ? [`${disk.folder} is in memory: syncs cost nothing there. Choose a disk with --folder.`] : []),
    '',
    wrapped(how),
    '',
    ...loads.map((load) => wrapped(load, item)),
    '',
    ...setUps,
  ].join('\n')}\n\n`;
}

export function reportOf(matches: readonly MatchStandings[], entries: readonly Entry[]): string {
  return `${[
    ...matches.map(matchOf),
    `On a power cut, of what was accepted:\n${promisesOf(entries)}`,
    `Aims, by the median of the ratios:\n${verdictsOf(matches).map(verdictLine).join('\n')}`,
  ].join('\n\n')}\n`;
}

const item = { first: 2, rest: 6 };
const fieldNames = { memory: 'In memory', durable: 'Durable' } as const;
const heading = ['', 'messages/s', '', 'CPU us', 'p50 ms', 'p99 ms', 'p99 flooded', 'Holdfast is', ''];

function matchOf({ field, instances, standings }: MatchStandings): string {
  return `${fieldNames[field]}, ${instancesOf(instances)}\n\n${tableOf(heading, standings.map(rowOf))}`;
}

function rowOf({ entry, messagesPerSecond, cpuMicroseconds, latencyMs, holdfastRatio }: Standing): string[] {
  const ratio = holdfastRatio
    ? [`${holdfastRatio.median.toFixed(2)} x`, range(holdfastRatio, (figure) => figure.toFixed(2))]
    : [];
  return [
    entry.label,
    count(messagesPerSecond.median),
    range(messagesPerSecond, count),
    count(cpuMicroseconds.median),
    latencyMs.paced.p50.toFixed(2),
    latencyMs.paced.p99.toFixed(2),
    latencyMs.burst.p99.toFixed(0),
    ...ratio,
  ];
}

function range({ min, max }: Spread, written: (figure: number) => string): string {
  return `(${written(min)} to ${written(max)})`;
}

function count(figure: number): string {
  return Math.round(figure).toLocaleString('en');
}

function instancesOf(instances: number): string {
  return instances === 1 ? '1 instance' : `${instances} instances`;
}

function promisesOf(entries: readonly Entry[]): string {
  return entries.map(({ label, onPowerCut }) => wrapped(`${label}: ${onPowerCut}`, item)).join('\n');
}

function verdictLine({ instances, against, aimedAt, reached, isMet }: Verdict): string {
  const aim = `${isMet ? 'met   ' : 'missed'}  at least ${aimedAt.toFixed(1)} x ${against}`;
  return `  ${aim}, ${instancesOf(instances)}: ${reached.toFixed(2)} x`;
}
