import type { Journal } from '../actors/Journal.ts';
import {
  DeliveryExpiredError,
  DeliveryFailedError,
  DeliveryUnknownError,
  DeliveryWithdrawnError,
  HandedBackError,
} from '../errors.ts';
import type { Fate, Job } from '../policy/job.ts';
import type { Failure } from '../schema/failure.ts';
import type { Receipt } from '../schema/message.ts';

/** Where an accepted message is, or what became of it. */
export type DeliveryState =
  | { readonly state: 'queued' | 'inFlight'; readonly attempts: number }
  /** For somebody to decide about: see `resolveDelivery`. `mayBeDelivered`: the peer may have taken it. */
  | { readonly state: 'held'; readonly attempts: number; readonly mayBeDelivered: boolean }
  | { readonly state: 'sent'; readonly receipt: Receipt }
  | { readonly state: 'failed'; readonly attempts: number; readonly failure: Failure }
  | { readonly state: 'unknown'; readonly failure: Failure | null }
  | { readonly state: 'expired' | 'withdrawn' | 'handedBack' };

/** The process before this one ended while the message was on its way. */
export const processEnded: Failure = {
  severity: 'recoverable',
  scope: 'link',
  code: 'holdfast.process_ended',
  message: 'The process ended while the message was on its way.',
  delivered: 'unknown',
};

/** What an app sees of a fate. */
export function stateOf(fate: Fate): DeliveryState {
  switch (fate.outcome) {
    case 'sent':
      return { state: 'sent', receipt: fate.receipt };
    case 'failed':
      return { state: 'failed', attempts: fate.attempts, failure: fate.failure };
    case 'unknown':
      return { state: 'unknown', failure: fate.failure };
    default:
      return { state: fate.outcome };
  }
}

/** Whoever waits for a delivery. */
export interface WaitingDelivery {
  readonly jobId: string;
  /** There is a store, which keeps what is handed back. */
  readonly isKept: boolean;
  resolve(receipt: Receipt): void;
  reject(error: Error): void;
}

/** What a fate is to whoever waits for the delivery. */
export function settleDelivery(fate: Fate, delivery: WaitingDelivery): void {
  const { jobId } = delivery;
  switch (fate.outcome) {
    case 'sent':
      return delivery.resolve(fate.receipt);
    case 'failed':
      return delivery.reject(new DeliveryFailedError(jobId, fate.attempts, fate.failure));
    case 'expired':
      return delivery.reject(new DeliveryExpiredError(jobId));
    case 'withdrawn':
      return delivery.reject(new DeliveryWithdrawnError(jobId));
    case 'unknown':
      return delivery.reject(new DeliveryUnknownError(jobId, fate.failure));
    case 'handedBack':
      return delivery.reject(new HandedBackError(jobId, delivery.isKept));
  }
}

/** What a fate leaves in the store. */
export function writeOf(journal: Journal, job: Job, fate: Fate): Promise<void> {
  switch (fate.outcome) {
    case 'sent':
      return journal.sent(job, fate.receipt);
    case 'failed':
      return journal.gaveUp(job, fate.failure);
    case 'unknown':
      return journal.gaveUp(job, fate.failure ?? processEnded);
    default:
      return journal.dropped(job);
  }
}
