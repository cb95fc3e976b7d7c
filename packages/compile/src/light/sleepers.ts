import type { AnyActorLogic, AnyEventObject, AnyMachineSnapshot, Snapshot } from 'xstate';
import { type InternalActorRef, isMovable } from './internals.ts';
import { asRef, LightActor } from './LightActor.ts';
import { nameOf, type Session } from './session.ts';

/** Who has taken whose place. */
export type Successors = Map<InternalActorRef, InternalActorRef>;

type Children = AnyMachineSnapshot['children'];

/**
 * A child that was let go: what it takes to make it again, and what stands for it meanwhile with its parent, its children, its timers and
 * the object that does its work. What is sent to it wakes it.
 */
class Sleeper {
  readonly id: string;
  readonly src: unknown;
  readonly _parent: InternalActorRef;
  /** Not true: nobody is told of it. */
  readonly _syncSnapshot: boolean | undefined;
  readonly #session: Session;
  readonly #logic: AnyActorLogic;
  readonly #input: unknown;
  readonly #snapshot: Snapshot<unknown>;
  /** With it all are made again. */
  readonly #root: LightActor;
  #successor: LightActor | undefined;

  constructor(actor: LightActor, parent: InternalActorRef, { root, successors }: Falling) {
    this.id = actor.id;
    this.src = actor.src;
    this._parent = parent;
    this._syncSnapshot = actor._syncSnapshot;
    this.#session = actor.session;
    this.#logic = actor.logic;
    this.#input = actor.input;
    this.#root = root;
    successors.set(asRef(actor), this.ref);
    const snapshot = actor.letGo();
    this.#snapshot = hasChildren(snapshot) ? layDown(snapshot, this.ref, { root, successors }) : snapshot;
    // An object that works for it reports by it from here on.
    if (isMovable(this.#logic)) this.#logic.start?.(snapshot, { self: this.ref } as never);
  }

  get ref(): InternalActorRef {
    return this as unknown as InternalActorRef;
  }

  get system(): InternalActorRef['system'] {
    return this._parent.system;
  }

  get sessionId(): string {
    return nameOf(this.#session);
  }

  getSnapshot(): Snapshot<unknown> {
    return this.#successor?.getSnapshot() ?? this.#snapshot;
  }

  getPersistedSnapshot(options?: unknown): Snapshot<unknown> {
    return this.#logic.getPersistedSnapshot(this.getSnapshot(), options);
  }

  send(event: AnyEventObject): void {
    this._send(event);
  }

  _send(event: AnyEventObject): void {
    this.#awake()._send(event);
  }

  /** As XState's actors. */
  toJSON(): object {
    return { xstate$$type: 1, id: this.id };
  }

  /** Made again; to be started once all are there. */
  succeed(parent: LightActor, successors: Successors): LightActor {
    const { id, src, _syncSnapshot: syncSnapshot } = this;
    const snapshot = this.#snapshot;
    const options = { id, session: this.#session, src, parent, syncSnapshot, input: this.#input, present: snapshot };
    const actor = new LightActor(this.#logic, options);
    this.#successor = actor;
    successors.set(this.ref, asRef(actor));
    if (hasChildren(snapshot)) actor._snapshot = raise(snapshot, actor, successors);
    return actor;
  }

  #awake(): LightActor {
    if (!this.#successor) this.#root.wake();
    if (!this.#successor) throw new Error(`The actor "${this.id}" sleeps, and was not woken with the others.`);
    return this.#successor;
  }
}

interface Falling {
  readonly root: LightActor;
  readonly successors: Successors;
}

/** The snapshot of `parent` while its children sleep. They are light. */
export function layDown(snapshot: AnyMachineSnapshot, parent: InternalActorRef, falling: Falling): AnyMachineSnapshot {
  return withChildren(snapshot, (child) => new Sleeper(child as unknown as LightActor, parent, falling).ref);
}

/** The snapshot of `parent` when its children are there again. They sleep. */
export function raise(snapshot: AnyMachineSnapshot, parent: LightActor, successors: Successors): AnyMachineSnapshot {
  return withChildren(snapshot, (child) => asRef((child as unknown as Sleeper).succeed(parent, successors)));
}

function hasChildren(snapshot: Snapshot<unknown>): snapshot is AnyMachineSnapshot {
  return 'children' in snapshot;
}

function withChildren(
  snapshot: AnyMachineSnapshot,
  replaced: (child: InternalActorRef) => InternalActorRef,
): AnyMachineSnapshot {
  const children: Children = {};
  for (const [id, child] of Object.entries<Children[string]>(snapshot.children))
    children[id] = replaced(child as InternalActorRef);
  // Written out as a step writes it: the copy of a spread is half as large again.
  return {
    status: snapshot.status,
    output: snapshot.output,
    error: snapshot.error,
    machine: snapshot.machine,
    context: snapshot.context,
    _nodes: snapshot._nodes,
    value: snapshot.value,
    tags: snapshot.tags,
    children,
    historyValue: snapshot.historyValue,
    matches: snapshot.matches,
    hasTag: snapshot.hasTag,
    can: snapshot.can,
    getMeta: snapshot.getMeta,
    toJSON: snapshot.toJSON,
  } as AnyMachineSnapshot;
}
