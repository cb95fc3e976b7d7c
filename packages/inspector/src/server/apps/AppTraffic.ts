import { History } from '../../History.ts';
import type { AliveActor } from '../../Inspector.ts';
import { type InspectorRecord, type JsonObject, type Session, sessionFormat, sessionVersion } from '../../records.ts';
import { errorName } from '../../redaction/plain.ts';
import { clipName, Redaction, type RedactionOptions } from '../../redaction/Redaction.ts';
import { type BatchListener, Subscribers, type Subscription } from '../../Subscribers.ts';
import type { RecordSource } from '../serverOptions.ts';
import { AppActor, changesOf, readValue, type Standing } from './AppActor.ts';
import { AppCharts } from './AppCharts.ts';
import { type AppFrame, type Fields, type FrameEvent, readAppFrame } from './AppFrame.ts';

/** What became of the frames of all apps. */
export interface AppCounts {
  readonly frames: number;
  /** Frames that were none, spoke of an actor that is not known, or were one actor too many. */
  readonly refused: number;
}

/** One app's connection. */
export interface AppLine {
  receive(text: string): void;
  close(): void;
}

/**
 * Makes records of what apps send with @statelyai/inspect, as an `Inspector` makes them of what runs beside it.
 *
 * A1. What is shown has gone through the Redaction: of context, events and output what is allowed, of a definition its chart.
 * A2. Whatever an app sends, nothing is thrown, and everything that is kept has a bound.
 */
export class AppTraffic implements RecordSource {
  readonly #redaction: Redaction;
  readonly #charts: AppCharts;
  readonly #actors = new Map<string, AppActor>();
  readonly #history: History<AppActor>;
  readonly #subscribers: Subscribers;
  readonly #maxActors: number;
  readonly #sources = new Map<string, string | null>();
  #lines = 0;
  #seq = 0;
  #counts = { frames: 0, refused: 0 };

  constructor(redaction: RedactionOptions, maxActors: number) {
    this.#redaction = new Redaction(redaction);
    this.#charts = new AppCharts(this.#redaction);
    this.#maxActors = maxActors;
    this.#history = new History({}, (record, actor) => {
      actor.dropped(record);
      this.#forgetUnused(actor);
    });
    const guard = (act: () => void): void => act();
    this.#subscribers = new Subscribers(this.#history, { guard, onServe: () => undefined });
  }

  get counts(): AppCounts {
    return { ...this.#counts };
  }

  connect(): AppLine {
    this.#lines += 1;
    const line = `app${this.#lines}/`;
    return {
      receive: (text) => {
        this.#counts.frames += 1;
        const frame = readAppFrame(text);
        if (frame === undefined || !this.#take(frame, line)) this.#counts.refused += 1;
      },
      close: () => {
        for (const [name, actor] of this.#actors)
          if (name.startsWith(line) && actor.isAlive) this.#end(actor, { how: 'lost', error: null });
      },
    };
  }

  subscribe(listener: BatchListener): Subscription {
    const remove = this.#subscribers.add(listener);
    return { unsubscribe: () => void remove() };
  }

  actors(): readonly AliveActor[] {
    const alive = [...this.#actors.values()].filter(({ isAlive }) => isAlive);
    return alive.map(({ identity, now }) => ({ ...identity, ...now }));
  }

  chart(key: string): ReturnType<AppCharts['get']> {
    return this.#charts.get(key);
  }

  toJSON(): Session {
    return {
      format: sessionFormat,
      version: sessionVersion,
      exportedAtMs: Date.now(),
      actors: [...this.#actors.values()].map((actor) => actor.toJSON()),
      charts: this.#charts.toJSON(),
      records: this.#history.since(0).records,
      dropped: { records: this.#history.dropped },
    };
  }

  #take(frame: AppFrame, line: string): boolean {
    const name = line + clipName(frame.sessionId);
    if (frame.type === '@xstate.actor') return this.#start(frame, name, line);
    const actor = this.#actors.get(name);
    if (actor === undefined) return false;
    if (frame.type === '@xstate.event') {
      this.#sources.set(name, frame.sourceId === undefined ? null : line + clipName(frame.sourceId));
      return true;
    }
    this.#move(actor, frame.event, frame.snapshot);
    return true;
  }

  #start(frame: Extract<AppFrame, { type: '@xstate.actor' }>, actor: string, line: string): boolean {
    if (this.#actors.get(actor)?.isAlive || this.#actors.size >= this.#maxActors) return false; // A2
    const chart = this.#charts.use(frame.definition);
    const parent = frame.parentId === undefined ? null : line + clipName(frame.parentId);
    const identity = {
      actor,
      sessionId: clipName(frame.sessionId),
      id: clipName(frame.name),
      parent,
      system: this.#actors.get(parent ?? '')?.identity.system ?? actor,
      src: null,
      chart: chart ? this.#charts.keyOf(chart) : null,
    };
    const standing = this.#standingOf(frame.snapshot, chart);
    const added = new AppActor(identity, chart, standing);
    this.#actors.set(actor, added);
    this.#push({ kind: 'started', ...this.#stamp(), ...identity, ...standing, wasRunning: false }, added);
    return true;
  }

  #move(actor: AppActor, event: FrameEvent, snapshot: Fields): void {
    const { now: before } = actor;
    const after = this.#standingOf(snapshot, actor.chart);
    actor.now = after;
    const name = actor.identity.actor;
    const stamp = this.#stamp();
    this.#push(
      {
        kind: 'transition',
        ...stamp,
        sent: stamp.seq,
        actor: name,
        event: this.#redaction.for(actor.chart?.chart).event(event),
        source: this.#sources.get(name) ?? null,
        from: before.value,
        to: after.value,
        microsteps: [],
        actions: [],
        ignored: null,
        context: changesOf(before.context, after.context),
      },
      actor,
    );
    this.#sources.delete(name);
    const { status } = snapshot;
    if (status === 'done' || status === 'error' || status === 'stopped')
      this.#end(
        actor,
        { how: status, error: status === 'error' ? nameOfError(snapshot['error']) : null },
        snapshot['output'],
      );
  }

  #end(
    actor: AppActor,
    end: { readonly how: 'done' | 'error' | 'stopped' | 'lost'; readonly error: string | null },
    output?: unknown,
  ): void {
    actor.isAlive = false;
    const shown = this.#redaction.output(output);
    const told = output === undefined || shown === undefined ? {} : { output: shown };
    this.#push({ kind: 'ended', ...this.#stamp(), actor: actor.identity.actor, ...end, ...told }, actor);
  }

  /** A1 */
  #standingOf(snapshot: Fields, chart: AppActor['chart']): Standing {
    const redaction = chart?.redaction ?? this.#redaction.for(undefined);
    const context: JsonObject = redaction.context(snapshot['context']);
    return { value: readValue(snapshot['value'], chart), context };
  }

  #stamp(): { readonly seq: number; readonly atMs: number } {
    this.#seq += 1;
    return { seq: this.#seq, atMs: Date.now() };
  }

  #push(record: InspectorRecord, actor: AppActor): void {
    actor.kept += 1;
    this.#history.push(record, actor);
    this.#subscribers.serveSoon();
  }

  #forgetUnused(actor: AppActor): void {
    const { identity, isAlive, kept } = actor;
    if (isAlive || kept > 0) return;
    if (actor.chart) this.#charts.release(actor.chart);
    if (this.#actors.get(identity.actor) !== actor) return; // Another has its name.
    this.#actors.delete(identity.actor);
    this.#sources.delete(identity.actor);
  }
}

/** As an error's name, or nothing: in JSON an error is whatever its maker makes of it. */
function nameOfError(error: unknown): string {
  const name: unknown = typeof error === 'object' && error !== null ? Reflect.get(error, 'name') : undefined;
  if (typeof name !== 'string') return 'Error';
  return errorName(Object.assign(new Error(), { name }));
}
