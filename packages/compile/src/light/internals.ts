import {
  Actor,
  type ActorOptions,
  type AnyActorLogic,
  type AnyActorRef,
  type AnyEventObject,
  createActor,
  fromCallback,
  type Observer,
  type Snapshot,
  type Subscription,
} from 'xstate';

/** What we use of XState's actors that is not public. One small chart that is run by both kinds tells whether it is still so (`isProvenLight`). */

export type { Observer };
export type Clock = NonNullable<ActorOptions<AnyActorLogic>['clock']>;
export type Logger = NonNullable<ActorOptions<AnyActorLogic>['logger']>;

/** An actor as actors and their system see each other. */
export interface InternalActorRef extends AnyActorRef {
  readonly systemId?: string | undefined;
  readonly _processingStatus: ProcessingStatus;
  _send(event: AnyEventObject): void;
  _stop(): unknown;
}

/** An event that waits for its time. */
export interface Scheduled {
  readonly source: InternalActorRef;
  readonly target: InternalActorRef;
  readonly event: AnyEventObject;
  readonly delay: number;
  readonly id: string;
  readonly startedAt: number;
}

export const notStarted = 0;
export const running = 1;
export const stopped = 2;
export type ProcessingStatus = typeof notStarted | typeof running | typeof stopped;

/** What an action comes to, as an actor is asked to do it. */
export interface ExecutableAction {
  readonly type: string;
  readonly info: unknown;
  readonly params: unknown;
  readonly exec: ((info: unknown, params: unknown) => void) | undefined;
}

export type Listener = (event: AnyEventObject) => void;

/** What XState's actors do. All that they hold they ask for by name, and do not mind where it comes from. */
interface Behaviour {
  _initState(persisted: unknown): void;
  _process(event: AnyEventObject): void;
  _send(event: AnyEventObject): void;
  update(snapshot: Snapshot<unknown>, event: AnyEventObject): void;
  subscribe(observer: unknown, error?: unknown, complete?: unknown): Subscription;
  on(type: string, listener: Listener): Subscription;
  start(): this;
  getSnapshot(): Snapshot<unknown>;
}

function Bare(): void {}
Bare.prototype = Actor.prototype;

/** XState's `send`, which looks at what is sent in its development build. */
export function sendTo(actor: object, event: AnyEventObject): void {
  Actor.prototype.send.call(actor as never, event as never);
}

/** XState's actors without what they hold. */
export const ActorBehaviour = Bare as unknown as new () => Behaviour;

/** XState's `sendBack`. */
export function relay(source: AnyActorRef, target: AnyActorRef, event: AnyEventObject): void {
  (source.system as object as { _relay(...relayed: readonly unknown[]): void })._relay(source, target, event);
}

/** Of a logic whose actor may be let go, and another go on from its snapshot: `start` is called anew with that other as `self`. */
export interface MovableLogic {
  readonly isMovable: true;
}

export function isMovable(logic: AnyActorLogic): boolean {
  return 'isMovable' in logic;
}

interface OfXState {
  readonly clock: Clock;
  readonly logger: Logger;
  readonly system: { _bookId(): string };
}

/** One of XState's own actors: it has what XState gives to those who say nothing, and the counter of all session ids of a process. */
export function ofXState(): OfXState {
  one ??= createActor(fromCallback(() => undefined)) as object as OfXState;
  return one;
}

let one: OfXState | undefined;

/** As XState does: to the process, and not to who happened to send the event. */
export function reportUnhandled(error: unknown): void {
  const rethrow = (): never => {
    throw error;
  };
  ofXState().clock.setTimeout(rethrow, 0);
}
