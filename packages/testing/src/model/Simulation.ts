import {
  type AnyActorRef,
  type AnyActorScope,
  type AnyEventObject,
  type AnyMachineSnapshot,
  type AnyStateMachine,
  createActor,
  fromTransition,
  type InspectionEvent,
} from 'xstate';
import { ChartTree } from '../chart/ChartTree.ts';
import type { Chart } from '../chart/index.ts';
import { ModelError } from './errors.ts';
import { isWait, type ModelInput } from './input.ts';
import { type Happening, type Moment, Trace } from './Trace.ts';

/** More timers than this within one wait, each armed by the one before, are taken for an endless loop. */
const maxTimersPerWait = 1_000;

/**
 * Steps a machine without running anything of it: no action that is yours is called, no actor starts, no time passes. What decides the
 * way is computed as ever: guards, `assign`, `raise`, delays.
 *
 * Actors that it invokes or spawns are there, as children that never report by themselves. Who plans says when one is done.
 */
export class Simulation {
  readonly machine: AnyStateMachine;
  readonly chart: Chart;
  readonly tree: ChartTree;
  readonly #input: unknown;

  constructor(machine: AnyStateMachine, chart: Chart, input: unknown) {
    this.machine = machine;
    this.chart = chart;
    this.tree = new ChartTree(chart);
    this.#input = input;
  }

  /** `isAlone`: without what the machine sends to itself at once. */
  begin({ isAlone = false } = {}): Happening {
    const trace = new Trace(this, undefined);
    trace.isAlone = isAlone;
    return this.#complete(trace, () => this.machine.getInitialSnapshot(scopeOf(this.machine, trace), this.#input));
  }

  /** @throws ModelError when the machine throws, for a wait that is no time, and for one that never ends. */
  next(moment: Moment, input: ModelInput): Happening {
    const trace = new Trace(this, moment);
    if (!isWait(input)) return this.#send(trace, moment.snapshot, input);
    let { snapshot } = moment;
    let leftMs = checkWait(input.waitMs);
    for (let count = 0; ; count += 1) {
      const due = trace.timers[0];
      const passedMs = due === undefined ? leftMs : Math.min(leftMs, due.remainingMs);
      leftMs -= passedMs;
      trace.pass(passedMs);
      if (due === undefined || due.remainingMs > passedMs || snapshot.status !== 'active') return trace.end(snapshot);
      if (count >= maxTimersPerWait) {
        throw new ModelError(
          `${count} timers of "${this.machine.id}" run in ${input.waitMs} ms: one arms the next without end.`,
        );
      }
      trace.disarm(due.id);
      snapshot = this.#send(trace, snapshot, due.event).moment.snapshot;
    }
  }

  /** What one event does by itself: what the machine then sends to itself is an event of its own. */
  step(moment: Moment, event: AnyEventObject): Happening {
    const trace = new Trace(this, moment);
    trace.isAlone = true;
    return this.#send(trace, moment.snapshot, event);
  }

  #send(trace: Trace, snapshot: AnyMachineSnapshot, event: AnyEventObject): Happening {
    if (snapshot.status !== 'active') return trace.end(snapshot);
    return this.#complete(trace, () =>
      this.machine.transition(snapshot, event, scopeOf(this.machine, trace, snapshot)),
    );
  }

  /** What the machine sends to itself comes after what it was doing. */
  #complete(trace: Trace, run: () => AnyMachineSnapshot): Happening {
    try {
      let snapshot = run();
      trace.rest(snapshot);
      for (let own = trace.sent.shift(); own !== undefined && snapshot.status === 'active'; own = trace.sent.shift()) {
        snapshot = this.machine.transition(snapshot, own, scopeOf(this.machine, trace, snapshot));
        trace.rest(snapshot);
      }
      return trace.end(snapshot);
    } catch (cause) {
      if (cause instanceof ModelError) throw cause;
      const { message } = cause instanceof Error ? cause : new Error(String(cause));
      throw new ModelError(`The machine "${this.machine.id}" throws while it is stepped: ${message}`, { cause });
    }
  }
}

function checkWait(waitMs: number): number {
  if (Number.isFinite(waitMs) && waitMs >= 0) return waitMs;
  throw new ModelError(`Expected waitMs to be a number of milliseconds from 0, got ${String(waitMs)}.`);
}

/** It holds a place in a system, and does nothing there. */
const placeholder = fromTransition((state: undefined) => state, undefined);

/** The parameters of `raise`, `sendTo` and `cancel`, once XState has resolved them. */
interface ResolvedParams {
  readonly event?: AnyEventObject;
  readonly delay?: number | undefined;
  readonly id?: string | undefined;
  readonly sendId?: string;
  readonly to?: unknown;
}

/** A scope in which XState computes steps, and carries out nothing. Each step has its own system, so that no two of them meet in it. */
function scopeOf(machine: AnyStateMachine, trace: Trace, snapshot?: AnyMachineSnapshot): AnyActorScope {
  const inspect = (event: InspectionEvent): void => {
    if (event.type !== '@xstate.microstep' || event.actorRef !== self) return;
    trace.microstep(event.event, event.snapshot as AnyMachineSnapshot, event._transitions);
  };
  const parent = createActor(placeholder, { inspect });
  const self: AnyActorRef = createActor(placeholder, { parent, id: machine.id });
  // Actions ask their actor where it is.
  if (snapshot !== undefined) self.getSnapshot = () => snapshot;
  return {
    self,
    id: machine.id,
    sessionId: self.sessionId,
    system: parent.system,
    logger: () => undefined,
    defer: () => undefined,
    emit: () => undefined,
    stopChild: () => undefined,
    actionExecutor: ({ type, params }) => schedule(trace, self, { type, params: (params ?? {}) as ResolvedParams }),
  };
}

interface ResolvedAction {
  readonly type: string;
  readonly params: ResolvedParams;
}

function schedule(trace: Trace, self: AnyActorRef, { type, params }: ResolvedAction): void {
  const { delay, event, id, sendId, to } = params;
  if (type === 'xstate.cancel' && sendId !== undefined) trace.disarm(sendId);
  const isForItself = type === 'xstate.raise' || (type === 'xstate.sendTo' && to === self);
  if (!isForItself || event === undefined) return;
  if (typeof delay === 'number') trace.arm({ id: id ?? trace.freeId(event.type), event, remainingMs: delay });
  else if (type === 'xstate.sendTo' && !trace.isAlone) trace.sent.push(event);
}
