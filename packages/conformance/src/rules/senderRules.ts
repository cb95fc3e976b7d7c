import type { Json } from 'holdfast';
import { isList, isObject } from '../format/reader.ts';
import type { SenderEntry, SenderStep, SenderTrace } from '../format/senderTrace.ts';
import type { Call } from '../format/traces.ts';

export function withoutServerNothingIsTold(trace: SenderTrace): SenderTrace | undefined {
  return trace.hasInstanceServer ? undefined : { ...trace, comparesNotifications: false };
}

/** A throw ends the original's Sender with all that it holds. Ours has failed one attempt; from here on they differ. */
export function throwLosesNothing(trace: SenderTrace): SenderTrace | undefined {
  const exit = trace.timeline.findIndex(({ kind }) => kind === 'exit');
  if (exit < 0) return undefined;
  const end = trace.steps.findIndex(({ call }) => call === 'await_exit' || call === 'restart');
  return {
    ...trace,
    strictUntil: Math.min(trace.strictUntil, exit),
    afterwards: 'not at all',
    steps: end < 0 ? trace.steps : trace.steps.slice(0, end),
  };
}

/** The original takes null for a key like any other. */
export function nullKeyIsNoKey(trace: SenderTrace): SenderTrace | undefined {
  const isNullKeyed = ({ call, args: [, , , metadata] }: Call): boolean =>
    call === 'enqueue' && isObject(metadata) && metadata['idempotency_key'] === null;
  const from = trace.steps.findIndex((step) => isNullKeyed(step) || step.inner.some(isNullKeyed));
  if (from < 0) return undefined;
  const skipped = trace.timeline.findIndex(
    (entry) => nameOf(entry) === 'skipped_duplicate' && metadataOf(entry, 'idempotency_key') === null,
  );
  const isAboutKeys = ({ call }: SenderStep): boolean => call === 'has_been_sent' || call === 'get_external_id';
  return {
    ...trace,
    strictUntil: skipped < 0 ? trace.strictUntil : Math.min(trace.strictUntil, skipped),
    afterwards: 'not at all',
    steps: trace.steps.map((step, index) =>
      index > from && isAboutKeys(step) ? { ...step, returns: undefined } : step,
    ),
  };
}

/**
 * In the original later messages overtake one that waits for its retry, and a waiting one is in no queue. Ours waits
 * its turn: up to the overtaking all is the same, from there each job has the same story in another order, unless two
 * jobs share a key: then the other one of them is the duplicate.
 */
export function retryHoldsItsConversation(trace: SenderTrace): SenderTrace | undefined {
  const overtaking = findOvertaking(trace);
  if (overtaking === undefined) return undefined;
  const { at, job } = overtaking;
  const hasDuplicates = trace.timeline.slice(at).some((entry) => nameOf(entry) === 'skipped_duplicate');
  const enqueued = trace.steps.findIndex(({ returns }) => jobsIn(returns).has(job));
  return {
    ...trace,
    strictUntil: Math.min(trace.strictUntil, at),
    afterwards: hasDuplicates ? 'not at all' : 'per job',
    steps: withoutUnsettledReturns(trace.steps, enqueued, hasDuplicates),
  };
}

/** What is asked while something waits has another answer; what is asked of an idle Sender has not. */
function withoutUnsettledReturns(steps: readonly SenderStep[], from: number, forGood: boolean): SenderStep[] {
  let isUnsettled = false;
  return steps.map((step, index) => {
    if (index > from && step.call !== 'await_idle') isUnsettled ||= index === from + 1 || step.call === 'enqueue';
    if (step.call === 'await_idle') isUnsettled = forGood;
    return isUnsettled && index > from && step.call !== 'enqueue' ? { ...step, returns: undefined } : step;
  });
}

interface Overtaking {
  readonly at: number;
  readonly job: string;
}

/** The first entry that deals with a job although an older one of its conversation waits for a retry. */
function findOvertaking({ steps, timeline }: SenderTrace): Overtaking | undefined {
  const conversations = conversationsByJob(steps);
  const waiting = new Map<string, Json | undefined>();
  for (const [at, entry] of timeline.entries()) {
    const name = nameOf(entry);
    const job = String(metadataOf(entry, 'job_id'));
    if (name === 'retry_scheduled') waiting.set(job, conversations.get(job));
    if (name !== 'attempt' && name !== 'skipped_duplicate') continue;
    waiting.delete(job);
    if ([...waiting.values()].includes(conversations.get(job))) return { at, job };
  }
  return undefined;
}

function conversationsByJob(steps: readonly SenderStep[]): Map<string, Json> {
  const conversations = new Map<string, Json>();
  for (const step of steps) {
    const calls = step.inner.length > 0 ? step.inner : [step];
    const results = step.inner.length > 0 && isList(step.returns) ? step.returns : [step.returns];
    for (const [index, { args }] of calls.entries()) {
      const result = results[index];
      if (isList(result) && result[0] === 'ok') conversations.set(String(result[1]), args[1] ?? null);
    }
  }
  return conversations;
}

/** To the original a message that waits for its retry is in no queue; ours counts it until it is settled. */
export function waitingCountsAsQueued(trace: SenderTrace): SenderTrace | undefined {
  const retried = new Set(
    trace.timeline.filter((entry) => nameOf(entry) === 'retry_scheduled').map((entry) => metadataOf(entry, 'job_id')),
  );
  const enqueuesRetried = ({ returns }: SenderStep): boolean => [...jobsIn(returns)].some((job) => retried.has(job));
  const asksForSize = ({ call, inner }: SenderStep): boolean =>
    call === 'queue_size' || call === 'burst_n' || inner.some((step) => step.call === 'queue_size');
  let isWaiting = false;
  let hasAsked = false;
  const steps = trace.steps.map((step) => {
    const isAffected = isWaiting && step.returns !== undefined && asksForSize(step);
    hasAsked ||= isAffected;
    isWaiting = step.call !== 'await_idle' && (isWaiting || enqueuesRetried(step));
    return isAffected ? { ...step, returns: undefined } : step;
  });
  return hasAsked ? { ...trace, steps } : undefined;
}

/** The names of the jobs that a step accepted: its own, or those of a burst. */
function jobsIn(returns: Json | undefined): Set<Json | undefined> {
  if (!isList(returns)) return new Set();
  return returns[0] === 'ok' ? new Set([returns[1]]) : new Set(returns.flatMap((result) => [...jobsIn(result)]));
}

/** In a burst to several conversations the original keeps the one order of the queue; ours lets them take turns. */
export function conversationsTakeTurns(trace: SenderTrace): SenderTrace | undefined {
  const isMixed = ({ inner }: SenderStep): boolean => {
    const enqueued = inner.filter(({ call }) => call === 'enqueue');
    return new Set(enqueued.map(({ args }) => JSON.stringify(args[1]))).size > 1;
  };
  if (!trace.steps.some(isMixed)) return undefined;
  const hasDuplicates = trace.timeline.some((entry) => nameOf(entry) === 'skipped_duplicate');
  const at = trace.timeline.findIndex((entry) => nameOf(entry) === 'attempt');
  return {
    ...trace,
    strictUntil: Math.min(trace.strictUntil, Math.max(0, at)),
    afterwards: hasDuplicates ? 'not at all' : 'per job',
  };
}

/** `queued`, `attempt`, …: the last segment of a delivery's signal. */
function nameOf(entry: SenderEntry): string | undefined {
  return entry.kind === 'signal' ? entry.signal.event.at(-1) : undefined;
}

function metadataOf(entry: SenderEntry, name: string): Json | undefined {
  return entry.kind === 'signal' ? entry.signal.metadata[name] : undefined;
}
