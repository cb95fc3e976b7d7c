export type { Classify } from './classifyScripted.ts';
export { type PendingTimer, RunUntilLimitError, StandstillError } from './errors.ts';
export type { Call, CallTo, DetailsOf, Operation, Operations, ValueOf } from './operations.ts';
export { type AbortOptions, type Outcome, outcome } from './outcome.ts';
export { type Script, ScriptedChannel, type ScriptedChannelOptions, scriptedChannel } from './ScriptedChannel.ts';
export type { CloseCall, ScriptedLink } from './ScriptedLink.ts';
export { type RunUntilOptions, VirtualClock, type VirtualClockOptions } from './VirtualClock.ts';
