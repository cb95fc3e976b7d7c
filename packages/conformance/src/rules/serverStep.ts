import type { Json, JsonObject } from 'holdfast';
import type { ServerState } from '../format/expectedState.ts';
import type { Call, Signal } from '../format/traces.ts';

/** What is expected after one step of an instance server's trace. Rules hand back a changed one. */
export interface ServerStep extends Call, ServerState {
  /** Undefined: there is nothing to compare, because the call has no counterpart. */
  readonly returns: Json | undefined;
  readonly signals: readonly Signal[];
  readonly alive: boolean;
  readonly connectedAtChanged: boolean;
  readonly trace: { readonly instanceModule: string; readonly instance: JsonObject };
  readonly before: ServerState & {
    readonly alive: boolean;
    /** What ours shows as long as the original holds an attempt that we refused. */
    readonly shownAttempt: number;
  };
  /** How to bring ours to where the original went, so that the steps after this one compare again. */
  readonly realign?: Realignment;
}

export type Realignment =
  | { readonly by: 'stop' }
  | { readonly by: 'attempt'; readonly attempt: number; readonly reason: Json }
  | { readonly by: 'connected' };
