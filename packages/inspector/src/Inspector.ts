import type { InspectionEvent } from 'xstate';
import type { Actor } from './Actors.ts';
import { Collector } from './Collector.ts';
import type { ChartDescription } from './chartOf.ts';
import { InspectorOptionError } from './errors.ts';
import { History, type HistoryOptions } from './History.ts';
import { isOver, type LiveActor, parentOf, systemOf } from './liveActor.ts';
import {
  type ActorIdentity,
  type InspectorRecord,
  type JsonObject,
  type Session,
  sessionFormat,
  sessionVersion,
  type Value,
} from './records.ts';
import { Redaction, type RedactionOptions } from './redaction/Redaction.ts';
import { type Sendable, sendableOf } from './Sendable.ts';
import { type BatchListener, Subscribers, type Subscription } from './Subscribers.ts';
import { readSignal } from './signal.ts';
import { Watches } from './Watches.ts';

export interface InspectorOptions extends RedactionOptions {
  /** How much is kept. */
  readonly history?: HistoryOptions | undefined;
  /**
   * When records are made. `always`, or `viewed`: only while somebody subscribes; the history then begins with the first of them and is
   * forgotten with the last, and actors that are watched (`watch`) cost nothing in between. Default `always`.
   */
  readonly record?: 'always' | 'viewed' | undefined;
  /** Time stamps of records, in milliseconds. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** An actor that is alive. */
export interface AliveActor extends ActorIdentity {
  readonly value: Value;
  /** What is allowed of its context, by path. */
  readonly context: JsonObject;
}

/** What became of the records so far. */
export interface InspectorCounts {
  readonly records: number;
  readonly kept: number;
  /** Estimated size of those that are kept. */
  readonly bytes: number;
  readonly dropped: number;
  /** Errors that came up while watching, its listeners' among them. None of them has reached an actor. */
  readonly failures: number;
}

/**
 * Watches actors of XState.
 *
 * I1. Nothing is thrown into what is watched, and no code of the app's is run by it.
 * I2. What leaves has gone through the Redaction.
 * I3. Viewers read from the one bounded history; a slow one misses records, and nothing is buffered for it.
 */
export class Inspector implements Disposable {
  readonly #collector: Collector;
  readonly #history: History<Actor | undefined>;
  readonly #redaction: Redaction;
  readonly #now: () => number;
  readonly #always: boolean;
  readonly #watches: Watches;
  readonly #subscribers: Subscribers;
  readonly #inspected = new WeakSet<LiveActor>();
  readonly #vitals = new WeakMap<LiveActor, () => unknown>();
  #isDisposed = false;
  #failures = 0;

  /** @throws InspectorOptionError */
  constructor(options: InspectorOptions) {
    const { record = 'always', now = () => Date.now() } = options;
    if (record !== 'always' && record !== 'viewed') {
      throw new InspectorOptionError(`record: expected "always" or "viewed", got ${JSON.stringify(record)}.`);
    }
    if (typeof now !== 'function') {
      throw new InspectorOptionError(`now: expected a function that returns milliseconds, got ${typeof now}.`);
    }
    this.#always = record === 'always';
    this.#now = now;
    this.#redaction = new Redaction(options);
    const emit = (made: InspectorRecord, actor: Actor | undefined): void => this.#keep(made, actor);
    this.#collector = new Collector({ redaction: this.#redaction, now, emit }, this.#always);
    this.#history = new History(options.history ?? {}, (dropped, actor) => {
      if (actor) this.#collector.actors.dropped(dropped, actor);
    });
    const onServe = (): void => this.#collector.lookAtOpen();
    this.#subscribers = new Subscribers(this.#history, { guard: (act) => this.#guard(act), onServe });
    this.#watches = new Watches((event) => this.#handle(event));
  }

  /** For `createActor(…, { inspect })`. */
  readonly inspect = (event: InspectionEvent): void => {
    if (event.type === '@xstate.actor') this.#inspected.add(event.actorRef);
    this.#handle(event);
  };

  /**
   * Watches a root and all below it, from before its start or from now on; `createMessaging({ inspect: inspector })` calls it for each
   * instance, with `vitals`. With `record: 'viewed'` it is only looked at while somebody subscribes: until then its
   * events cost nothing at all, as if there were no inspector. The inspector does not keep it alive.
   */
  watch(root: LiveActor, vitals?: () => unknown): Subscription {
    const nothing = { unsubscribe: () => undefined };
    if (this.#isDisposed || this.#inspected.has(root)) return nothing;
    if (parentOf(root) !== undefined || systemOf(root) === undefined) {
      throw new InspectorOptionError('watch: expected a root actor of XState 5, as createActor returns it.');
    }
    if (vitals) this.#vitals.set(root, vitals);
    const watch = this.#watches.add(root);
    if (this.#collector.isRecording) {
      this.#watches.attach();
      this.#guard(() => this.#collector.adopt(root));
    }
    return watch;
  }

  /**
   * Takes down a telemetry event of Holdfast: `createMessaging({ observer: inspector.signal })`. Its measurements are numbers; of its
   * metadata, numbers and codes are kept.
   */
  readonly signal = (event: unknown): void => {
    if (this.#isDisposed || !this.#collector.isRecording) return;
    this.#guard(() => {
      const signal = readSignal(event, this.#redaction);
      if (signal) this.#collector.signal(signal);
    });
  };

  /**
   * `listener` gets what comes from now on, in batches, after what runs now has come to its end. What was before is in `toJSON()`: called
   * in the same turn, nothing is missed between the two.
   */
  subscribe(listener: BatchListener): Subscription {
    if (this.#isDisposed) return { unsubscribe: () => undefined };
    if (!this.#collector.isRecording) this.#wake();
    const remove = this.#subscribers.add(listener);
    return {
      unsubscribe: () => {
        if (remove() && this.#subscribers.isEmpty && !this.#always) this.#sleep();
      },
    };
  }

  /** Those that are alive. */
  actors(): readonly AliveActor[] {
    this.#readLive();
    const alive = [...this.#collector.actors.all].filter(({ isAlive }) => isAlive);
    return alive.map(({ identity, value, context }) => ({ ...identity, value, context }));
  }

  /** How an instance of Holdfast is now, by its name in records: numbers and levels. Undefined where nothing is known of it. */
  vitals(actor: string): JsonObject | undefined {
    const live = this.#collector.actors.get(actor)?.ref.deref();
    const ask = live && !isOver(live) ? this.#vitals.get(live) : undefined;
    const told: unknown = ask && this.#guard(ask);
    return typeof told === 'object' && told !== null ? this.#redaction.vitals(told) : undefined;
  }

  /** For who may send to an actor, by its name in records. Undefined when it is over, or is none of those that are watched. */
  sendable(actor: string): Sendable | undefined {
    const known = this.#collector.actors.get(actor);
    const live = known?.ref.deref();
    if (known === undefined || live === undefined || !known.isAlive || isOver(live)) return undefined;
    const { send, ...sendable } = sendableOf(known, live);
    return { ...sendable, send: (event) => this.#guard(() => send(event)) };
  }

  /** A chart that actors name. */
  chart(key: string): ChartDescription | undefined {
    return this.#collector.actors.charts.get(key);
  }

  get counts(): InspectorCounts {
    const { total, size, bytes, dropped } = this.#history;
    return { records: total, kept: size, bytes, dropped, failures: this.#failures };
  }

  /** Everything that is known, as plain JSON; `readSession` reads it again. */
  toJSON(): Session {
    this.#readLive();
    const { actors } = this.#collector;
    return {
      format: sessionFormat,
      version: sessionVersion,
      exportedAtMs: this.#now(),
      actors: actors.toJSON(),
      charts: actors.charts.toJSON(),
      records: this.#history.since(0).records,
      dropped: { records: this.#history.dropped },
    };
  }

  /** Looks no more, and forgets everything. `inspect` may go on being called. */
  [Symbol.dispose](): void {
    this.#isDisposed = true;
    this.#subscribers.clear();
    this.#watches.clear();
    this.#history.clear();
    this.#collector.pause();
    this.#collector.actors.clear();
  }

  #handle(event: InspectionEvent): void {
    if (this.#isDisposed) return;
    try {
      this.#collector.handle(event);
    } catch {
      this.#failures += 1; // I1
    }
    if (event.type === '@xstate.event') this.#subscribers.serveSoon(); // A root that breaks says nothing more.
  }

  #keep(record: InspectorRecord, actor: Actor | undefined): void {
    this.#history.push(record, actor);
    this.#subscribers.serveSoon();
  }

  #readLive(): void {
    if (this.#isDisposed) return;
    this.#guard(() => {
      for (const root of this.#watches.roots()) this.#collector.adopt(root);
      this.#collector.refresh();
    });
  }

  #wake(): void {
    this.#guard(() => {
      for (const root of this.#watches.roots()) this.#collector.adopt(root);
      this.#collector.resume();
    });
    this.#watches.attach();
  }

  #sleep(): void {
    this.#watches.detach();
    this.#collector.pause();
    this.#history.clear();
    this.#collector.actors.forgetRecords();
  }

  /** I1 */
  #guard<Result>(look: () => Result): Result | undefined {
    try {
      return look();
    } catch {
      this.#failures += 1;
      return undefined;
    }
  }
}

/** @throws InspectorOptionError that names the option */
export function createInspector(options: InspectorOptions = {}): Inspector {
  return new Inspector(options);
}
