export type { Classify } from './channel/classifyScripted.ts';
export type { Call, CallTo, DetailsOf, Operation, Operations, ValueOf } from './channel/operations.ts';
export { type AbortOptions, type Outcome, outcome, type RateLimit } from './channel/outcome.ts';
export { type RandomScriptOptions, randomScript } from './channel/randomScript.ts';
export {
  ScriptedChannel,
  type ScriptedChannelOptions,
  scriptedChannel,
} from './channel/ScriptedChannel.ts';
export type { CloseCall, ScriptedLink } from './channel/ScriptedLink.ts';
export type { Script } from './channel/scripts.ts';
export {
  type Flapping,
  type Forecast,
  type RandomWeather,
  type Spell,
  type Weather,
  weather,
} from './channel/weather.ts';
export { NeverIdleError, type PendingTimer, RunUntilLimitError, StandstillError } from './errors.ts';
export { LeakError, type LeakedActor, type LeakedTimer, type Leaks } from './leaks/LeakError.ts';
export { LeakGuard, type LeakGuardOptions, watchForLeaks } from './leaks/LeakGuard.ts';
export { type RunUntilOptions, type TimerNamer, VirtualClock, type VirtualClockOptions } from './VirtualClock.ts';
