import { allFaults } from '../faults/allFaults.ts';
import type { Observations } from '../runChaos.ts';
import { type Check, checksOf, describeCheck } from './checks.ts';
import { type FaultRow, faultRows, faultTable } from './faultRows.ts';

/** Everything that the report is made of. */
export interface ReportInput extends Observations {
  readonly seed: number;
  readonly broker: string;
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
  const failed = checks.filter((check) => !check.holds).length;
  const text = `
${faultTable(faults)}

notice: the fault begins, and the first of the instances says disconnected or error; - when none needs to.
recover: the fault is over, and every one of them is connected and has sent a message again.
${describeMessages(messages)}

${checks.map(describeCheck).join('\n')}

chaos: ${checks.length - failed} held, ${failed} failed, ${outcomes.length} faults, ${seconds} s, seed ${seed}
`;
  const { sent, failed: givenUp, written, seenAgain } = messages;
  const counts = { sent, failed: givenUp, written, seenAgain };
  const json: ReportJson = {
    seed,
    passed: holds,
    seconds,
    node: process.version,
    broker,
    instances,
    faults,
    checks,
    messages: { ...counts, lost: messages.lost.length, forgottenByPeer: messages.forgotten.length },
    heap,
  };
  return { text, json, holds };
}

function describeMessages({ sent, failed, written, seenAgain, lost, forgotten }: ReportInput['messages']): string {
  return `messages: ${sent} sent and confirmed, ${failed} given up, ${written} received by the peers for the instances, \
${seenAgain} of them handled more than once, ${lost.length} lost.
forgotten by the peer: ${forgotten.length}. The life of the peer that had them was ended by SIGKILL, its record shows that the instance \
had not acknowledged
them, and no later life had them: crabline keeps nothing, mosquitto writes to its disk a moment after it has confirmed.`;
}
