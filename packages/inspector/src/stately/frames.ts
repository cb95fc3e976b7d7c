import type { ChartDescription } from '../chartOf.ts';
import type { ActorIdentity, EventSummary, InspectorRecord, Json, JsonObject, KnownActor, Value } from '../records.ts';
import { definitionOf } from './definition.ts';

/** The protocol of @statelyai/inspect, in the version that is spoken here. */
const protocolVersion = '0.7.2';

interface CommonFrame {
  readonly sessionId: string;
  readonly rootId: string;
  readonly createdAt: string;
  readonly id: null;
  readonly _version: typeof protocolVersion;
}

interface FrameSnapshot {
  readonly status: 'active' | 'done' | 'error' | 'stopped';
  readonly value?: Value;
  readonly context: JsonObject;
  readonly output?: Json;
  /** The name of the error. */
  readonly error?: string | null;
}

type FrameEvent = JsonObject & { readonly type: string };

export type StatelyFrame =
  | (CommonFrame & {
      readonly type: '@xstate.actor';
      readonly name: string;
      readonly parentId?: string;
      readonly definition: string;
      readonly snapshot: FrameSnapshot;
    })
  | (CommonFrame & { readonly type: '@xstate.event'; readonly event: FrameEvent; readonly sourceId?: string })
  | (CommonFrame & { readonly type: '@xstate.snapshot'; readonly event: FrameEvent; readonly snapshot: FrameSnapshot });

interface State {
  readonly identity: ActorIdentity;
  readonly value: Value;
  /** By path. */
  readonly context: JsonObject;
  readonly event: FrameEvent;
}

const noEvent: FrameEvent = { type: '' };

/** Turns records into frames. It remembers where each living actor stands: a frame shows all of a snapshot. */
export class Frames {
  readonly #chart: (key: string) => ChartDescription | undefined;
  readonly #states = new Map<string, State>();

  constructor(chart: (key: string) => ChartDescription | undefined) {
    this.#chart = chart;
  }

  /** An actor, as it stands. */
  introduce(actor: Omit<KnownActor, 'isAlive'>, atMs: number): StatelyFrame {
    this.#remember(actor);
    return this.#actorFrame(actor.actor, atMs);
  }

  /** What has become of an actor before anybody is told. */
  pass(record: InspectorRecord): void {
    if (record.kind === 'started') this.#remember(record);
    if (record.kind === 'ended') this.#states.delete(record.actor);
    if (record.kind === 'transition') this.#move(record.actor, record);
  }

  /** All that are known now. */
  introduceAll(atMs: number): readonly StatelyFrame[] {
    return [...this.#states.keys()].map((actor) => this.#actorFrame(actor, atMs));
  }

  of(record: InspectorRecord): readonly StatelyFrame[] {
    switch (record.kind) {
      case 'started':
        return [this.introduce(record, record.atMs)];
      case 'transition': {
        this.#move(record.actor, record);
        return [this.#eventFrame(record), ...this.#snapshotFrame(record.actor, record.atMs, { status: 'active' })];
      }
      case 'undelivered':
        return [this.#eventFrame(record)];
      case 'ended': {
        const { error, how, output } = record;
        const status = how === 'lost' ? 'stopped' : how;
        const end = { status, ...(output === undefined ? {} : { output }), ...(how === 'error' ? { error } : {}) };
        const state = this.#states.get(record.actor);
        if (state && status === 'stopped') this.#states.set(record.actor, { ...state, event: { type: 'xstate.stop' } });
        const frames = this.#snapshotFrame(record.actor, record.atMs, end);
        this.#states.delete(record.actor);
        return frames;
      }
      case 'signal':
        return [];
    }
  }

  #remember({ value, context, ...identity }: Omit<KnownActor, 'isAlive'>): void {
    this.#states.set(identity.actor, { identity, value, context, event: noEvent });
  }

  #move(actor: string, { to, context, event }: Extract<InspectorRecord, { kind: 'transition' }>): void {
    const state = this.#states.get(actor);
    if (!state) return;
    this.#states.set(actor, {
      ...state,
      value: to,
      context: context === null ? state.context : { ...state.context, ...context },
      event: frameEvent(event),
    });
  }

  #actorFrame(actor: string, atMs: number): StatelyFrame {
    const { identity, value, context } = this.#states.get(actor) ?? unknownState(actor);
    const chart = identity.chart === null ? undefined : this.#chart(identity.chart);
    const name = identity.id === identity.sessionId && chart ? chart.id : identity.id;
    return {
      type: '@xstate.actor',
      ...this.#common(actor, atMs),
      name,
      ...(identity.parent === null ? {} : { parentId: identity.parent }),
      definition: chart ? definitionOf(chart) : JSON.stringify({ id: name }),
      snapshot: { status: 'active', ...(value === null ? {} : { value }), context: nested(context) },
    };
  }

  #eventFrame(record: Extract<InspectorRecord, { kind: 'transition' | 'undelivered' }>): StatelyFrame {
    return {
      type: '@xstate.event',
      ...this.#common(record.actor, record.atMs),
      event: frameEvent(record.event),
      ...(record.source === null ? {} : { sourceId: record.source }),
    };
  }

  #snapshotFrame(actor: string, atMs: number, end: Omit<FrameSnapshot, 'value' | 'context'>): readonly StatelyFrame[] {
    const state = this.#states.get(actor);
    if (!state) return [];
    const { value, context, event } = state;
    const snapshot = { ...(value === null ? {} : { value }), context: nested(context), ...end };
    return [{ type: '@xstate.snapshot', ...this.#common(actor, atMs), event, snapshot }];
  }

  #common(actor: string, atMs: number): CommonFrame {
    const rootId = this.#states.get(actor)?.identity.system ?? actor;
    return { sessionId: actor, rootId, createdAt: String(atMs), id: null, _version: protocolVersion };
  }
}

function unknownState(actor: string): State {
  const identity = { actor, sessionId: actor, id: actor, parent: null, system: actor, src: null, chart: null };
  return { identity, value: null, context: {}, event: noEvent };
}

function frameEvent({ type, fields }: EventSummary): FrameEvent {
  return fields === undefined ? { type } : { ...nested(fields), type };
}

/** `{ 'a.b': 1 }` as the page expects it: `{ a: { b: 1 } }`. */
function nested(paths: JsonObject): JsonObject {
  const root: Record<string, Json> = {};
  for (const [path, value] of Object.entries(paths)) {
    const keys = path.split('.');
    const last = keys.pop() ?? '';
    let owner: Record<string, Json> = root;
    for (const key of keys) {
      const below = owner[key];
      const isOpen = typeof below === 'object' && below !== null && !Array.isArray(below);
      const copy: Record<string, Json> = isOpen ? { ...(below as JsonObject) } : {};
      owner[key] = copy;
      owner = copy;
    }
    owner[last] = value;
  }
  return root;
}
