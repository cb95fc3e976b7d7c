import {
  type AnyActor,
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  type InspectionEvent,
  SimulatedClock,
} from 'xstate';
import { createLightActor } from '../src/light/createLightActor.ts';
import { eventTypes, type Log } from './randomChart.ts';

/** What an actor shows of itself to anybody: compared with what another one shows. */
export class Observed {
  readonly actor: AnyActor;
  readonly #log: Log;
  readonly #clock = new SimulatedClock();

  constructor(
    logic: AnyStateMachine,
    log: Log,
    options: { readonly isInspected: boolean; readonly isLight?: boolean; readonly snapshot?: unknown },
  ) {
    this.#log = log;
    const inspect = (event: InspectionEvent): void => void log.push(inspected(event));
    const create = options.isLight ? createLightActor : createActor;
    this.actor = create(logic, {
      id: 'root',
      clock: this.#clock,
      logger: (...args: unknown[]) => log.push(['logged', ...args]),
      ...(options.isInspected ? { inspect } : {}),
      ...(options.snapshot === undefined ? {} : { snapshot: options.snapshot as never }),
    });
    this.actor.subscribe({
      next: ({ value }) => log.push(['next', value]),
      error: (error) => log.push(['error', String(error)]),
      complete: () => log.push(['complete']),
    });
    this.actor.on('*', (event) => log.push(['emitted', event]));
    this.actor.start();
  }

  send(event: AnyEventObject): void {
    this.actor.send(event);
  }

  pass(ms: number): void {
    this.#clock.increment(ms);
  }

  /** What has been logged since it was last asked, which is what happened, and where that has led. */
  glance(): unknown {
    const { context, status, value } = this.actor.getSnapshot() as AnyMachineSnapshot;
    return { status, value, context: JSON.stringify(context), log: this.#log.splice(0) };
  }

  /** Everything that can be seen now, and all that was logged since it was last asked. */
  view(): unknown {
    const snapshot = this.actor.getSnapshot() as AnyMachineSnapshot;
    const { _nodes, children, context, error, historyValue, output, status, tags, value } = snapshot;
    return {
      status,
      value,
      valueAsJson: JSON.stringify(value),
      context: JSON.stringify(context),
      output: JSON.stringify(output),
      error: error instanceof Error ? error.message : error,
      nodes: _nodes?.map(({ id }) => id),
      tags: tags && [...tags],
      history: historyValue && Object.entries(historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id)]),
      children:
        children && Object.entries(children).map(([id, child]) => [id, (child as AnyActorRef).getSnapshot()?.status]),
      // The nodes that are remembered would write out their whole definitions; they are above.
      json: status === 'error' ? null : JSON.stringify({ ...Object(snapshot.toJSON()), historyValue: null }),
      meta: status === 'error' ? null : snapshot.getMeta(),
      can: status === 'active' ? eventTypes.map((type) => canOf(snapshot, type)) : null,
      persisted: status === 'active' ? this.persist() : null,
      log: this.#log.splice(0),
    };
  }

  persist(): string {
    try {
      return JSON.stringify(this.actor.getPersistedSnapshot());
    } catch (error) {
      return String(error);
    }
  }

  stop(): void {
    this.actor.stop();
  }
}

function canOf(snapshot: AnyMachineSnapshot, type: string): unknown {
  try {
    return snapshot.can({ type });
  } catch (error) {
    return String(error);
  }
}

/** Without what is counted over all actors of a process. */
function inspected(event: InspectionEvent): unknown {
  const of = Reflect.get(event.actorRef, '_parent') === undefined ? 'root' : Reflect.get(event.actorRef, 'id');
  switch (event.type) {
    case '@xstate.microstep':
      return [
        event.type,
        of,
        event.event.type,
        contentOf(event.snapshot),
        event._transitions.map(({ eventType, source, target }) => [source.id, eventType, target?.map(({ id }) => id)]),
      ];
    case '@xstate.action':
      return [event.type, of, event.action.type, JSON.stringify(event.action.params, withoutActors)];
    case '@xstate.event':
      return [event.type, of, event.event.type];
    case '@xstate.snapshot':
      return [event.type, of, event.event.type, contentOf(event.snapshot)];
    default:
      return [event.type];
  }
}

function withoutActors(_: string, value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'sessionId' in value ? 'actor' : value;
}

function contentOf(snapshot: unknown): unknown {
  return JSON.stringify(
    [
      Reflect.get(Object(snapshot), 'status'),
      Reflect.get(Object(snapshot), 'value'),
      Reflect.get(Object(snapshot), 'context'),
    ],
    withoutActors,
  );
}
