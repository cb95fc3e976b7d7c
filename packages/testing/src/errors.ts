import { HoldfastError } from 'holdfast';

/** A timer that has been armed and has not run. */
export interface PendingTimer {
  /** Unique within its clock, and rising. */
  readonly id: number;
  /** When it was armed; milliseconds since 1970. */
  readonly armedAtMs: number;
  /** When it is due; milliseconds since 1970. Before `now()` after a `jump`. */
  readonly dueMs: number;
  /** What it is for, where somebody has said so: `watchForLeaks` does for the timers of XState. */
  readonly what?: string | undefined;
  /** `startBot (/app/src/bot.ts:12:5)`. Only of a clock with `trackCreation`. */
  readonly createdAt?: string | undefined;
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

/** `runUntilIdle` came to its limit, and there were still timers to run: some arm themselves again and again, or are long. */
export class NeverIdleError extends HoldfastError {
  override readonly name = 'NeverIdleError';
  readonly code = 'NEVER_IDLE';
  readonly limitMs: number;
  /** What was left to run, the next one first. */
  readonly pending: readonly PendingTimer[];

  constructor(limitMs: number, nowMs: number, pending: readonly PendingTimer[]) {
    super(
      `Timers were still armed after ${limitMs} ms of virtual time. ${describePending(pending, nowMs)} ` +
        'Stop what arms them first, use advance or runUntil, or raise limitMs.',
    );
    this.limitMs = limitMs;
    this.pending = pending;
  }
}

const listed = 5;

function describePending(pending: readonly PendingTimer[], nowMs: number): string {
  if (pending.length === 0) return 'No timer is pending: whatever is to make it hold is not driven by this clock.';
  const first = pending.slice(0, listed).map((timer) => describeTimer(timer, nowMs));
  const more = pending.length > listed ? ' …' : '';
  return `Timers pending: ${pending.length}, due ${first.join(', ')}${more}.`;
}

function describeTimer({ armedAtMs, createdAt, dueMs, what }: PendingTimer, nowMs: number): string {
  const known = [what, createdAt === undefined ? undefined : `armed in ${createdAt}`].filter(
    (part) => part !== undefined,
  );
  const span = `in ${dueMs - nowMs} ms (of ${dueMs - armedAtMs} ms)`;
  return known.length === 0 ? span : `${span}: ${known.join(', ')}`;
}
