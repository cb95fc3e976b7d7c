import type { JsonObject } from 'holdfast';
import type { StepExpectation } from './traces.ts';

/** What an instance shows, in the original's words. */
export interface ServerState {
  readonly status: JsonObject;
  readonly healthSnapshot: JsonObject;
}

/** The one rule for full and for delta encoding: lay what a step saw over what there was before. */
export function laidOver(before: ServerState, seen: Pick<StepExpectation, 'status' | 'healthSnapshot'>): ServerState {
  const { started_at: _, ...status } = seen.status;
  return {
    status: { ...before.status, ...seen.status },
    healthSnapshot: { ...before.healthSnapshot, ...status, ...seen.healthSnapshot },
  };
}
