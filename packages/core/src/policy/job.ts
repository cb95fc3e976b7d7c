import type { Failure } from '../schema/failure.ts';
import type { Priority, QueuedMessage, Receipt } from '../schema/message.ts';

/** A message on its way into the outbox. */
export interface NewJob {
  readonly jobId: string;
  readonly message: QueuedMessage;
  /** Called once, with what has become of it. Must not throw. */
  readonly settle: (fate: Fate, job: Job) => void;
  /** Its place among all that the instance has accepted. Default 0: it has none yet. */
  readonly sequence?: number | undefined;
  /** Milliseconds since 1970. Default 0. */
  readonly acceptedAtMs?: number | undefined;
  /** Whether it may go at once. Default true; otherwise `stored` or `refuse` follows. */
  readonly isStored?: boolean | undefined;
  /** Whether another message may have its key, earlier or later: not, when the key was made for it. Default true. */
  readonly mayRepeat?: boolean | undefined;
  /** The dead letter that is sent once more by this. */
  readonly replayOf?: string | undefined;
}

/** One accepted message on its way. */
export interface Job extends Omit<NewJob, 'isStored'> {
  /** The Journal gives it. */
  sequence: number;
  readonly acceptedAtMs: number;
  readonly mayRepeat: boolean;
  /** Attempts that were made and count. The Sender counts them up. */
  attempts: number;
  /** `storing`: it is being written down, and may not go before. */
  readonly state: 'storing' | 'queued' | 'inFlight' | 'held';
  /** Milliseconds since 1970; 0 for at once. */
  readonly notBeforeMs: number;
  /** Why the peer may have taken it already, by an attempt of before; null when it certainly has not. */
  readonly doubt: Failure | null;
  /** Somebody decided that it is to be sent, whatever the doubt. It holds until there is a new doubt. */
  readonly isResumed: boolean;
  /** Withdrawn while it was in flight. */
  readonly isUnwanted: boolean;
}

/** What a process before this one has left. */
export type LeftJob = Omit<NewJob, 'isStored'> & Pick<Job, 'attempts' | 'doubt' | 'notBeforeMs'>;

/** A job as the outbox itself may change it. */
export interface OutboxJob extends Job {
  state: 'storing' | 'queued' | 'inFlight' | 'held';
  notBeforeMs: number;
  doubt: Failure | null;
  isResumed: boolean;
  isUnwanted: boolean;
}

/** What has become of a job. */
export type Fate =
  | { readonly outcome: 'sent'; readonly receipt: Receipt }
  | { readonly outcome: 'failed'; readonly failure: Failure; readonly attempts: number }
  | { readonly outcome: 'expired' }
  | { readonly outcome: 'withdrawn' }
  /** The peer may have taken it. `failure` is what left that open; null when the instance stopped. */
  | { readonly outcome: 'unknown'; readonly failure: Failure | null }
  | { readonly outcome: 'handedBack' };

/** What telemetry says of it. */
export function identityOf({ jobId, message }: Pick<Job, 'jobId' | 'message'>) {
  return { jobId, messageId: message.id, correlationId: message.id };
}

const urgencies: Readonly<Record<Priority, number>> = { low: -1, normal: 0, high: 1 };

/** Higher goes first. */
export function urgencyOf({ message }: Job): number {
  return urgencies[message.priority ?? 'normal'];
}

/** What becomes of a job that is not tried any more: of one that the peer may have taken nobody says that it was not sent. */
export function fateOfUnsent(job: Job, outcome: 'expired' | 'withdrawn'): Fate {
  return job.doubt ? { outcome: 'unknown', failure: job.doubt } : { outcome };
}
