import { isWithinIntensity } from '../policy/restartWindow.ts';
import { defaultReconnectPolicy } from '../schema/reconnectPolicy.ts';
import { eventOf, type InstanceArgs } from './instanceModel.ts';

/** One more failure and the limit is reached. */
export const isLastFailure = ({ context }: InstanceArgs): boolean =>
  context.consecutiveFailures + 1 >= context.failureLimit;

/** An attempt to connect is under way: its number is a whole one from 1. */
export const isAttempt = ({ event }: InstanceArgs): boolean => {
  const attempt = eventOf(event, 'notify.reconnectAttempt')?.attempt;
  return Number.isSafeInteger(attempt) && Number(attempt) > 0;
};

/** The attempts are over: the number is 0. */
export const isAttemptReset = ({ event }: InstanceArgs): boolean =>
  eventOf(event, 'notify.reconnectAttempt')?.attempt === 0;

/** The class is one that restarts have. */
export const isRestartClass = ({ event }: InstanceArgs): boolean => {
  const marker = eventOf(event, 'notify.restartMarker');
  return marker?.class === 'recoverable' || marker?.class === 'fatal';
};

/** There are workers that may have something to finish. */
export const hasWork = ({ context, event }: InstanceArgs): boolean =>
  context.channel !== null && eventOf(event, 'stop')?.drainMs !== 0;

/** Workers broke seldom enough to be started again. */
export const isWithinChildIntensity = ({ context: { channel, childRestarts } }: InstanceArgs): boolean => {
  const { maxRestarts, restartWindowMs } = channel?.reconnect ?? defaultReconnectPolicy;
  return isWithinIntensity(childRestarts, { maxRestarts: maxRestarts - 1, windowMs: restartWindowMs });
};

/** There is something for a success to clear. */
export const hasFailures = ({ context }: InstanceArgs): boolean => context.consecutiveFailures > 0;
