import type { AnyEventObject, AnyStateMachine, StateValue } from 'xstate';
import { Chart } from '../chart/index.ts';
import { deepEqual } from '../deepEqual.ts';
import { Simulation } from '../model/Simulation.ts';
import type { Happening, Moment } from '../model/Trace.ts';
import { parseLine, RecordingError, type RecordLine } from './recordLine.ts';

export interface ReplayOptions {
  /** As it is now. */
  readonly machine: AnyStateMachine;
  /** Its input: what is not in a recording. */
  readonly input?: unknown;
  /** Called before each event with the time since the one before, for machines that ask a clock of theirs: `(ms) => clock.jump(ms)`. */
  readonly advance?: ((ms: number) => void) | undefined;
  /** Puts something in the place of what was left out of an event, where the machine needs it to go the same way. Default: nothing. */
  readonly complete?: ((event: AnyEventObject, hidden: readonly string[]) => AnyEventObject) | undefined;
}

/** What an event did. */
export interface Outcome {
  /** The names of the transitions; an id where the chart of today has no such transition. */
  readonly takes: readonly string[];
  readonly value: StateValue;
  readonly status: string;
}

export interface Divergence {
  /** From 1. */
  readonly line: number;
  readonly actor: string;
  readonly atMs: number;
  /** As recorded: without what was hidden. */
  readonly event: { readonly type: string };
  /** Fields that were left out: a guard that asks for one of them goes another way. */
  readonly hidden: readonly string[];
  readonly recorded: Outcome;
  readonly now: Outcome;
}

export interface ReplayReport {
  /** Events that did what they had done. */
  readonly events: number;
  readonly actors: number;
  /** The first event that did something else. */
  readonly divergence: Divergence | undefined;
}

/** The machine does not do any more what was recorded. */
export class ReplayDivergedError extends Error {
  override readonly name = 'ReplayDivergedError';
  readonly divergence: Divergence;

  constructor(machine: string, divergence: Divergence) {
    const { atMs, event, hidden, line, now, recorded } = divergence;
    super(
      [
        `"${machine}" does not do what was recorded: line ${line}, ${atMs} ms after the beginning.`,
        `  event:    ${JSON.stringify(event)}${hidden.length === 0 ? '' : `, without ${hidden.join(', ')}`}`,
        `  recorded: ${describe(recorded)}`,
        `  now:      ${describe(now)}`,
      ].join('\n'),
    );
    this.divergence = divergence;
  }
}

/**
 * Leads a machine through recorded events, and tells the first that does not do what it did: other transitions, another state. Nothing of
 * the machine is run but guards, `assign` and delays; what its actors reported then is in the recording.
 *
 * @param recording what `recordEvents` has written. A last line without its line feed was cut off and is left out.
 * @throws RecordingError for what is no recording, or one of another machine
 */
export function replayEvents(recording: string, options: ReplayOptions): ReplayReport {
  const { advance, complete = (event) => event, input, machine } = options;
  const chart = new Chart(machine);
  const simulation = new Simulation(machine, chart, input);
  const moments = new Map<string, Moment>();
  let events = 0;
  let nowMs = 0;
  const lines = recording.split('\n').slice(0, -1);
  for (const [index, text] of lines.entries()) {
    const line = parseLine(text, index + 1);
    if (line.machine !== chart.id) {
      throw new RecordingError(
        `Line ${index + 1} of the recording: expected an event of "${chart.id}", got one of "${line.machine}".`,
      );
    }
    advance?.(Math.max(0, line.atMs - nowMs));
    nowMs = Math.max(nowMs, line.atMs);
    const happening = happen(simulation, complete(line.event, line.hidden), moments.get(line.actor));
    if (happening === undefined) {
      throw new RecordingError(
        `Line ${index + 1} of the recording: actor ${line.actor} was never begun. Record it from its start.`,
      );
    }
    moments.set(line.actor, happening.moment);
    const divergence = compare(chart, line, happening);
    if (divergence !== undefined) {
      return { events, actors: moments.size, divergence: { ...divergence, line: index + 1 } };
    }
    events += 1;
  }
  return { events, actors: moments.size, divergence: undefined };
}

/** Like `replayEvents`, and throws ReplayDivergedError when anything diverges. */
export function expectSameReplay(recording: string, options: ReplayOptions): ReplayReport {
  const report = replayEvents(recording, options);
  if (report.divergence !== undefined) throw new ReplayDivergedError(options.machine.id, report.divergence);
  return report;
}

function happen(simulation: Simulation, event: AnyEventObject, moment: Moment | undefined): Happening | undefined {
  if (event.type === 'xstate.init') return simulation.begin({ isAlone: true });
  return moment && simulation.step(moment, event);
}

function compare(chart: Chart, line: RecordLine, { moment, taken }: Happening): Omit<Divergence, 'line'> | undefined {
  const { actor, atMs, event, hidden, status, takes, value } = line;
  const { snapshot } = moment;
  const nameAll = (ids: readonly string[]): readonly string[] => ids.map((id) => chart.transition(id)?.name ?? id);
  const isSame = deepEqual(takes, taken) && deepEqual(value, snapshot.value) && status === snapshot.status;
  if (isSame) return undefined;
  return {
    actor,
    atMs,
    event,
    hidden,
    recorded: { takes: nameAll(takes), value, status },
    now: { takes: nameAll(taken), value: snapshot.value as StateValue, status: snapshot.status },
  };
}

function describe({ status, takes, value }: Outcome): string {
  const way = takes.length === 0 ? 'nothing' : takes.join(', then ');
  return `${way}; rests in ${JSON.stringify(value)}${status === 'active' ? '' : ` (${status})`}`;
}
