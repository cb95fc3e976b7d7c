import type { InspectionEvent } from 'xstate';
import type { Actor } from './Actors.ts';
import { isMachineSnapshot } from './liveActor.ts';
import type { Microstep } from './records.ts';
import { clipName } from './redaction/Redaction.ts';
import { stepOf } from './steps.ts';
import { takenOf } from './taken.ts';

type Inspected = Extract<InspectionEvent, { type: '@xstate.microstep' }>;

/** An event that was sent, and that the actor has not dealt with yet. */
export interface Pending {
  readonly event: { readonly type: string };
  readonly source: string | null;
  readonly sent: number;
}

/** A machine that never comes to rest must not fill the memory with what it does. */
const mostSteps = 1_000;
const nothing: readonly never[] = Object.freeze([]);

/**
 * What an actor is at. It holds events and a context of the app, and so it is found through a WeakMap only, by the actor itself.
 */
export class Flight {
  /** Undefined until the actor is started. */
  actor: Actor | undefined;
  /** In the order in which the actor will take them. */
  pending: Pending[] = [];
  /** The context as the last record has shown it. */
  context: unknown;
  microsteps: readonly Microstep[] = nothing;
  actions: readonly string[] = nothing;
  omitted = 0;
  /** Where the last microstep has led. */
  #stepped: object | undefined;

  /** `resting` is where the actor stood before the event. */
  step({ event, snapshot, _transitions }: Inspected, resting: object | undefined): void {
    const before = this.#stepped ?? resting;
    this.#stepped = snapshot;
    const taken = takenOf(_transitions, isMachineSnapshot(before) ? before : undefined);
    const step = stepOf(event.type, snapshot, taken);
    if (this.microsteps.length === 0) this.microsteps = step;
    else if (this.microsteps.length < mostSteps) this.microsteps = [...this.microsteps, ...step];
    else this.omitted += 1;
  }

  act(type: unknown): void {
    if (this.actions.length < mostSteps) this.actions = [...this.actions, clipName(type)];
    else this.omitted += 1;
  }

  /** What was done is in a record: from here on it is for the next. */
  land(): void {
    this.#stepped = undefined;
    this.microsteps = nothing;
    this.actions = nothing;
    this.omitted = 0;
  }

  /** The event that the actor has dealt with. Those before it are gone: XState takes them in order. */
  take(event: object): Pending | undefined {
    if (this.pending[0]?.event === event) return this.pending.shift();
    const index = this.pending.findIndex((pending) => pending.event === event);
    if (index < 0) return undefined;
    const taken = this.pending[index];
    this.pending.splice(0, index + 1);
    return taken;
  }

  /** Forgets what it was at: nobody was looking. */
  reset(): void {
    this.pending = [];
    this.context = undefined;
    this.land();
  }
}
