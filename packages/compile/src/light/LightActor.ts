import type {
  AnyActorLogic,
  AnyActorRef,
  AnyEventObject,
  AnyMachineSnapshot,
  InspectionEvent,
  Snapshot,
  Subscription,
} from 'xstate';
import { FewObservers, ObserverOfEnd, type Observers } from './FewObservers.ts';
import {
  ActorBehaviour,
  type Clock,
  type ExecutableAction,
  type InternalActorRef,
  type Listener,
  type Logger,
  notStarted,
  type Observer,
  type ProcessingStatus,
  reportUnhandled,
  running,
  sendTo,
  stopped,
} from './internals.ts';
import { LightSystem } from './LightSystem.ts';
import { bookSession, nameOf, type Session } from './session.ts';

/** What an actor is made with: XState's options. */
export interface LightOptions {
  readonly id?: string | undefined;
  readonly src?: unknown;
  readonly input?: unknown;
  readonly snapshot?: unknown;
  /** Another name of `snapshot`. */
  readonly state?: unknown;
  /** The session of the actor whose place it takes. Default: one of its own, booked when it is asked for. */
  readonly session?: Session | undefined;
  /** A snapshot that is neither made nor restored: the actor goes on from it. */
  readonly present?: Snapshot<unknown> | undefined;
  readonly systemId?: string | undefined;
  readonly syncSnapshot?: boolean | undefined;
  readonly parent?: LightActor | undefined;
  readonly clock?: Clock | undefined;
  readonly logger?: Logger | undefined;
  readonly inspect?: Observer<InspectionEvent> | ((event: InspectionEvent) => void) | undefined;
}

type Executor = (action: ExecutableAction) => void;

/** What all have in common that were let go together. */
export interface Sleep {
  /** Makes all of them again. */
  wake(): void;
}

/**
 * An actor of XState that holds little. What it does it inherits from XState's actors; what those keep ready for whoever subscribes,
 * listens or puts something off is made here for those who do.
 *
 * A1. Whatever XState reads or writes of an actor is here under its name, so that it never learns which kind it deals with.
 * A2. Events are handled one after the other, as in XState's mailbox: what is sent while one is handled waits.
 */
export class LightActor extends ActorBehaviour {
  readonly logic: AnyActorLogic;
  readonly src: unknown;
  readonly system: LightSystem;
  readonly _parent: LightActor | undefined;
  readonly _syncSnapshot: boolean | undefined;
  declare readonly systemId?: string;
  _snapshot: Snapshot<unknown> | undefined = undefined;
  _processingStatus: ProcessingStatus = notStarted;
  readonly #id: string | undefined;
  readonly #input: unknown;
  #session: Session | undefined;
  #observers: Observers | undefined;
  /** Whether anybody was ever to be told of a snapshot, and not of the end alone. */
  #isFollowed = false;
  #listeners: Map<string, Set<Listener>> | undefined;
  #deferred: (() => void)[] | undefined;
  /** What XState has put in the place of our own while it goes through a step. */
  #executor: Executor | undefined;
  #send: Listener | undefined;
  /** A2. */
  #first: Letter | undefined;
  #last: Letter | undefined;
  #isOpen = false;
  #isBusy = false;
  /** Somebody else makes a step for it. */
  #isHeld = false;
  /** What is below it was let go. */
  #sleep: Sleep | undefined;

  constructor(logic: AnyActorLogic, options: LightOptions) {
    super();
    const { id, inspect, parent, src = logic, systemId } = options;
    this.logic = logic;
    this.src = src;
    this._parent = parent;
    this.#id = id;
    this.#session = options.session;
    this.#input = options.input;
    this.system = parent ? parent.system : new LightSystem(asRef(this), options);
    this._syncSnapshot = options.syncSnapshot;
    if (inspect && !parent) this.system.inspect(inspect);
    this.system._sendInspectionEvent({ type: '@xstate.actor', actorRef: this });
    if (systemId) {
      this.systemId = systemId;
      this.system._set(systemId, asRef(this));
    }
    if (options.present) this._snapshot = options.present;
    else this._initState(options.snapshot ?? options.state);
    if (systemId && this._snapshot?.status !== 'active') this.system._unregister(asRef(this));
  }

  get id(): string {
    return this.#id ?? this.sessionId;
  }

  get input(): unknown {
    return this.#input;
  }

  get sessionId(): string {
    return nameOf(this.session);
  }

  get session(): Session {
    this.#session ??= bookSession();
    return this.#session;
  }

  get ref(): this {
    return this;
  }

  get clock(): Clock {
    return this.system._clock;
  }

  get logger(): Logger {
    return this.system._logger;
  }

  get options(): object {
    const { _parent: parent, _syncSnapshot: syncSnapshot, clock, logger, src, systemId } = this;
    return { clock, logger, devTools: false, id: this.#id, src, parent, syncSnapshot, systemId, input: this.#input };
  }

  /** May be taken from its actor and called by itself, and is always the same. */
  get send(): Listener {
    this.#send ??= (event) => sendTo(this, event);
    return this.#send;
  }

  set send(send: Listener) {
    this.#send = send;
  }

  override subscribe(observer: unknown, error?: unknown, complete?: unknown): Subscription {
    this.#observers ??= new FewObservers();
    const isFollower = typeof observer === 'function' || Object(observer).next !== undefined;
    this.#isFollowed ||= isFollower;
    const isOfEnd = typeof observer === 'object' && observer !== null && !isFollower;
    if (!isOfEnd || this._processingStatus === stopped) return super.subscribe(observer, error, complete);
    const ofEnd = new ObserverOfEnd(observer);
    this.#observers.add(ofEnd);
    return { unsubscribe: () => void this.observers.delete(ofEnd) };
  }

  override on(type: string, listener: Listener): Subscription {
    this.#listeners ??= new Map();
    return super.on(type, listener);
  }

  /** For whom a new snapshot is told of to nobody it is there, and that is all. */
  override update(snapshot: Snapshot<unknown>, event: AnyEventObject): void {
    const isSeen = this.#isFollowed || this.#deferred !== undefined || this.system.isInspected;
    if (isSeen || snapshot.status !== 'active') super.update(snapshot, event);
    else this._snapshot = snapshot;
    if (this.#deferred?.length === 0) this.#deferred = undefined;
  }

  get observers(): Observers {
    return this.#observers ?? nobody;
  }

  /** @xstate/react silences an actor with it that it is about to start again. */
  set observers(observers: Observers) {
    this.#observers = observers;
  }

  get eventListeners(): Map<string, Set<Listener>> {
    return this.#listeners ?? noListeners;
  }

  get _deferred(): (() => void)[] {
    return this.#deferred ?? nothing;
  }

  /** A1. Between two events an actor has nothing to say to its logic that it does not know itself. */
  get _actorScope(): this {
    return this;
  }

  get self(): this {
    return this;
  }

  /** What a scope has may be taken from it and called by itself. */
  get defer(): (effect: () => void) => void {
    return (effect) => {
      this.#deferred ??= [];
      this.#deferred.push(effect);
    };
  }

  get stopChild(): (child: InternalActorRef) => void {
    return (child) => {
      if (child._parent !== (asRef(this) as AnyActorRef)) {
        throw new Error(`Cannot stop child actor ${child.id} of ${this.id} because it is not a child`);
      }
      child._stop();
    };
  }

  get emit(): (event: AnyEventObject) => void {
    return (event) => {
      const told = [...(this.#listeners?.get(event.type) ?? []), ...(this.#listeners?.get('*') ?? [])];
      for (const listener of told) {
        try {
          listener(event);
        } catch (error) {
          reportUnhandled(error);
        }
      }
    };
  }

  get actionExecutor(): Executor {
    return this.#executor ?? ((action) => this.#execute(action));
  }

  set actionExecutor(executor: Executor) {
    this.#executor = executor;
  }

  /** Starts in the middle of a step that somebody else makes: what comes meanwhile waits for the end of it. */
  startWithin(): void {
    this.#isHeld = true;
    this.start();
  }

  /** It has come to `next`. */
  endStep(next: AnyMachineSnapshot, event: AnyEventObject): void {
    this.#isHeld = false;
    if (this._processingStatus === running) this.update(next, event);
    if (this._processingStatus === running) this.mailbox.start();
  }

  get isAsleep(): boolean {
    return this.#sleep !== undefined;
  }

  /** It runs, and nothing of it is under way: then nothing waits either. */
  get isQuiet(): boolean {
    return this.#isOpen && !this.#isBusy;
  }

  /** Somebody may ask for it, or is told of it. */
  get isKnown(): boolean {
    const isHeard = this.#listeners !== undefined && this.#listeners.size > 0;
    return this.systemId !== undefined || this.observers.size > 0 || isHeard;
  }

  /** From here on whatever is sent to it wakes what is below it first. */
  sleep(sleep: Sleep): void {
    this.#sleep = sleep;
  }

  /** What is sent while all are made again waits until they are there. */
  wake(): void {
    const sleep = this.#sleep;
    if (!sleep) return;
    this.#sleep = undefined;
    this.#isBusy = true;
    try {
      sleep.wake();
    } finally {
      this.#isBusy = false;
    }
    if (this.#first !== undefined) this.#flush();
  }

  /** Another goes on in its place. It was quiet. */
  letGo(): Snapshot<unknown> {
    this._processingStatus = stopped;
    return this.getSnapshot();
  }

  override _send(event: AnyEventObject): void {
    if (this._processingStatus === stopped) super._send(event);
    else this.#enqueue(event);
  }

  /** XState asks for it when an actor starts and when it stops. */
  get mailbox(): Mailbox {
    return {
      start: () => {
        if (this.#isHeld) return;
        this.#isOpen = true;
        this.#flush();
      },
      clear: () => this.#clear(),
      enqueue: (event) => this.#enqueue(event),
    };
  }

  set mailbox(_another: Mailbox) {
    this.#clear();
    this.#isOpen = false;
  }

  #enqueue(event: AnyEventObject): void {
    if (this.#sleep !== undefined) this.wake();
    const isFree = this.#isOpen && !this.#isBusy && this.#first === undefined;
    if (!isFree) {
      const letter: Letter = { event, next: undefined };
      if (this.#last) this.#last.next = letter;
      else this.#first = letter;
      this.#last = letter;
      if (this.#isOpen && !this.#isBusy) this.#flush();
      return;
    }
    this.#isBusy = true;
    try {
      this._process(event);
    } finally {
      this.#isBusy = false;
    }
    if (this.#first !== undefined) this.#flush();
  }

  #flush(): void {
    this.#isBusy = true;
    try {
      // What is processed may clear what waits.
      for (let letter = this.#first; letter !== undefined; letter = this.#first) {
        this.#first = letter.next;
        if (letter.next === undefined) this.#last = undefined;
        this._process(letter.event);
      }
    } finally {
      this.#isBusy = false;
    }
  }

  #clear(): void {
    this.#first = undefined;
    this.#last = undefined;
  }

  #execute({ exec, info, params, type }: ExecutableAction): void {
    const execute = (): void => {
      this.system._sendInspectionEvent({ type: '@xstate.action', actorRef: this, action: { type, params } });
      exec?.(info, params);
    };
    if (this._processingStatus === running) execute();
    else this.defer(execute);
  }
}

/** An event that waits. */
interface Letter {
  readonly event: AnyEventObject;
  next: Letter | undefined;
}

interface Mailbox {
  start(): void;
  clear(): void;
  enqueue(event: AnyEventObject): void;
}

/** Nothing is ever put into these. */
const nobody: Observers = new FewObservers();
const noListeners = new Map<string, Set<Listener>>();
const nothing: (() => void)[] = [];

/** Its public face is XState's. */
export function asRef(actor: LightActor): InternalActorRef {
  return actor as unknown as InternalActorRef;
}
