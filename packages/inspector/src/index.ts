export type { ChartDescription, ChartState, ChartTransition, Trigger } from './chartOf.ts';
export { InspectorOptionError, SessionError } from './errors.ts';
export type { HistoryOptions } from './History.ts';
export {
  type AliveActor,
  createInspector,
  Inspector,
  type InspectorCounts,
  type InspectorOptions,
} from './Inspector.ts';
export type {
  ActorIdentity,
  Dropped,
  EndedRecord,
  EventSummary,
  InspectorRecord,
  Json,
  JsonObject,
  KnownActor,
  Microstep,
  Session,
  SignalRecord,
  StartedRecord,
  TransitionRecord,
  UndeliveredRecord,
  Value,
} from './records.ts';
export type { Limits } from './redaction/plain.ts';
export type { Allow, RedactionOptions } from './redaction/Redaction.ts';
export type { Allowed, AllowedPath, Shown } from './redaction/Rules.ts';
export type { Sendable } from './Sendable.ts';
export type { Batch, BatchListener, Subscription } from './Subscribers.ts';
export { type ReadSessionOptions, readSession } from './session.ts';
