import { type Check, describeCheck } from '../../report/checks.ts';
import { howToRepeat } from '../cli.ts';
import type { StageOutcome } from '../run/Stage.ts';
import { accountTable, type Part } from './accountTable.ts';
import { checksOf, type Facts } from './checks.ts';

/** Everything that the report is made of. */
export interface ReportInput extends Facts {
  readonly seed: number;
  readonly seconds: number;
  readonly broker: string;
  /** What disk was full. */
  readonly diskKind: string;
  readonly instances: number;
}

interface PartJson {
  readonly name: string;
  readonly kills: number;
  readonly outbound: StageOutcome['outbound']['counts'];
  readonly inbound: StageOutcome['inbound']['counts'];
  readonly decisions: StageOutcome['decisions'];
  readonly refusals: Readonly<Record<string, number>>;
}

/** The result for programs. */
export interface ReportJson {
  readonly seed: number;
  readonly passed: boolean;
  readonly seconds: number;
  readonly node: string;
  readonly broker: string;
  readonly disk: string;
  readonly instances: number;
  readonly parts: readonly PartJson[];
  readonly tornLogs: Facts['torn']['cuts'];
  readonly recoveriesMs: readonly number[];
  readonly checks: readonly Check[];
}

export interface Report {
  readonly text: string;
  readonly json: ReportJson;
  readonly holds: boolean;
}

export function reportOf(input: ReportInput): Report {
  const { broker, diskKind, full, instances, killed, seconds, seed, torn } = input;
  const parts: Part[] = [
    { name: 'kills', outcome: killed },
    { name: 'torn log', outcome: torn },
    { name: 'full disk', outcome: full },
  ];
  const checks = checksOf(input);
  const failed = checks.filter(({ holds }) => !holds);
  const holds = failed.length === 0;
  const kills = parts.reduce((sum, { outcome }) => sum + outcome.kills, 0);
  const text = `
${accountTable(parts)}

${describeParts(input)}

${checks.map(describeCheck).join('\n')}

crash: ${checks.length - failed.length} held, ${failed.length} failed, ${kills} kills, ${seconds} s, seed ${seed}
${failed.map(({ name }) => `failed: ${name}\n`).join('')}again: ${howToRepeat(seed)}
`;
  const json: ReportJson = {
    ...{ seed, passed: holds, seconds, node: process.version, broker, disk: diskKind, instances },
    parts: parts.map(partJson),
    tornLogs: torn.cuts,
    recoveriesMs: full.disk.recoveriesMs,
    checks,
  };
  return { text, json, holds };
}

function describeParts({ diskKind, full, killed, torn }: ReportInput): string {
  const sum = (count: (outcome: StageOutcome) => number): number => count(killed) + count(torn) + count(full);
  const sent = sum(({ decisions }) => decisions.sent);
  const retry = sum(({ decisions }) => decisions.retry);
  const { cut, transactionsGone } = torn.cuts;
  return `\
held: ${sent} times decided "sent" and ${retry} times "retry", by the record of the server.
torn log: ${cut} logs were cut off, and ${transactionsGone} whole transactions with it. What
was accepted in one of those is "cut off"; all that was whole was found again.
full disk: ${diskKind}. A start
on it was refused ${full.unopened.get('STORE_FULL') ?? 0} times, and tried again until it could open its store.`;
}

function partJson({ name, outcome: { decisions, inbound, kills, outbound, refusals } }: Part): PartJson {
  return {
    name,
    kills,
    outbound: outbound.counts,
    inbound: inbound.counts,
    decisions,
    refusals: Object.fromEntries(refusals),
  };
}
