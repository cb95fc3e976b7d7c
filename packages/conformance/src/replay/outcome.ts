import { InstanceNotFoundError, InstanceStoppedError, InvalidInputError, type Json } from 'holdfast';
import { refusal } from '../observed.ts';

/** What a call of ours came to, in the original's words. */
export type CallOutcome = Json | readonly ['ok', object];

/** Calls ours, and says in the original's words what came of it. Errors of no known meaning are thrown on. */
export async function outcomeOf(call: () => CallOutcome | Promise<CallOutcome>): Promise<CallOutcome> {
  try {
    return await call();
  } catch (error) {
    if (error instanceof InvalidInputError) return refusal;
    if (error instanceof InstanceStoppedError) return { exits: 'noproc' };
    if (error instanceof InstanceNotFoundError) return ['error', 'not_found'];
    throw error;
  }
}
