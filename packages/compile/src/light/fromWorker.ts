import type { ActorLogic, ActorSystem, ActorSystemInfo, AnyActorRef, EventObject, Snapshot } from 'xstate';
import { type MovableLogic, relay } from './internals.ts';

/**
 * What an actor's work is done by: an object, which is made with the actor, begins with its start, and is the actor's snapshot until it is
 * stopped.
 */
export abstract class Worker<Input, Event extends EventObject, Report extends EventObject = never> {
  readonly input: Input;
  #self: AnyActorRef | undefined;

  constructor(input: Input) {
    this.input = input;
  }

  /** The actor has started. */
  abstract begin(): void;
  /** Whatever it throws breaks the actor. It is stopped first. */
  abstract receive(event: Event): void;
  /** The actor was stopped, or broke. */
  abstract stop(): void;

  /** Tells the parent, as XState's `sendBack`: who has ended has nothing more to say, and who has no parent nobody to say it to. */
  report(report: Report): void {
    const self = this.#self;
    if (self?._parent && self.getSnapshot().status !== 'stopped') relay(self, self._parent, report);
  }

  get status(): 'active' {
    return 'active';
  }

  get output(): undefined {
    return undefined;
  }

  get error(): undefined {
    return undefined;
  }

  /** Shown to inspectors, and persisted: what it was begun with. */
  toJSON(): PlainWorker<Input> {
    return plain('active', this.input);
  }

  /** Begins for `self`, or goes on for it where it began for another. @internal */
  _workFor(self: AnyActorRef): void {
    const isNew = this.#self === undefined;
    this.#self = self;
    if (isNew) this.begin();
  }
}

type PlainWorker<Input> = Snapshot<undefined> & { readonly input: Input };

/** The snapshot of an actor whose work an object does. */
export type WorkerSnapshot<Input> = PlainWorker<Input>;

export type WorkerLogic<Input, Event extends EventObject> = ActorLogic<
  WorkerSnapshot<Input>,
  Event,
  Input,
  ActorSystem<ActorSystemInfo>
>;

/**
 * The logic of actors whose work an object does: XState's `fromCallback` for those of whom there are very many. There is no listener, no
 * function that ends it, and no snapshot beside the object; and such an actor can hibernate while its work goes on (`hibernate`).
 */
export function fromWorker<Input, Event extends EventObject>(
  employ: (input: Input) => Worker<Input, Event, EventObject> | Worker<Input, Event>,
): WorkerLogic<Input, Event> {
  const logic: WorkerLogic<Input, Event> & MovableLogic = {
    isMovable: true,
    getInitialSnapshot: (_, input) => asSnapshot(employ(input)),
    start(snapshot, { self }) {
      if (isWorker(snapshot)) snapshot._workFor(self);
    },
    transition(snapshot, event) {
      if (!isWorker(snapshot)) return snapshot;
      if (event.type !== 'xstate.stop') {
        tell(snapshot, event);
        return snapshot;
      }
      snapshot.stop();
      return plain('stopped', snapshot.input);
    },
    getPersistedSnapshot: ({ input, status }) => plain(status, input),
    restoreSnapshot: (persisted) => {
      const { input, status } = persisted as PlainWorker<Input>;
      return status === 'active' ? asSnapshot(employ(input)) : plain(status, input);
    },
  };
  return logic;

  function isWorker(snapshot: object): snapshot is WorkerSnapshot<Input> & Worker<Input, Event> {
    return snapshot instanceof Worker;
  }
}

function asSnapshot<Input, Event extends EventObject>(worker: Worker<Input, Event, never>): WorkerSnapshot<Input> {
  return worker as unknown as WorkerSnapshot<Input>;
}

function plain<Input>(status: Snapshot<unknown>['status'], input: Input): PlainWorker<Input> {
  return { status, output: undefined, error: undefined, input } as PlainWorker<Input>;
}

function tell<Event extends EventObject>(worker: Pick<Worker<unknown, Event>, 'receive' | 'stop'>, event: Event): void {
  try {
    worker.receive(event);
  } catch (error) {
    // XState does not clean up after an actor that broke, and its worker would go on beside its successor.
    worker.stop();
    throw error;
  }
}
