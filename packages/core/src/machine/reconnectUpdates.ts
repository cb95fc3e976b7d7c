import { wholeContext } from '@holdfast/compile';
import { assign } from 'xstate';
import type { Outcome } from '../actors/adapterCall.ts';
import { timeoutFailure } from '../actors/adapterCall.ts';
import type { LinkRef } from '../actors/linkRef.ts';
import { backoffDelay } from '../policy/backoff.ts';
import { recordRestart as countRestart } from '../policy/restartWindow.ts';
import { type Failure, reasonOf } from '../schema/failure.ts';
import type { Json } from '../schema/json.ts';
import type { ReconnectContext, ReconnectEvent, ReconnectInput } from './reconnectModel.ts';

type Update = (context: ReconnectContext, event: ReconnectEvent) => Partial<ReconnectContext>;

/** One assign a transition, of a plain function that a test can call. */
function updating(update: Update) {
  return assign<ReconnectContext, ReconnectEvent, undefined, ReconnectEvent, never>(
    wholeContext(({ context, event }: UpdateArgs) => changed(context, update(context, event))),
  );
}

interface UpdateArgs {
  readonly context: ReconnectContext;
  readonly event: ReconnectEvent;
}

/** Written out, since a copy by spreading takes ten times as long. No field is ever undefined. */
function changed(before: ReconnectContext, changes: Partial<ReconnectContext>): ReconnectContext {
  return {
    channel: before.channel,
    epoch: changes.epoch ?? before.epoch,
    attempt: changes.attempt ?? before.attempt,
    unstableAttempts: changes.unstableAttempts ?? before.unstableAttempts,
    delayMs: changes.delayMs ?? before.delayMs,
    turnMs: changes.turnMs ?? before.turnMs,
    probedAtMs: changes.probedAtMs ?? before.probedAtMs,
    failure: changes.failure === undefined ? before.failure : changes.failure,
    outage: changes.outage === undefined ? before.outage : changes.outage,
    link: changes.link === undefined ? before.link : changes.link,
    restarts: changes.restarts ?? before.restarts,
  };
}

/** One for all: most connections have none. */
const noRestarts: readonly number[] = [];

export const createReconnectContext = wholeContext(
  ({ input }: { readonly input: ReconnectInput }): ReconnectContext => ({
    channel: input.channel,
    epoch: 1,
    attempt: 0,
    unstableAttempts: 0,
    delayMs: 0,
    turnMs: 0,
    probedAtMs: 0,
    failure: null,
    outage: null,
    link: null,
    restarts: noRestarts,
  }),
);

export const acceptLink = updating((context, event) => ({
  link: linkOf(event),
  attempt: 0,
  unstableAttempts: Math.max(context.attempt, context.unstableAttempts),
  outage: null,
  failure: null,
}));

export const releaseLink = updating(() => ({ link: null }));

/** The link has lived long enough: an outage from now on is a new one. */
export const trustLink = updating(() => ({ unstableAttempts: 0 }));

export const recordFailure = updating((context, event) => ({ failure: failureOf(context, event) }));

export const recordProbeStart = updating(({ channel }) => ({ probedAtMs: channel.clock.now() }));

export const recordConnectTimeout = updating(({ channel }) => ({
  failure: timeoutFailure('connect', channel.reconnect.connectTimeoutMs),
}));

export const recordProbeTimeout = updating(({ channel }) => ({
  failure: timeoutFailure('probe', channel.reconnect.probeTimeoutMs),
}));

/** Counts the next attempt, and draws how long to wait for it. Retry-After lengthens the wait and never shortens it. */
export const scheduleAttempt = updating((context) => {
  const { maxAttempts } = context.channel.reconnect;
  const attempt = Math.min(Math.max(context.attempt, context.unstableAttempts) + 1, maxAttempts);
  const backoff = drawBackoff(context, attempt);
  return { attempt, delayMs: Math.max(backoff, context.failure?.retryAfterMs ?? 0), outage: outageOf(context) };
});

/** The outage was exhausted and forgiven: it begins again, after the longest backoff. */
export const scheduleRestart = updating((context) => {
  const { maxBackoffMs } = context.channel.reconnect;
  const longest = { ...context.channel.reconnect, attempt: 1, baseBackoffMs: maxBackoffMs };
  const delayMs = backoffDelay(longest, context.channel.random);
  return { attempt: 1, unstableAttempts: 0, delayMs, outage: outageOf(context) };
});

export const recordRestart = updating(({ channel, restarts }) => {
  const { maxRestarts, restartWindowMs } = channel.reconnect;
  return { restarts: countRestart(restarts, channel.clock.now(), { maxRestarts, windowMs: restartWindowMs }) };
});

export const scheduleSuspended = updating((context) => ({
  attempt: Math.min(context.attempt + 1, context.channel.reconnect.maxAttempts),
  delayMs: spread(context, context.channel.reconnect.suspendedRetryMs),
}));

export const scheduleConflict = updating((context) => ({
  attempt: 0,
  delayMs: Math.max(spread(context, context.channel.reconnect.conflictRetryMs), context.failure?.retryAfterMs ?? 0),
  outage: outageOf(context),
}));

/** After a degraded answer there is nothing to count: the connection only looks again. */
export const forgetOutage = updating(() => ({ attempt: 0, unstableAttempts: 0, outage: null }));

/** Parked and exhausted instances remember since when they are out. */
export const keepOutage = updating((context) => ({
  delayMs: spread(context, context.channel.reconnect.suspendedRetryMs),
  outage: outageOf(context),
}));

/** Takes a turn, or learns how long the wait for one is: the fleet's budget, and the channel's "not now". */
export const takeTurn = updating(({ channel }) => ({ turnMs: channel.takeTurn() }));

/** Asked to come later, it comes later: that was no attempt to count. */
export const scheduleLater = updating((context) => {
  const backoff = drawBackoff(context, context.attempt);
  return { delayMs: Math.max(backoff, context.failure?.retryAfterMs ?? 0) };
});

export const beginAttempt = updating(({ epoch }) => ({ epoch: epoch + 1 }));

/** The link is up with credentials of before: it goes, and the attempt that follows shows whether the new ones are good. */
export const recordRenewal = updating((_, { type }) => ({ failure: renewedFor(type) }));

/** The first attempt after a pause that was not a backoff. */
export const beginAgain = updating((context) => ({
  epoch: context.epoch + 1,
  attempt: 1,
  unstableAttempts: 0,
  outage: outageOf(context),
}));

function outageOf({ channel, failure, outage }: ReconnectContext): ReconnectContext['outage'] {
  return outage ?? { sinceMs: channel.clock.now(), reason: failure ? reasonOf(failure) : null };
}

function drawBackoff({ channel, delayMs }: ReconnectContext, attempt: number): number {
  const previousDelayMs = attempt > 1 && delayMs > 0 ? delayMs : undefined;
  return backoffDelay({ ...channel.reconnect, attempt, previousDelayMs }, channel.random);
}

/** A slow pace, spread over ± the jitter ratio whatever the jitter policy is. */
function spread({ channel }: ReconnectContext, paceMs: number): number {
  const { jitterRatio } = channel.reconnect;
  const request = { attempt: 1, baseBackoffMs: paceMs, maxBackoffMs: paceMs, jitter: 'equal', jitterRatio } as const;
  return backoffDelay(request, channel.random);
}

export function outputOf(event: ReconnectEvent): Outcome<unknown> | undefined {
  return 'output' in event ? (event.output as Outcome<unknown>) : undefined;
}

export function linkOf(event: ReconnectEvent): LinkRef | null {
  if (event.type !== 'xstate.done.actor.connector') return null;
  return event.output.ok ? event.output.value : null;
}

/** Why there is no link, according to whatever event ended it. */
function failureOf({ epoch }: ReconnectContext, event: ReconnectEvent): Failure {
  switch (event.type) {
    case 'link.closed':
    case 'link.failed':
      return event.failure;
    case 'xstate.done.actor.connector':
    case 'xstate.done.actor.prober':
      return event.output.ok ? crashed(event.type) : event.output.failure;
    case 'link.renew':
      return renewed(event.reason, epoch);
    default:
      return crashed(event.type);
  }
}

function renewed(reason: Json, epoch: number): Failure {
  const message = `Link ${epoch} was given up from outside, by the limit of consecutive failures or an embedder.`;
  return { severity: 'recoverable', scope: 'link', code: 'holdfast.given_up', message, reason };
}

function renewedFor(eventType: string): Failure {
  const message = 'There are new credentials; the link is made anew with them.';
  return { severity: 'recoverable', scope: 'link', code: 'holdfast.renewed', message, reason: eventType };
}

function crashed(eventType: string): Failure {
  const message = `A worker of the connection ended unexpectedly (${eventType}).`;
  return { severity: 'recoverable', scope: 'link', code: 'holdfast.worker_crash', message };
}
