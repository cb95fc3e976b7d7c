import { type CallbackActorLogic, type EventObject, fromCallback } from 'xstate';

/** What does the work of an actor. */
export interface Worker<Event> {
  receive(event: Event): void;
  /** The actor was stopped, or broke. */
  stop(): void;
}

/**
 * The logic of an actor whose work an object does. It is XState's `fromCallback`, but for the listener and the function that ends it, which
 * take more than the worker does: there are as many as instances.
 */
export function workerLogic<Event extends EventObject, Input, Report extends EventObject>(
  begin: (input: Input, report: (report: Report) => void) => Worker<Event>,
): CallbackActorLogic<Event, Input> {
  const workers = new WeakMap<object, Worker<Event>>();
  const logic = fromCallback<Event, Input>(({ input, self, sendBack }) => {
    workers.set(self, begin(input, sendBack));
  });
  return {
    ...logic,
    transition(snapshot, event, scope) {
      const worker = workers.get(scope.self);
      if (worker) tell(worker, event);
      return logic.transition(snapshot, event, scope);
    },
  };
}

function tell<Event extends EventObject>(worker: Worker<Event>, event: Event): void {
  if (event.type === 'xstate.stop') return worker.stop();
  try {
    worker.receive(event);
  } catch (error) {
    // XState does not clean up after an actor that broke, and its worker would go on beside its successor.
    worker.stop();
    throw error;
  }
}
