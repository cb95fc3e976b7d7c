import type { Actor, AnyEventObject, AnyMachineSnapshot, AnyStateMachine, SnapshotFrom } from 'xstate';
import { notStarted, reportUnhandled } from './internals.ts';
import { LightActor, type LightOptions } from './LightActor.ts';
import { beginningScope, collecting, type Effects, stepScope } from './recordScope.ts';

/** What all records of a chart share. */
export interface Course {
  readonly machine: AnyStateMachine;
  readonly keepContext: KeepContext<Context> | undefined;
}

type Context = AnyMachineSnapshot['context'];

/** Writes what `next` holds over what `kept` holds, which is the context of a record from its start to its end. */
export type KeepContext<Context> = (kept: Context, next: Context) => void;

/** Who is told of the end: one of the two, once. */
export interface EndObserver {
  complete(): void;
  error(error: unknown): void;
}

/**
 * The course of a chart without an actor. The chart goes through the same states and executes the same actions in the same order as in an
 * actor; what is held of it is a snapshot. For whoever wants to subscribe, to inspect or to have a reference it becomes an actor.
 *
 * R1. Events are handled one after the other: what is sent while one is handled waits.
 * R2. There is one snapshot, which is changed in place until there is an actor: read what you need, and keep none.
 * R3. Without an actor there is nobody to have children, timers or listeners: an action that uses `self` or `system`, or something
 *     that needs them, gets `ActorNeededError`, and the chart breaks as it does wherever an action throws.
 */
export class ChartRecord<Machine extends AnyStateMachine> {
  readonly #course: Course;
  readonly #snapshot: AnyMachineSnapshot;
  #actor: LightActor | undefined;
  #observer: EndObserver | undefined;
  /** Until it is started. */
  #beginning: Beginning | undefined;
  /** R1. */
  #waiting: AnyEventObject[] | undefined;
  #isBusy = false;

  constructor(course: Course, input: unknown) {
    this.#course = course;
    const effects: Effects = [];
    this.#snapshot = collecting(effects, () => course.machine.getInitialSnapshot(beginningScope, input as never));
    this.#beginning = { effects, input };
    const { context } = this.#snapshot;
    // One that was not made for this record is nobody's to change.
    if (context === course.machine.config.context) changing(this.#snapshot).context = { ...context };
  }

  /** As it is now, or what its actor has. */
  getSnapshot(): SnapshotFrom<Machine> {
    return (this.#actor?._snapshot ?? this.#snapshot) as SnapshotFrom<Machine>;
  }

  /** Of several the last, as long as there is no actor. Told at once when the end has been. */
  onEnd(observer: EndObserver): void {
    if (this.#actor) {
      this.#actor.subscribe(observer);
      return;
    }
    this.#observer = observer;
    if (!this.#beginning) this.#tellOfEnd();
  }

  /** What is sent before waits for it. */
  start(): void {
    if (this.#actor?._processingStatus === notStarted) this.#actor.start();
    if (!this.#beginning || this.#isBusy) return;
    const { effects, input } = this.#beginning;
    this.#isBusy = true;
    const first = this.#begun(effects);
    this.#beginning = undefined;
    this.#settle(first, { type: 'xstate.init', input });
    this.#goOn();
  }

  send(event: AnyEventObject): void {
    if (this.#actor) this.#actor._send(event);
    else if (this.#isBusy || this.#beginning) this.#wait(event);
    else if (this.#snapshot.status === 'active') {
      this.#isBusy = true;
      this.#take(event);
      this.#goOn();
    }
  }

  /**
   * From the first time on the record is a way to the actor, and nothing more. In the middle of an event the actor has what comes
   * meanwhile wait for the end of that; what that event emits nobody hears. Before the record is started it is an actor that has to
   * be, by the one or the other, and the context is made anew.
   */
  becomeActor(options: Pick<LightOptions, 'clock' | 'id'> = {}): Actor<Machine> {
    this.#actor ??= this.#actorOf(options);
    return this.#actor as object as Actor<Machine>;
  }

  #actorOf(options: LightOptions): LightActor {
    const { machine } = this.#course;
    const isNew = this.#beginning !== undefined && !this.#isBusy;
    const from = isNew ? { input: this.#beginning?.input } : { present: this.#snapshot };
    const actor = new LightActor(machine, { ...options, ...from });
    if (isNew) this.#beginning = undefined;
    const observer = isNew || this.#snapshot.status === 'active' ? this.#observer : deaf;
    if (observer) actor.subscribe(observer);
    for (const event of this.#waiting ?? []) actor._send(event);
    this.#waiting = undefined;
    if (this.#isBusy) actor.startWithin();
    else if (!isNew) actor.start();
    return actor;
  }

  #begun(effects: Effects): AnyMachineSnapshot {
    const snapshot = this.#snapshot;
    if (snapshot.status === 'error') return snapshot;
    try {
      // An effect may put off what it does: it is done after the others.
      collecting(effects, () => {
        for (const effect of effects) effect();
      });
      return snapshot;
    } catch (error) {
      return brokenOf(snapshot, error);
    }
  }

  #take(event: AnyEventObject): void {
    this.#settle(this.#next(event), event);
  }

  #next(event: AnyEventObject): AnyMachineSnapshot {
    try {
      return this.#course.machine.transition(this.#snapshot, event, stepScope);
    } catch (error) {
      return brokenOf(this.#snapshot, error);
    }
  }

  #settle(next: AnyMachineSnapshot, event: AnyEventObject): void {
    if (this.#actor) {
      this.#actor.endStep(next, event);
      return;
    }
    try {
      this.#keep(next);
    } catch (error) {
      this.#keep(brokenOf(this.#snapshot, error));
    }
    this.#tellOfEnd();
  }

  #tellOfEnd(): void {
    const { error, status } = this.#snapshot;
    if (status === 'active') return;
    try {
      if (status !== 'error') this.#observer?.complete();
      else if (this.#observer) this.#observer.error(error);
      else reportUnhandled(error);
    } catch (thrown) {
      reportUnhandled(thrown);
    }
  }

  /** What has come meanwhile. */
  #goOn(): void {
    for (
      let event = this.#waiting?.shift();
      event && this.#snapshot.status === 'active';
      event = this.#waiting?.shift()
    )
      this.#take(event);
    this.#waiting = undefined;
    this.#isBusy = false;
  }

  /** R2. */
  #keep(next: AnyMachineSnapshot): void {
    if (next === this.#snapshot) return;
    const kept = changing(this.#snapshot);
    const { keepContext } = this.#course;
    if (next.context !== kept.context) {
      if (keepContext) keepContext(kept.context, next.context);
      else kept.context = next.context;
    }
    kept.status = next.status;
    kept.output = next.output;
    kept.error = next.error;
    kept.value = next.value;
    kept._nodes = next._nodes;
    kept.tags = next.tags;
    kept.historyValue = next.historyValue;
  }

  #wait(event: AnyEventObject): void {
    this.#waiting ??= [];
    this.#waiting.push(event);
  }
}

interface Beginning {
  /** What the first states do. */
  readonly effects: Effects;
  readonly input: unknown;
}

type Changing = { -readonly [Key in keyof AnyMachineSnapshot]: AnyMachineSnapshot[Key] };

function changing(snapshot: AnyMachineSnapshot): Changing {
  return snapshot;
}

function brokenOf(snapshot: AnyMachineSnapshot, error: unknown): AnyMachineSnapshot {
  return { ...snapshot, status: 'error', error } as AnyMachineSnapshot;
}

/** For an actor that has ended before it was there: who was to know knows. */
const deaf: EndObserver = { complete: () => undefined, error: () => undefined };
