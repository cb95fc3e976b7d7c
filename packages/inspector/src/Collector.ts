import type { InspectionEvent } from 'xstate';
import { type Actor, Actors, lineOf } from './Actors.ts';
import { Flight, type Pending } from './Flight.ts';
import { changesBetween, howEnded, whyIgnored } from './findings.ts';
import {
  childrenOf,
  hasStarted,
  inputOf,
  isMachineSnapshot,
  isOver,
  type LiveActor,
  snapshotOf,
  stateValueOf,
  statusOf,
} from './liveActor.ts';
import { OpenActors } from './OpenActors.ts';
import type { InspectorRecord, JsonObject, SignalRecord, TransitionRecord } from './records.ts';
import type { Redaction } from './redaction/Redaction.ts';

type Inspected<Type extends InspectionEvent['type']> = Extract<InspectionEvent, { type: Type }>;

export interface CollectorOptions {
  readonly redaction: Redaction;
  readonly now: () => number;
  /** Gets each record, and of whom it is. */
  readonly emit: (record: InspectorRecord, actor: Actor | undefined) => void;
}

/**
 * Makes records of XState's inspection events.
 *
 * Of one event XState tells: that it is sent (`@xstate.event`), each action, each microstep, and the snapshot at the end. An actor
 * that breaks sends no snapshot; one that is a child tells its parent, a root tells nobody. One that is done tells its parent before
 * its own snapshot comes.
 *
 * K1. Of each event that an actor dealt with there is one record, in the order in which they were finished: the child's that
 *     causes the parent's before it.
 * K2. Of each actor that was started there is one record of its end, and it is the last.
 * K3. Objects of the app are held by the Flight of their actor only, and that hangs on the actor (WeakMap).
 */
export class Collector {
  readonly actors: Actors;
  readonly #options: CollectorOptions;
  readonly #flights = new WeakMap<LiveActor, Flight>();
  readonly #open = new OpenActors();
  #tick = 0;
  /** Whether records are made. Otherwise it is only known who is alive. */
  #isRecording: boolean;

  constructor(options: CollectorOptions, isRecording: boolean) {
    this.#options = options;
    this.#isRecording = isRecording;
    this.actors = new Actors(options.redaction, (actor) => this.#end(actor, undefined));
  }

  get isRecording(): boolean {
    return this.#isRecording;
  }

  handle(event: InspectionEvent): void {
    switch (event.type) {
      case '@xstate.event':
        return this.#sent(event);
      case '@xstate.action':
        if (this.#isRecording) this.#flightOf(event.actorRef).act(event.action.type);
        return;
      case '@xstate.microstep':
        if (this.#isRecording) this.#flightOf(event.actorRef).step(event, snapshotOf(event.actorRef));
        return;
      case '@xstate.snapshot':
        return this.#settled(event);
    }
  }

  /** Takes in an actor that runs already, with all below it. One that is yet to be started comes in with its first event. */
  adopt(live: LiveActor): void {
    if (!hasStarted(live) || isOver(live)) return;
    this.#known(live);
    for (const child of childrenOf(live)) this.adopt(child);
  }

  /** From now on records are made, and they begin where the actors stand now. */
  resume(): void {
    this.sweep();
    this.#isRecording = true;
    for (const actor of this.actors.all) {
      const live = actor.ref.deref();
      if (!live) continue;
      this.#flightOf(live).reset();
      this.actors.rebase(actor, live);
    }
  }

  pause(): void {
    this.#isRecording = false;
    this.#open.clear();
  }

  /** Finds those that broke, or are gone, without a word. */
  sweep(): void {
    for (const actor of [...this.actors.all]) {
      if (!actor.isAlive) continue;
      const live = actor.ref.deref();
      if (live === undefined) this.#end(actor, undefined);
      else if (isOver(live)) this.#breakOff(actor, live);
    }
  }

  /** Reads where all that are alive stand now, while no records are made. */
  refresh(): void {
    this.sweep();
    if (this.#isRecording) return;
    for (const actor of this.actors.all) {
      const live = actor.ref.deref();
      if (live) this.actors.rebase(actor, live);
    }
  }

  /** Looks for those that broke among the few that have an event in hand. */
  lookAtOpen(): void {
    if (this.#open.isEmpty) return;
    for (const { actor, live } of this.#open.over()) this.#breakOff(actor, live);
  }

  signal(signal: Omit<SignalRecord, 'seq' | 'atMs'>): void {
    if (this.#isRecording) this.#options.emit({ ...this.#stamp(), ...signal }, undefined);
  }

  #sent({ event, sourceRef, actorRef }: Inspected<'@xstate.event'>): void {
    this.lookAtOpen(); // K1, K2
    if (event.type === 'xstate.init') this.#started(actorRef);
    if (!this.#isRecording) return;
    const flight = this.#flightOf(actorRef);
    const actor = flight.actor ?? (isOver(actorRef) ? undefined : this.#known(actorRef));
    const source = sourceRef ? this.#known(sourceRef).identity.actor : null;
    const pending = { event, source, sent: this.#next() };
    if (actor?.isAlive) {
      if (flight.pending.length === 0) this.#open.add(actor);
      flight.pending.push(pending);
    } else if (actor) this.#undelivered(actor, pending);
  }

  #settled({ actorRef, event, snapshot }: Inspected<'@xstate.snapshot'>): void {
    if (!this.#isRecording && statusOf(snapshot) === 'active' && event.type !== 'xstate.stop') return;
    const actor = this.#flightOf(actorRef).actor ?? (isOver(actorRef) ? undefined : this.#known(actorRef));
    if (!actor?.isAlive) return;
    if (event.type === 'xstate.stop') return this.#end(actor, actorRef);
    if (this.#isRecording) this.#land(actor, actorRef, event);
    if (isOver(actorRef)) this.#end(actor, actorRef);
  }

  /** What it had in hand was its last. */
  #breakOff(actor: Actor, live: LiveActor): void {
    const [inHand] = this.#flightOf(live).pending;
    if (inHand && this.#isRecording && statusOf(snapshotOf(live)) !== 'stopped') this.#land(actor, live, inHand.event);
    this.#end(actor, live);
  }

  #land(actor: Actor, live: LiveActor, event: { readonly type: string }): void {
    const flight = this.#flightOf(live);
    const pending = flight.take(event);
    if (flight.pending.length === 0) this.#open.remove(actor);
    const { microsteps, actions, omitted } = flight;
    flight.land();
    const snapshot = snapshotOf(live);
    const from = event.type === 'xstate.init' ? null : actor.value;
    const lastStep = microsteps[microsteps.length - 1];
    actor.value = lastStep && omitted === 0 ? lastStep.to : stateValueOf(snapshot);
    const record: TransitionRecord = {
      kind: 'transition',
      seq: this.#next(),
      atMs: this.#options.now(),
      actor: actor.identity.actor,
      sent: pending?.sent ?? this.#tick,
      event: actor.redaction.event(event),
      source: pending?.source ?? null,
      from,
      to: actor.value,
      microsteps,
      actions,
      ignored: isMachineSnapshot(snapshot) ? whyIgnored(snapshot, event.type, microsteps) : null,
      context: this.#contextChanges(actor, flight, snapshot),
    };
    this.#emit(omitted === 0 ? record : { ...record, omitted }, actor);
  }

  #contextChanges(actor: Actor, flight: Flight, snapshot: object | undefined): JsonObject | null {
    if (!actor.redaction.showsContext || !isMachineSnapshot(snapshot) || snapshot.context === flight.context)
      return null;
    flight.context = snapshot.context;
    const context = actor.redaction.context(snapshot.context);
    const changes = changesBetween(actor.context, context);
    actor.context = context;
    return changes;
  }

  #undelivered(actor: Actor, { event, source, sent }: Pending): void {
    const { identity, redaction } = actor;
    const what = { actor: identity.actor, sent, event: redaction.event(event), source };
    this.#emit({ kind: 'undelivered', ...this.#stamp(), ...what }, actor);
  }

  /** The actor of one that runs; it is taken in if it was not known. */
  #known(live: LiveActor): Actor {
    const known = this.#flights.get(live)?.actor;
    if (known) return known;
    let actor: Actor | undefined;
    for (const one of lineOf(live)) actor = this.#flightOf(one).actor ?? this.#add(one, actor, true);
    return actor ?? this.#add(live, undefined, true);
  }

  #started(live: LiveActor): void {
    if (this.#flightOf(live).actor?.isAlive) return; // One that was stopped may be started once more.
    const [parent] = lineOf(live).slice(-2, -1);
    this.#add(live, parent && this.#known(parent), false);
  }

  #add(live: LiveActor, parent: Actor | undefined, wasRunning: boolean): Actor {
    const flight = this.#flightOf(live);
    const actor = this.actors.add(live, parent);
    flight.actor = actor;
    this.actors.rebase(actor, live);
    const snapshot = snapshotOf(live);
    flight.context = snapshot && Reflect.get(snapshot, 'context');
    if (!this.#isRecording) return actor;
    const { value, context, identity } = actor;
    const input = this.#options.redaction.input(inputOf(live));
    const shown = { value, context, ...(input === undefined ? {} : { input }), wasRunning };
    this.#emit({ kind: 'started', ...this.#stamp(), ...identity, ...shown }, actor);
    return actor;
  }

  /** Without `live` nobody holds it any more. */
  #end(actor: Actor, live: LiveActor | undefined): void {
    if (!actor.isAlive) return;
    const flight = live && this.#flightOf(live);
    const left = flight?.pending ?? [];
    flight?.reset();
    this.#open.remove(actor);
    if (this.#isRecording) {
      for (const pending of left) this.#undelivered(actor, pending);
      const how = howEnded(live, this.#options.redaction);
      this.#emit({ kind: 'ended', ...this.#stamp(), actor: actor.identity.actor, ...how }, actor);
    }
    this.actors.ended(actor);
  }

  #flightOf(live: LiveActor): Flight {
    const known = this.#flights.get(live);
    if (known) return known;
    const flight = new Flight();
    this.#flights.set(live, flight);
    return flight;
  }

  #next(): number {
    this.#tick += 1;
    return this.#tick;
  }

  #stamp(): { readonly seq: number; readonly atMs: number } {
    return { seq: this.#next(), atMs: this.#options.now() };
  }

  #emit(record: InspectorRecord, actor: Actor): void {
    actor.records += 1;
    this.#options.emit(record, actor);
  }
}
