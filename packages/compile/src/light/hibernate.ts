import { type AnyActorRef, type AnyMachineSnapshot, StateMachine } from 'xstate';
import { isMovable, reportUnhandled } from './internals.ts';
import { asRef, LightActor, type Sleep } from './LightActor.ts';
import { layDown, raise, type Successors } from './sleepers.ts';

/** Whoever hibernates an actor, and wants to know of its end. */
export interface WakeListener {
  /** It is awake, and was sent nothing yet. What this throws is thrown to the process. */
  onWake(): void;
}

/**
 * Lets go of what is below a light root actor until something is to happen: its children, and theirs, are what their snapshots say and no
 * more. An event to any of them, a timer that fires, or a report of a `Worker` makes all of them again, tells `listener`, and is handled
 * then. Timers go on, and so do the objects that work for actors made by `fromWorker`. Subscribers of the root hear of nothing.
 *
 * H1. The charts go through the same states, and execute the same actions in the same order, as if they had never slept.
 * H2. References to children from before are those of stopped actors, and a child of a snapshot that was taken meanwhile has `id`, `src`,
 *     `send`, `getSnapshot` and `getPersistedSnapshot`: keep none, in a context or elsewhere. The root stays the same; wake it before you
 *     stop it to start it again, as @xstate/react does.
 *
 * Whether it sleeps now. It does not before it has started, while an event is handled, where it is inspected or none of
 * `createLightActor`'s, and while below it there is anything but charts and workers (a promise under way, for one), somebody who follows a
 * child, or a child with a `systemId`.
 */
export function hibernate(actor: AnyActorRef, listener?: WakeListener): boolean {
  const root: unknown = actor;
  if (!(root instanceof LightActor) || root._parent || root.system.isInspected) return false;
  if (root.isAsleep) return true;
  if (!(root.logic instanceof StateMachine) || !root.isQuiet || !childrenMayGo(root)) return false;
  new CommonSleep(root, listener).begin();
  return true;
}

/** Wakes an actor that hibernates, as an event would; does nothing to any other. */
export function wake(actor: AnyActorRef): void {
  const root: unknown = actor;
  if (root instanceof LightActor) root.wake();
}

/** And all that is below them. */
function childrenMayGo({ _snapshot: snapshot }: LightActor): boolean {
  return Object.values<AnyActorRef>((snapshot as AnyMachineSnapshot).children).every(mayBeLetGo);
}

function mayBeLetGo(ref: AnyActorRef): boolean {
  const actor: unknown = ref;
  if (!(actor instanceof LightActor) || !actor.isQuiet || actor.isKnown) return false;
  return actor.logic instanceof StateMachine ? childrenMayGo(actor) : isMovable(actor.logic);
}

class CommonSleep implements Sleep {
  readonly #root: LightActor;
  readonly #listener: WakeListener | undefined;

  constructor(root: LightActor, listener: WakeListener | undefined) {
    this.#root = root;
    this.#listener = listener;
  }

  begin(): void {
    const root = this.#root;
    this.#replaceChildren((snapshot, successors) => layDown(snapshot, asRef(root), { root, successors }));
    root.sleep(this);
  }

  wake(): void {
    const root = this.#root;
    const { children } = this.#replaceChildren((snapshot, successors) => raise(snapshot, root, successors));
    for (const child of Object.values<AnyActorRef>(children)) child.start();
    try {
      this.#listener?.onWake();
    } catch (error) {
      reportUnhandled(error);
    }
  }

  #replaceChildren(replaced: (snapshot: AnyMachineSnapshot, successors: Successors) => AnyMachineSnapshot) {
    const root = this.#root;
    const successors: Successors = new Map();
    const snapshot = replaced(root._snapshot as AnyMachineSnapshot, successors);
    root._snapshot = snapshot;
    root.system.handOver(successors);
    return snapshot;
  }
}
