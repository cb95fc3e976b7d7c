import { ChartBook, type ChartEntry } from './ChartBook.ts';
import { type LiveActor, localIdOf, machineOf, parentOf, snapshotOf, sourceNameOf, stateValueOf } from './liveActor.ts';
import type { ActorIdentity, InspectorRecord, JsonObject, KnownActor, Value } from './records.ts';
import { type ActorRedaction, clipName, type Redaction } from './redaction/Redaction.ts';

/** An actor that was started. Plain values only: it keeps nothing of the app alive. */
export interface Actor {
  readonly identity: ActorIdentity;
  readonly chart: ChartEntry | undefined;
  readonly redaction: ActorRedaction;
  readonly ref: WeakRef<LiveActor>;
  isAlive: boolean;
  /** Now. */
  value: Value;
  context: JsonObject;
  /** Before the oldest record of it that is kept. */
  base: { value: Value; context: JsonObject };
  /** How many records of it are kept. */
  records: number;
}

/** Gets the `actor` of one that nobody holds any more, though nobody has stopped it. */
export type OnLost = (actor: Actor) => void;

/**
 * The actors that are alive, and those that records still speak of.
 *
 * A1. Nothing in here reaches a live actor but through a WeakRef.
 * A2. Who is over is forgotten with its last record, and its chart with its last actor.
 */
export class Actors {
  readonly charts: ChartBook;
  readonly #noChart: ActorRedaction;
  readonly #known = new Map<string, Actor>();
  readonly #lost: FinalizationRegistry<Actor>;

  constructor(redaction: Redaction, onLost: OnLost) {
    this.#noChart = redaction.for(undefined);
    this.charts = new ChartBook(redaction);
    this.#lost = new FinalizationRegistry(onLost);
  }

  get all(): Iterable<Actor> {
    return this.#known.values();
  }

  get(name: string): Actor | undefined {
    return this.#known.get(name);
  }

  add(live: LiveActor, parent: Actor | undefined): Actor {
    const machine = machineOf(live);
    const chart = machine && this.charts.use(machine);
    const name = this.#freeName(live.sessionId);
    const identity = {
      actor: name,
      sessionId: live.sessionId,
      id: clipName(localIdOf(live)),
      parent: parent?.identity.actor ?? null,
      system: parent?.identity.system ?? name,
      src: clipSource(sourceNameOf(live) ?? chart?.chart.id),
      chart: chart?.key ?? null,
    };
    const actor: Actor = {
      identity,
      chart,
      redaction: chart?.redaction ?? this.#noChart,
      ref: new WeakRef(live),
      isAlive: true,
      value: null,
      context: {},
      base: { value: null, context: {} },
      records: 0,
    };
    this.#known.set(name, actor);
    this.#lost.register(live, actor, actor);
    return actor;
  }

  /** Reads where the actor stands now, as if nothing had been known of it. */
  rebase(actor: Actor, live: LiveActor): void {
    const snapshot = snapshotOf(live);
    actor.value = stateValueOf(snapshot);
    actor.context = actor.redaction.showsContext
      ? actor.redaction.context(snapshot && Reflect.get(snapshot, 'context'))
      : {};
    actor.base = { value: actor.value, context: actor.context };
  }

  /** A record of the actor is no longer kept. */
  dropped(record: InspectorRecord, actor: Actor): void {
    actor.records -= 1;
    if (record.kind === 'started') actor.base = { value: record.value, context: record.context };
    if (record.kind === 'transition') {
      actor.base = { value: record.to, context: { ...actor.base.context, ...record.context } };
    }
    this.#forgetUnlessNeeded(actor);
  }

  ended(actor: Actor): void {
    actor.isAlive = false;
    this.#lost.unregister(actor);
    this.#forgetUnlessNeeded(actor);
  }

  /** No record is kept any more: who is over is forgotten, and all others stand where they stand. */
  forgetRecords(): void {
    for (const actor of [...this.all]) {
      actor.records = 0;
      actor.base = { value: actor.value, context: actor.context };
      this.#forgetUnlessNeeded(actor);
    }
  }

  clear(): void {
    for (const actor of this.all) this.#lost.unregister(actor);
    this.#known.clear();
    this.charts.clear();
  }

  toJSON(): readonly KnownActor[] {
    return [...this.all].map(({ identity, isAlive, base }) => ({ ...identity, isAlive, ...base }));
  }

  #forgetUnlessNeeded(actor: Actor): void {
    if (actor.isAlive || actor.records > 0) return;
    if (!this.#known.delete(actor.identity.actor)) return;
    if (actor.chart) this.charts.release(actor.chart);
  }

  #freeName(sessionId: string): string {
    let name = sessionId;
    for (let number = 2; this.#known.has(name); number += 1) name = `${sessionId}~${number}`;
    return name;
  }
}

/** XState makes up a name for logic that stands in a machine itself. */
function clipSource(src: string | undefined): string | null {
  return src === undefined || src.startsWith('xstate.invoke.') ? null : clipName(src);
}

/** An actor and those above it, the root first. */
export function lineOf(live: LiveActor): readonly LiveActor[] {
  const line: LiveActor[] = [];
  for (let one: LiveActor | undefined = live; one !== undefined; one = parentOf(one)) line.unshift(one);
  return line;
}
