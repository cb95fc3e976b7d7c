import type { Observer } from 'holdfast';
import type { Traffic } from './traffic.ts';

/** What all of them are told to do: keep so many instances, and publish to one observer what the chart would publish. */
export interface Setting {
  /** At least one. The first is the one that is alone in the hot loops. */
  readonly ids: readonly string[];
  readonly observer: Observer;
}

/** One way to run the chart of an instance, or something that does the same by other means. */
export interface MachineKind {
  /** One word, for programs. */
  readonly name: string;
  readonly label: string;
  readonly open: (setting: Setting) => Machines;
}

/**
 * The instances of one kind. Each kind has loops of its own, though they look alike: a loop that all shared would meet many types at
 * one call, and V8 would make each of them pay for it.
 */
export interface Machines {
  /** So many `success` to the first, which has not failed. */
  success(times: number): void;
  /** So many events to the first, in turn `failure` and `success`. */
  failureSuccess(times: number): void;
  /** So many events to the first, in turn `connected` and `disconnected`. */
  connection(times: number): void;
  /** The events of `traffic` from a place on, each to its instance, which is looked up by its id. */
  mixed(traffic: Traffic, place: Stretch): void;
  /** For the check that all of them do the same. */
  stateOf(id: string): MachineState;
  close(): void;
}

/** `times` events, beginning with the one at `from`; after the last comes the first again. */
export interface Stretch {
  readonly from: number;
  readonly times: number;
}

export interface MachineState {
  readonly status: string;
  readonly consecutiveFailures: number;
  readonly lastError: unknown;
}

/** What every telemetry event of these machines says about its sender; `channelType` and `instanceModule` of all of them. */
export const identity = { instanceModule: 'bench', channelType: 'bench' } as const;
/** Why they fail, and why they are disconnected. */
export const reason = 'timeout';
/** Consecutive failures that lead to `error`: the chart's default. */
export const failureLimit = 10;
