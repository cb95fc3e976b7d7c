import type { Fate, Job } from '../../src/policy/job.ts';
import { Outbox, type OutboxAccount, type PressureChange } from '../../src/policy/outbox.ts';
import type { Failure } from '../../src/schema/failure.ts';
import type { QueuedMessage, Receipt } from '../../src/schema/message.ts';

export const receipt: Receipt = { externalMessageId: 'ext' };
export const failure: Failure = { severity: 'recoverable', scope: 'server', code: 'test.500', message: 'broken' };
export const doubt: Failure = { ...failure, scope: 'link', code: 'test.reset', delivered: 'unknown' };

export const thresholds = { warnRatio: 0.7, degradedRatio: 0.85, shedRatio: 0.95, hysteresisRatio: 0.05 };

/** The account of an outbox that accepted nothing. */
export const empty: OutboxAccount = { accepted: 0, sent: 0, failed: 0, expired: 0, withdrawn: 0, unknown: 0 };

/** An outbox, what came of each message, and each change of pressure. The job of message `x` is `job-x`. */
export function openOutbox({ capacity = 100, sentCacheSize = 100 } = {}) {
  const changes: PressureChange[] = [];
  const onPressure = (change: PressureChange): void => void changes.push(change);
  const outbox = new Outbox({ ...thresholds, capacity, sentCacheSize }, { onPressure });
  const fates = new Map<string, Fate[]>();
  /** Accepts a message; its text is its id, and its key unless one is given. */
  const accept = (id: string, conversation = 'c', more: Partial<QueuedMessage> = {}) => {
    const settled: Fate[] = [];
    fates.set(id, settled);
    const message = { id, conversation, text: id, idempotencyKey: id, metadata: {}, ...more };
    return outbox.accept({ jobId: `job-${id}`, message, settle: (fate) => void settled.push(fate) });
  };
  const take = (nowMs = 0): Job => {
    const job = outbox.take(nowMs);
    if (!job) throw new Error('The outbox had nothing to take.');
    return job;
  };
  const idAt = (nowMs: number) => outbox.take(nowMs)?.message.id;
  return { outbox, accept, changes, take, idAt, fatesOf: (id: string) => fates.get(id) };
}
