import type { ChartDescription } from '../../chartOf.ts';
import type { ActorIdentity, InspectorRecord, JsonObject, KnownActor, Session, Value } from '../../records.ts';
import type { ServerMessage, SourceName } from '../protocol.ts';

/** Where an actor stands. */
export interface Standing {
  readonly value: Value;
  readonly context: JsonObject;
  /** Null while it is alive. */
  readonly ended: 'done' | 'error' | 'stopped' | 'lost' | null;
}

export interface ModelActor {
  readonly identity: ActorIdentity;
  /** Before the oldest entry that is kept. */
  before: Standing;
  now: Standing;
  /** Numbers of the entries that speak of it, rising. */
  readonly entries: number[];
}

/** How many records a page keeps. The oldest go, a few at a time. */
const mostEntries = 20_000;
const goTogether = 2_000;
const unknownEnd = 'stopped';

/** All that a page knows. Entries are numbered as they come; `standingAt` tells where an actor stood after any of them. */
export class Model {
  readonly actors = new Map<string, ModelActor>();
  readonly charts = new Map<string, ChartDescription>();
  /** The root with this id of an instance, which signals name. */
  readonly #instances = new Map<string, string>();
  /** Actors of other programs. */
  readonly #foreign = new Set<string>();
  readonly #seen = new Map<SourceName, number>();
  #entries: InspectorRecord[] = [];
  #first = 0;
  #untold: InspectorRecord[] | undefined;
  /** Records that there were, and are not here. */
  missed = 0;
  dropped = 0;
  /** The types of events that may be sent to actors of the program. */
  sendable: readonly string[] = [];
  /** It was read from a session. */
  isFile = false;

  /** The number of the oldest entry, and the one after the newest. */
  get first(): number {
    return this.#first;
  }

  get end(): number {
    return this.#first + this.#entries.length;
  }

  entry(number: number): InspectorRecord | undefined {
    return this.#entries[number - this.#first];
  }

  /** Everything anew: the server begins. */
  clear(): void {
    this.actors.clear();
    this.charts.clear();
    this.#instances.clear();
    this.#foreign.clear();
    this.#seen.clear();
    this.#entries = [];
    this.#first = 0;
    this.#untold = [];
    this.missed = 0;
    this.dropped = 0;
  }

  take(message: ServerMessage): void {
    switch (message.type) {
      case 'begin':
        if (this.#untold === undefined) this.clear();
        this.dropped += message.dropped;
        return;
      case 'chart':
        this.charts.set(message.key, message.chart);
        return;
      case 'actors':
        for (const actor of message.actors) {
          if (message.source === 'apps') this.#foreign.add(actor.actor);
          this.#know(actor);
        }
        return;
      case 'records':
        this.missed += message.missed;
        return this.#takeRecords(message.source, message.records);
      case 'ready': {
        const past = this.#untold ?? [];
        this.sendable = message.sendable;
        this.#untold = undefined;
        for (const record of past.sort((one, other) => one.atMs - other.atMs)) this.#add(record);
      }
    }
  }

  load(session: Session): void {
    this.clear();
    this.sendable = [];
    this.isFile = true;
    this.dropped = session.dropped.records;
    for (const [key, chart] of Object.entries(session.charts)) this.charts.set(key, chart);
    for (const actor of session.actors) this.#know(actor);
    this.#untold = undefined;
    for (const record of session.records) this.#add(record);
  }

  /** The roots, in the order in which they came. */
  roots(): readonly ModelActor[] {
    return [...this.actors.values()].filter(({ identity }) => identity.parent === null);
  }

  /** An actor and all below it, parents first. */
  family(actor: string): readonly ModelActor[] {
    const members = new Set([actor]);
    return [...this.actors.values()].filter(({ identity }) => {
      if (identity.parent !== null && members.has(identity.parent)) members.add(identity.actor);
      return members.has(identity.actor);
    });
  }

  /** Whether it is alive now, in the program that serves this page. */
  isLive({ identity, now }: ModelActor): boolean {
    return !this.isFile && now.ended === null && !this.#foreign.has(identity.actor);
  }

  /** Whether it may be sent to now. */
  canSendTo(actor: ModelActor): boolean {
    return this.sendable.length > 0 && this.isLive(actor);
  }

  /** Whose entry it is: of a signal, the instance's. */
  ownerOf(record: InspectorRecord): string | undefined {
    if (record.kind !== 'signal') return record.actor;
    return record.instanceId === null ? undefined : this.#instances.get(record.instanceId);
  }

  standingAt(actor: ModelActor, moment: number | null): Standing {
    if (moment === null) return actor.now;
    let standing = actor.before;
    for (const number of actor.entries) {
      if (number > moment) break;
      const record = this.entry(number);
      if (record) standing = after(standing, record);
    }
    return standing;
  }

  #know({ context, isAlive, value, ...identity }: KnownActor): void {
    const before = { value, context, ended: null };
    const now = { ...before, ended: isAlive ? null : (unknownEnd as 'stopped') };
    this.actors.set(identity.actor, { identity, before, now, entries: [] });
    this.#nameInstance(identity.actor, context);
  }

  #takeRecords(source: SourceName, records: readonly InspectorRecord[]): void {
    for (const record of records) {
      if (record.seq <= (this.#seen.get(source) ?? 0)) continue;
      this.#seen.set(source, record.seq);
      if (source === 'apps' && record.kind === 'started') this.#foreign.add(record.actor);
      if (this.#untold) this.#untold.push(record);
      else this.#add(record);
    }
  }

  #add(record: InspectorRecord): void {
    const number = this.end;
    this.#entries.push(record);
    if (record.kind === 'started' && !this.actors.has(record.actor))
      this.#know({ ...identityOf(record), value: null, context: {}, isAlive: true });
    const actor = this.actors.get(this.ownerOf(record) ?? '');
    actor?.entries.push(number);
    if (actor) actor.now = after(actor.now, record);
    if (record.kind === 'started') this.#nameInstance(record.actor, record.context);
    if (this.#entries.length > mostEntries + goTogether) this.#drop();
  }

  #drop(): void {
    const gone = this.#entries.splice(0, goTogether);
    this.#first += gone.length;
    this.dropped += gone.length;
    const over: ModelActor[] = [];
    for (const record of gone) {
      const actor = this.actors.get(this.ownerOf(record) ?? '');
      if (actor === undefined) continue;
      actor.entries.shift();
      actor.before = after(actor.before, record);
      if (actor.now.ended !== null && actor.entries.length === 0) over.push(actor);
    }
    for (const actor of over) this.#forget(actor);
    if (over.length > 0) this.#forgetUnusedCharts();
  }

  #forget({ before, identity: { actor } }: ModelActor): void {
    this.actors.delete(actor);
    this.#foreign.delete(actor);
    const id = before.context['instance.id'];
    if (typeof id === 'string' && this.#instances.get(id) === actor) this.#instances.delete(id);
  }

  #forgetUnusedCharts(): void {
    const used = new Set([...this.actors.values()].map(({ identity }) => identity.chart));
    for (const key of this.charts.keys()) if (!used.has(key)) this.charts.delete(key);
  }

  #nameInstance(actor: string, context: JsonObject): void {
    const id = context['instance.id'];
    if (typeof id === 'string') this.#instances.set(id, actor);
  }
}

function after(standing: Standing, record: InspectorRecord): Standing {
  switch (record.kind) {
    case 'started':
      return { value: record.value, context: record.context, ended: null };
    case 'transition': {
      const context = record.context === null ? standing.context : withChanges(standing.context, record.context);
      return { value: record.to, context, ended: null };
    }
    case 'ended':
      return { ...standing, ended: record.how };
    default:
      return standing;
  }
}

function withChanges(context: JsonObject, changes: JsonObject): JsonObject {
  return { ...context, ...changes };
}

function identityOf({ actor, chart, id, parent, sessionId, src, system }: ActorIdentity): ActorIdentity {
  return { actor, chart, id, parent, sessionId, src, system };
}
