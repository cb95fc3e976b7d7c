import type { Interpreter } from 'holdfast';
import type { Difference } from './difference.ts';
import { readSenderTrace } from './format/senderTrace.ts';
import type { TraceUnit } from './format/traceFile.ts';
import { readInstanceServerTrace } from './format/traces.ts';
import { readWorkerTrace } from './format/workerTrace.ts';
import { Ledger, MismatchError } from './ledger.ts';
import { replayInstanceServer } from './replay/replayInstanceServer.ts';
import { replayReconnectWorker } from './replay/replayReconnectWorker.ts';
import { replaySender } from './replay/replaySender.ts';
import { replaySupervisor } from './replay/replaySupervisor.ts';
import { replayClassifyFailure, replayJitter, replayWorkerConfig } from './replay/replayTables.ts';

/** What became of one unit, and how often each departure was used on the way. */
export interface UnitResult {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'skipped';
  /** Where it failed first. */
  readonly failure?: { readonly step: string; readonly difference: Difference };
  readonly departures: ReadonlyMap<string, number>;
}

/** Replays one unit, its charts run by the interpreter. */
export async function runUnit(unit: TraceUnit, interpreter: Interpreter): Promise<UnitResult> {
  const ledger = new Ledger();
  const { name } = unit;
  try {
    await replay(unit, interpreter, ledger);
    // A unit of which nothing was compared has not passed.
    return { name, outcome: ledger.compared > 0 ? 'passed' : 'skipped', departures: ledger.departures };
  } catch (error) {
    return { name, outcome: 'failed', failure: failureOf(error, ledger), departures: ledger.departures };
  }
}

function failureOf(error: unknown, ledger: Ledger): { readonly step: string; readonly difference: Difference } {
  if (error instanceof MismatchError) return error;
  const got = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return { step: ledger.step, difference: { path: 'replay', expected: 'no error', got } };
}

async function replay({ kind, reader }: TraceUnit, interpreter: Interpreter, ledger: Ledger): Promise<void> {
  switch (kind) {
    case 'instance_server':
      return replayInstanceServer(readInstanceServerTrace(reader), interpreter, ledger);
    case 'reconnect_worker':
      return replayReconnectWorker(readWorkerTrace(reader), interpreter, ledger);
    case 'sender':
      return replaySender(readSenderTrace(reader), interpreter, ledger);
    case 'supervisor':
      return replaySupervisor(reader, interpreter, ledger);
    case 'classify_failure':
      return replayClassifyFailure(reader, ledger);
    case 'worker_config':
      return replayWorkerConfig(reader, ledger);
    case 'jitter':
      return replayJitter(reader, ledger);
  }
}
