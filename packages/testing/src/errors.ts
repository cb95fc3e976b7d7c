import { HoldfastError } from 'holdfast';

/** A timer that has been armed and has not run. */
export interface PendingTimer {
  /** When it is due; milliseconds since 1970. Before `now()` after a `jump`. */
  readonly dueMs: number;
}

/** `runUntil` came to its limit, and what it waited for had not happened. */
export class RunUntilLimitError extends HoldfastError {
  override readonly name = 'RunUntilLimitError';
  readonly code = 'RUN_UNTIL_LIMIT';
  readonly limitMs: number;
  /** What was left to run. Empty: nothing that virtual time drives could have helped. */
  readonly pending: readonly PendingTimer[];

  constructor(limitMs: number, nowMs: number, pending: readonly PendingTimer[]) {
    super(
      `The condition of runUntil did not hold within ${limitMs} ms of virtual time. ${describePending(pending, nowMs)}`,
    );
    this.limitMs = limitMs;
    this.pending = pending;
  }
}

/** Timers that arm each other with a delay of 0 would run for ever: virtual time stands still at `nowMs`. */
export class StandstillError extends HoldfastError {
  override readonly name = 'StandstillError';
  readonly code = 'STANDSTILL';
  readonly nowMs: number;

  constructor(nowMs: number, ran: number) {
    super(
      `Virtual time stands still at ${nowMs}: ${ran} timers were armed with a delay of 0 at that very instant and have ` +
        'run, and there are more. Look for a timer that arms itself again without a delay.',
    );
    this.nowMs = nowMs;
  }
}

const listed = 5;

function describePending(pending: readonly PendingTimer[], nowMs: number): string {
  if (pending.length === 0) return 'No timer is pending: whatever is to make it hold is not driven by this clock.';
  const first = pending.slice(0, listed).map(({ dueMs }) => `in ${dueMs - nowMs} ms`);
  const more = pending.length > listed ? ' …' : '';
  return `Timers pending: ${pending.length}, due ${first.join(', ')}${more}.`;
}
