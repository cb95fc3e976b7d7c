import type { SenderTrace } from '../format/senderTrace.ts';
import type { WorkerTrace } from '../format/workerTrace.ts';
import type { ClassifiedReason } from './classification.ts';
import type { ServerStep } from './serverStep.ts';
import type { ScenarioCheck } from './supervisorRules.ts';
import type { WorkerStep } from './workerRules.ts';

/** What a rule may be about: always what is expected, never what ours did. */
export interface Subjects {
  readonly instance_server: ServerStep;
  readonly reconnect_worker: WorkerTrace;
  readonly worker_step: WorkerStep;
  readonly classify_failure: ClassifiedReason;
  readonly sender: SenderTrace;
  readonly supervisor: ScenarioCheck;
}

export type Subject = keyof Subjects;

/** What a rule may say: what we expect instead, or, of whole traces and facts, that there is nothing to compare. */
export type Verdict<About extends Subject> =
  | Subjects[About]
  | (About extends 'reconnect_worker' | 'supervisor' ? 'skip' : never);

/** One departure. Its rule says nothing when it does not apply. */
export interface Row<About extends Subject> {
  readonly id: string;
  readonly about: About;
  readonly reason: string;
  readonly rule: (subject: Subjects[About]) => Verdict<About> | undefined;
}

export type Departure = { readonly [About in Subject]: Row<About> }[Subject];
