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

  /** The actor has started; after `stop`, it was started again. What this throws breaks the actor, and it is stopped. */
  abstract begin(): void;
  /** What this throws breaks the actor, and it is stopped. */
  abstract receive(event: Event): void;
  /** The actor was stopped, or broke. */
  abstract stop(): void;

  /** Tells the parent. Who has ended has nothing more to say, and who has no parent nobody to say it to. */
  report(report: Report): void {
    const self = this.#self;
    if (self?._parent) relay(self, self._parent, report);
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
    return plain(this, this.input);
  }

  /** Begins for `self`, or goes on for it where it began for another. @internal */
  _workFor(self: AnyActorRef): void {
    const isNew = this.#self === undefined;
    this.#self = self;
    if (isNew) this._try(() => this.begin());
  }

  /** XState does not clean up after an actor that broke, and what works for it would go on beside its successor. @internal */
  _try(work: () => void): void {
    try {
      work();
    } catch (error) {
      this._end();
      throw error;
    }
  }

  /** @internal */
  _end(): void {
    try {
      this.stop();
    } finally {
      this.#self = undefined;
    }
  }
}

type PlainWorker<Input> = Snapshot<undefined> & { readonly input: Input };
type Outcome = Pick<Snapshot<unknown>, 'status' | 'error'>;

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
        snapshot._try(() => snapshot.receive(event));
        return snapshot;
      }
      snapshot._end();
      return plain({ status: 'stopped', error: undefined }, snapshot.input);
    },
    getPersistedSnapshot: (snapshot) => plain(snapshot, snapshot.input),
    restoreSnapshot: (persisted) => {
      const snapshot = persisted as PlainWorker<Input>;
      return snapshot.status === 'active' ? asSnapshot(employ(snapshot.input)) : plain(snapshot, snapshot.input);
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

function plain<Input>({ error, status }: Outcome, input: Input): PlainWorker<Input> {
  return { status, output: undefined, error, input } as PlainWorker<Input>;
}
