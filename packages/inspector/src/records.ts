import type { ChartDescription } from './chartOf.ts';

/** What `JSON.stringify` keeps as it is. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** The active states, as XState names them; null of an actor that is no machine. */
export type Value = string | { readonly [key: string]: Value } | null;

/** Who an actor is. */
export interface ActorIdentity {
  /** Its name in all records: the session id, with a suffix where two copies of XState give out the same. */
  readonly actor: string;
  readonly sessionId: string;
  /** What its parent calls it. */
  readonly id: string;
  /** Another `actor`; null of a root. */
  readonly parent: string | null;
  /** The `actor` of its root. */
  readonly system: string;
  /** The name under which its logic was provided; of a root, the machine's id; null where there is none. */
  readonly src: string | null;
  /** A key of `charts`; null of a promise, a callback and the like. */
  readonly chart: string | null;
}

export interface EventSummary {
  readonly type: string;
  /** What was allowed of it, by path. */
  readonly fields?: JsonObject;
  /** How many of its fields were left out. */
  readonly hidden: number;
}

/** A step within a transition: `always` and raised events make more than one of them. */
export interface Microstep {
  /** The type of the event that it took. */
  readonly event: string;
  /** Ids of the chart's transitions, exactly those that were taken. */
  readonly transitions: readonly string[];
  readonly to: Value;
}

interface CommonRecord {
  /** Rises by at least 1 from record to record. */
  readonly seq: number;
  /** Milliseconds, as `now` has them. */
  readonly atMs: number;
}

interface ActorRecord extends CommonRecord {
  readonly actor: string;
}

/** An actor was started, or was found running. */
export interface StartedRecord extends CommonRecord, ActorIdentity {
  readonly kind: 'started';
  readonly value: Value;
  /** What is allowed of its context, by path. */
  readonly context: JsonObject;
  readonly input?: Json;
  /** It ran already when the inspector first saw it: what it did before is not known. */
  readonly wasRunning: boolean;
}

/** An actor has dealt with an event: one macrostep. */
export interface TransitionRecord extends ActorRecord {
  readonly kind: 'transition';
  /** When the event was sent, on the scale of `seq`. */
  readonly sent: number;
  readonly event: EventSummary;
  /** The `actor` that sent it; null when it came from outside. */
  readonly source: string | null;
  /** Null before the first one. */
  readonly from: Value;
  readonly to: Value;
  /** Empty of an actor that is no machine. */
  readonly microsteps: readonly Microstep[];
  /** The types of the actions that were executed, in order. XState tells of none that only assigns. */
  readonly actions: readonly string[];
  /** Why the event did nothing: no state waits for it, or every guard was false. Null when it took a transition. */
  readonly ignored: 'unhandled' | 'guarded' | null;
  /** Of what is allowed of the context, by path, what has changed; null for a path that is gone. Null when nothing has. */
  readonly context: JsonObject | null;
  /** How many microsteps and actions are not listed, because they were too many. */
  readonly omitted?: number;
}

/** An actor is over. `lost`: nobody has stopped it, and nobody holds it any more. */
export interface EndedRecord extends ActorRecord {
  readonly kind: 'ended';
  readonly how: 'done' | 'error' | 'stopped' | 'lost';
  /** The name of the error, and nothing else of it. */
  readonly error: string | null;
  readonly output?: Json;
}

/** An event that no actor has dealt with: its receiver was over. */
export interface UndeliveredRecord extends ActorRecord {
  readonly kind: 'undelivered';
  readonly sent: number;
  readonly event: EventSummary;
  readonly source: string | null;
}

/** A telemetry event of Holdfast. */
export interface SignalRecord extends CommonRecord {
  readonly kind: 'signal';
  readonly name: string;
  readonly instanceId: string | null;
  readonly measurements: Readonly<Record<string, number>>;
  readonly metadata: JsonObject;
}

/** Plain JSON, all of it. */
export type InspectorRecord = StartedRecord | TransitionRecord | EndedRecord | UndeliveredRecord | SignalRecord;

/** An actor, and where it stood before the oldest record of it that is still there. */
export interface KnownActor extends ActorIdentity {
  readonly isAlive: boolean;
  readonly value: Value;
  readonly context: JsonObject;
}

/** What the history had to let go. */
export interface Dropped {
  readonly records: number;
}

export const sessionFormat = 'holdfast.inspector.session';
export const sessionVersion = 1;

/** Everything that an inspector knows, as plain JSON. */
export interface Session {
  readonly format: typeof sessionFormat;
  readonly version: typeof sessionVersion;
  readonly exportedAtMs: number;
  /** Those that are alive, and those that records speak of, as they were before the oldest record. */
  readonly actors: readonly KnownActor[];
  readonly charts: Readonly<Record<string, ChartDescription>>;
  readonly records: readonly InspectorRecord[];
  readonly dropped: Dropped;
}
