import type { AnyStateMachine, InputFrom, SnapshotFrom } from 'xstate';
import { ChartRecord, type KeepContext } from './ChartRecord.ts';
import { isProvenLight } from './isProvenLight.ts';

export interface RecordOptions<Context> {
  /** A large process has most of its garbage from contexts. Default: the next context takes the place of the one before. */
  readonly keepContext?: KeepContext<Context> | undefined;
}

/**
 * For charts of which a process has very many, and most of which nobody subscribes to: what this gives makes a record of the chart, which
 * is told of events and asked for its snapshot as an actor is, and becomes one by `becomeActor`. It is not started.
 *
 * Undefined with an XState that it was not proven on: use `createActor`.
 */
export function createRecords<Machine extends AnyStateMachine>(
  machine: Machine,
  { keepContext }: RecordOptions<SnapshotFrom<Machine>['context']> = {},
): ((input?: InputFrom<Machine>) => ChartRecord<Machine>) | undefined {
  if (!isProvenLight()) return undefined;
  const course = { machine, keepContext };
  return (input) => new ChartRecord(course, input);
}
