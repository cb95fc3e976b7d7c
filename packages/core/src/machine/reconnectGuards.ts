import { lateMs } from '../actors/adapterCall.ts';
import { isWithinIntensity as isWithin } from '../policy/restartWindow.ts';
import type { ReconnectContext, ReconnectEvent } from './reconnectModel.ts';
import { linkOf, outputOf } from './reconnectUpdates.ts';

interface GuardArgs {
  readonly context: ReconnectContext;
  readonly event: ReconnectEvent;
}

/** The attempt has made a link. */
export const isLinked = ({ event }: GuardArgs): boolean => linkOf(event) !== null;

/** The round trip came back, or was only asked to come later: a rate limit is an answer. */
export const isAlive = ({ event }: GuardArgs): boolean => {
  const outcome = outputOf(event);
  return outcome !== undefined && (outcome.ok || outcome.failure.scope === 'rate');
};

/** The attempt is not part of a counted outage. */
export const isUncounted = ({ context }: GuardArgs): boolean => context.attempt === 0;

/** The report is about the link that there is, not about one of before. */
export const isCurrentLink = ({ context, event }: GuardArgs): boolean =>
  'epoch' in event && event.epoch === context.link?.epoch;

/** Trying again never helps until somebody changes something. */
export const isFatal = ({ context }: GuardArgs): boolean => context.failure?.severity === 'fatal';

/** Another consumer holds the channel. */
export const isConflict = ({ context }: GuardArgs): boolean => context.failure?.scope === 'conflict';

/** The peer works, but not for this. */
export const isDegraded = ({ context }: GuardArgs): boolean => context.failure?.severity === 'degraded';

/** The outage lasts so long that the pace goes down. */
export const isLongOutage = ({ context: { channel, outage } }: GuardArgs): boolean =>
  outage !== null && channel.clock.now() - outage.sinceMs >= channel.reconnect.suspendAfterMs;

/** This was the last attempt that one outage gets. */
export const isExhausted = ({ context }: GuardArgs): boolean =>
  Math.max(context.attempt, context.unstableAttempts) >= context.channel.reconnect.maxAttempts;

/** The exhausted outages of the last window are still few enough to go on by ourselves. */
export const isWithinIntensity = ({ context: { channel, restarts } }: GuardArgs): boolean =>
  isWithin(restarts, { maxRestarts: channel.reconnect.maxRestarts, windowMs: channel.reconnect.restartWindowMs });

/** It is this attempt's turn. */
export const isAdmitted = ({ context }: GuardArgs): boolean => context.turnMs === 0;

/** The peer only asked to come later. */
export const isRateLimited = ({ context }: GuardArgs): boolean => context.failure?.scope === 'rate';

/** The process was held up, and with it the deadline: the answer may lie in the socket, unread. */
export const isLate = ({ context: { channel, probedAtMs } }: GuardArgs): boolean =>
  channel.clock.now() - probedAtMs > channel.reconnect.probeTimeoutMs + lateMs;
