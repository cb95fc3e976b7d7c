import { howToRepeat } from '../cli.ts';
import { allFaults } from '../faults/allFaults.ts';
import type { Broker } from '../peers/Broker.ts';
import type { Observations } from '../runChaos.ts';
import { type Check, checksOf, describeCheck } from './checks.ts';
import { type FaultRow, faultRows, faultTable } from './faultRows.ts';

/** Everything that the report is made of. */
export interface ReportInput extends Observations {
  readonly seed: number;
  readonly broker: Pick<Broker, 'name' | 'forgetting'>;
  readonly seconds: number;
  readonly unhandled: readonly string[];
  readonly leftovers: readonly string[];
}

/** The result for programs. */
export interface ReportJson {
  readonly seed: number;
  readonly passed: boolean;
  readonly seconds: number;
  readonly node: string;
  readonly broker: string;
  readonly instances: number;
  readonly faults: readonly FaultRow[];
  readonly checks: readonly Check[];
  readonly messages: Readonly<Record<'sent' | 'failed' | 'written' | 'seenAgain' | 'lost' | 'forgottenByPeer', number>>;
  readonly heap: Observations['heap'];
}

export interface Report {
  readonly text: string;
  readonly json: ReportJson;
  readonly holds: boolean;
}

export function reportOf(input: ReportInput): Report {
  const { messages, outcomes, seed, seconds, broker, instances, heap } = input;
  const faults = faultRows(
    outcomes,
    allFaults.map(({ name }) => name),
    messages,
  );
  const complaints = outcomes.flatMap(({ complaints }) => complaints);
  const lost = messages.lost.map(({ what, cycle }) => `${what} (fault ${cycle})`);
  const checks = checksOf({ ...input, complaints, lost });
  const holds = checks.every((check) => check.holds);
  const failed = checks.filter((check) => !check.holds);
  const text = `
${faultTable(faults)}

seen: how often an instance said disconnected or error; - when none needed to.
notice: from the start of the fault until the first of them did.
recover: from its end until all are connected and have sent a message again.

${describeMessages(messages, broker)}

${checks.map(describeCheck).join('\n')}

chaos: ${checks.length - failed.length} held, ${failed.length} failed, ${outcomes.length} faults, ${seconds} s, seed ${seed}
${whatFailed(failed, seed)}`;
  const { sent, failed: givenUp, written, seenAgain } = messages;
  const counts = { sent, failed: givenUp, written, seenAgain };
  const json: ReportJson = {
    seed,
    passed: holds,
    seconds,
    node: process.version,
    broker: broker.name,
    instances,
    faults,
    checks,
    messages: { ...counts, lost: messages.lost.length, forgottenByPeer: messages.forgotten.length },
    heap,
  };
  return { text, json, holds };
}

function describeMessages(messages: ReportInput['messages'], { forgetting }: ReportInput['broker']): string {
  const { sent, failed, written, seenAgain, lost, forgotten } = messages;
  return `\
messages: ${sent} sent and confirmed, ${failed} given up; ${written} taken by the peers
for the instances, ${seenAgain} of them handled twice.
lost: ${lost.length}. Confirmed to the sender and not on the peer's record, or taken by the
peer and never handled.
forgotten by the peer: ${forgotten.length}. Not acknowledged by the instance, and by the
peers' own records gone with a life that SIGKILL ended: crabline keeps nothing,
and ${forgetting}.`;
}

function whatFailed(failed: readonly Check[], seed: number): string {
  if (failed.length === 0) return '';
  return `${failed.map(({ name }) => `failed: ${name}\n`).join('')}again: ${howToRepeat(seed)}\n`;
}
