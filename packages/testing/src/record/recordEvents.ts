import type { AnyEventObject, AnyMachineSnapshot, AnyStateMachine, InspectionEvent, StateValue } from 'xstate';
import { ChartTree } from '../chart/ChartTree.ts';
import { Chart } from '../chart/index.ts';
import { isOfMachine } from '../chart/isOfMachine.ts';
import { afterStep, type Before, nothing, takenOf } from '../chart/taken.ts';
import { lineVersion, type RecordLine } from './recordLine.ts';

/** The fields of an event that may be written, by its type. */
export type AllowedFields = Readonly<Record<string, readonly string[]>>;

/**
 * Of `instanceMachine` of holdfast: what its guards ask for. No reason of a failure and no message of anybody is among it.
 */
export const instanceFields: AllowedFields = {
  'notify.connecting': ['epoch'],
  'notify.connected': ['epoch'],
  'notify.disconnected': ['epoch'],
  'notify.reconnectAttempt': ['epoch', 'attempt'],
  'notify.restartMarker': ['class'],
  stop: ['drainMs'],
};

export interface RecordOptions {
  /** Actors of it are recorded, whatever it is provided with; others are passed over. */
  readonly machine: AnyStateMachine;
  /** Gets each line, with its line feed, before the event's sender goes on. */
  readonly write: (line: string) => void;
  /** Nothing of an event is written but its type and these fields. Nothing at all of context, input and output. Default: none. */
  readonly allow?: AllowedFields | undefined;
  /** Milliseconds, from any beginning. Default: `Date.now`. */
  readonly now?: (() => number) | undefined;
  /** Gets what `write` has thrown. The recording has then ended. Default: it ends, and `recorder.failure` tells. */
  readonly onError?: ((error: unknown) => void) | undefined;
}

/** Writes what happens to the actors of a machine. It never harms them: an error of `write` ends the recording, and nothing else. */
export class EventRecorder {
  readonly #options: RecordOptions;
  readonly #chart: Chart;
  readonly #tree: ChartTree;
  readonly #now: () => number;
  readonly #beganAtMs: number;
  readonly #before = new WeakMap<object, Before>();
  readonly #taken = new WeakMap<object, string[]>();
  #failure: { readonly error: unknown } | undefined;

  constructor(options: RecordOptions) {
    this.#options = options;
    this.#chart = new Chart(options.machine);
    this.#tree = new ChartTree(this.#chart);
    this.#now = options.now ?? (() => Date.now());
    this.#beganAtMs = this.#now();
  }

  /** What has ended the recording, if anything has. */
  get failure(): { readonly error: unknown } | undefined {
    return this.#failure;
  }

  /** For `createActor(…, { inspect })` and `createMessaging({ inspect })`. */
  readonly inspect = (inspected: InspectionEvent): void => {
    if (this.#failure !== undefined) return;
    try {
      this.#record(inspected);
    } catch (error) {
      this.#failure = { error };
      this.#report(error);
    }
  };

  #record(inspected: InspectionEvent): void {
    const { actorRef } = inspected;
    if (!isOfMachine(actorRef, this.#options.machine)) return;
    if (inspected.type === '@xstate.microstep') {
      const enabled = inspected._transitions.flatMap((definition) => this.#chart.find(definition) ?? []);
      const ids = takenOf(this.#tree, enabled, this.#before.get(actorRef) ?? nothing).map(({ id }) => id);
      this.#taken.set(actorRef, [...(this.#taken.get(actorRef) ?? []), ...ids]);
      this.#before.set(actorRef, afterStep(inspected.snapshot as AnyMachineSnapshot));
    } else if (inspected.type === '@xstate.snapshot' && inspected.event.type !== 'xstate.stop') {
      const takes = this.#taken.get(actorRef) ?? [];
      this.#taken.delete(actorRef);
      const snapshot = inspected.snapshot as AnyMachineSnapshot;
      this.#before.set(actorRef, afterStep(snapshot));
      this.#write({
        v: lineVersion,
        machine: this.#chart.id,
        actor: actorRef.sessionId,
        atMs: this.#now() - this.#beganAtMs,
        ...this.#redact(inspected.event),
        takes,
        value: snapshot.value as StateValue,
        status: snapshot.status,
      });
    }
  }

  #write(line: RecordLine): void {
    this.#options.write(`${JSON.stringify(line)}\n`);
  }

  #redact(event: AnyEventObject): Pick<RecordLine, 'event' | 'hidden'> {
    const { allow = {} } = this.#options;
    const allowed = Object.hasOwn(allow, event.type) ? (allow[event.type] ?? []) : [];
    const fields = Object.entries(event).filter(([key]) => key !== 'type');
    const shown = fields.filter(([key, value]) => allowed.includes(key) && isPlain(value));
    const hidden = fields.map(([key]) => key).filter((key) => !shown.some(([name]) => name === key));
    return { event: { ...Object.fromEntries(shown), type: event.type }, hidden };
  }

  #report(error: unknown): void {
    try {
      this.#options.onError?.(error);
    } catch {
      // It is heard of in `failure`; an actor must not be.
    }
  }
}

/** Whether JSON keeps it as it is. */
function isPlain(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value);
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (Array.isArray(value)) return value.every(isPlain);
  if (typeof value !== 'object') return false;
  return Object.getPrototypeOf(value) === Object.prototype && Object.values(value).every(isPlain);
}

/**
 * Records the events of actors as lines of JSON, to be replayed with `replayEvents`.
 *
 * @throws when `now` does
 */
export function recordEvents(options: RecordOptions): EventRecorder {
  return new EventRecorder(options);
}
