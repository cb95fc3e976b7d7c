import { type AnyActorRef, type AnyEventObject, type InspectionEvent, toObserver } from 'xstate';
import {
  type Clock,
  type InternalActorRef,
  type Logger,
  type Observer,
  ofXState,
  type Scheduled,
} from './internals.ts';
import { keyOf, Schedule, type Waiting } from './Schedule.ts';

/** What a root actor is given, and all below it share. Default: XState's. */
interface Surroundings {
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
}

/**
 * XState's actor system, of which most actors need nothing: what names, inspectors and timers take is there once there are any.
 *
 * Y1. It does what XState's own does, in its order, and is asked by the same names.
 */
export class LightSystem {
  readonly _clock: Clock;
  readonly _logger: Logger;
  readonly #root: InternalActorRef;
  #named: Map<string, InternalActorRef> | undefined;
  #inspectors: Set<Observer<InspectionEvent>> | undefined;
  #scheduled: Schedule | undefined;
  #toSchedule: readonly Scheduled[] | undefined;

  constructor(root: InternalActorRef, { clock = ofXState().clock, logger = ofXState().logger }: Surroundings) {
    this.#root = root;
    this._clock = clock;
    this._logger = logger;
  }

  get isInspected(): boolean {
    return this.#inspectors !== undefined && this.#inspectors.size > 0;
  }

  /** These four may be taken from their system and called by themselves, as XState's. */
  get get(): (systemId: string) => AnyActorRef | undefined {
    return (systemId) => this.#named?.get(systemId);
  }

  get getAll(): () => Record<string, AnyActorRef> {
    return () => Object.fromEntries(this.#named ?? []);
  }

  get inspect(): (observer: Inspector) => { unsubscribe(): void } {
    return (observer) => {
      this.#inspectors ??= new Set();
      const inspector = toObserver(observer);
      this.#inspectors.add(inspector);
      return { unsubscribe: () => void this.#inspectors?.delete(inspector) };
    };
  }

  get getSnapshot(): () => SystemSnapshot {
    return () => {
      const all = this.#scheduled?.all() ?? [];
      const events = all.map(({ next: _, timer: __, ...scheduled }) => [keyOf(scheduled), scheduled] as const);
      return { _scheduledEvents: Object.fromEntries(events) };
    };
  }

  get _snapshot(): SystemSnapshot {
    return this.getSnapshot();
  }

  /** Whoever stops a root to start it again hands back here what was scheduled, as @xstate/react does. */
  set _snapshot({ _scheduledEvents: events }: SystemSnapshot) {
    this.#toSchedule = Object.values(events);
  }

  start(): void {
    const events = this.#toSchedule ?? [];
    this.#toSchedule = undefined;
    for (const { delay, event, id, source, target } of events) this.schedule(source, target, event, delay, id);
  }

  get scheduler(): this {
    return this;
  }

  /** Of XState's scheduler, as are `cancel` and `cancelAll`. */
  schedule(source: InternalActorRef, target: InternalActorRef, ...[event, delay, given]: WhatAndWhen): void {
    const id = given ?? Math.random().toString(36).slice(2);
    const startedAt = Date.now();
    this.#wait({ source, target, event, delay, id, startedAt, timer: undefined, next: undefined });
  }

  /** What the timer stands on is kept until it fires: it is nothing but these two. */
  #wait(waiting: Waiting): void {
    waiting.timer = this._clock.setTimeout(() => this.#fire(waiting), waiting.delay);
    this.#scheduled ??= new Schedule();
    this.#scheduled.set(waiting);
  }

  #fire({ event, id, source, target }: Waiting): void {
    this.#scheduled?.take(source, id);
    this._relay(source, target, event);
  }

  cancel(source: InternalActorRef, id: string): void {
    const waiting = this.#scheduled?.take(source, id);
    if (waiting) this._clock.clearTimeout(waiting.timer);
  }

  cancelAll(source: InternalActorRef): void {
    for (const waiting of this.#scheduled?.all() ?? []) {
      if (waiting.source === source) this.cancel(source, waiting.id);
    }
  }

  /** Whoever has taken an actor's place, and has its session, waits in it. */
  handOver(successors: ReadonlyMap<InternalActorRef, InternalActorRef>): void {
    for (const waiting of this.#scheduled?.all() ?? []) {
      waiting.source = successors.get(waiting.source) ?? waiting.source;
      waiting.target = successors.get(waiting.target) ?? waiting.target;
    }
  }

  _bookId(): string {
    return ofXState().system._bookId();
  }

  /** XState keeps a list of running actors that nobody can ask for. */
  _register(sessionId: string): string {
    return sessionId;
  }

  /** A name that another has by now stays that one's. */
  _unregister(actor: InternalActorRef): void {
    const { systemId } = actor;
    if (systemId !== undefined && this.#named?.get(systemId) === actor) this.#named.delete(systemId);
  }

  _set(systemId: string, actor: InternalActorRef): void {
    this.#named ??= new Map();
    const present = this.#named.get(systemId);
    if (present && present !== actor) throw new Error(`Actor with system ID '${systemId}' already exists.`);
    this.#named.set(systemId, actor);
  }

  _relay(source: InternalActorRef | undefined, target: InternalActorRef, event: AnyEventObject): void {
    if (this.isInspected) {
      this._sendInspectionEvent({ type: '@xstate.event', sourceRef: source, actorRef: target, event });
    }
    target._send(event);
  }

  _sendInspectionEvent(event: object): void {
    if (this.#inspectors === undefined || this.#inspectors.size === 0) return;
    const told = { ...event, rootId: this.#root.sessionId } as InspectionEvent;
    for (const inspector of this.#inspectors) inspector.next?.(told);
  }
}

type Inspector = Parameters<typeof toObserver<InspectionEvent>>[0];

interface SystemSnapshot {
  readonly _scheduledEvents: Readonly<Record<string, Scheduled>>;
}

type WhatAndWhen = readonly [event: AnyEventObject, delay: number, id?: string];
