import { isWithinIntensity, recordRestart } from '../policy/restartWindow.ts';
import { defaultReconnectPolicy } from '../schema/reconnectPolicy.ts';
import { eventOf, type InstanceArgs } from './instanceModel.ts';

/** One more failure and the limit is reached. */
export const isLastFailure = ({ context }: InstanceArgs): boolean =>
  context.consecutiveFailures + 1 >= context.failureLimit;

/**
 * Said by who knows where the connection stands: the instance's own connection, which gives its epoch, or whoever drives an
 * instance that has none.
 */
export const isInformed = ({ context, event }: InstanceArgs): boolean => context.channel === null || 'epoch' in event;

/** An attempt to connect is under way: its number is a whole one from 1. */
export const isAttempt = ({ context, event }: InstanceArgs): boolean => {
  const attempt = eventOf(event, 'notify.reconnectAttempt')?.attempt;
  return isInformed({ context, event }) && Number.isSafeInteger(attempt) && Number(attempt) > 0;
};

/** The attempts are over: the number is 0. */
export const isAttemptReset = ({ context, event }: InstanceArgs): boolean =>
  isInformed({ context, event }) && eventOf(event, 'notify.reconnectAttempt')?.attempt === 0;

/** The class is one that restarts have. */
export const isRestartClass = ({ event }: InstanceArgs): boolean => {
  const marker = eventOf(event, 'notify.restartMarker');
  return marker?.class === 'recoverable' || marker?.class === 'fatal';
};

/** There are workers that may have something to finish. */
export const hasWork = ({ context, event }: InstanceArgs): boolean =>
  context.channel !== null && eventOf(event, 'stop')?.drainMs !== 0;

/** Workers broke seldom enough to be started again, this time included. */
export const isWithinChildIntensity = ({ context: { channel, childRestarts, clock } }: InstanceArgs): boolean => {
  const { maxRestarts, restartWindowMs: windowMs } = channel?.reconnect ?? defaultReconnectPolicy;
  const intensity = { maxRestarts, windowMs };
  return isWithinIntensity(recordRestart(childRestarts, clock.now(), intensity), intensity);
};

/** There is something for a success to clear. */
export const hasFailures = ({ context }: InstanceArgs): boolean => context.consecutiveFailures > 0;
