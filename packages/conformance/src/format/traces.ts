import type { Json, JsonObject } from 'holdfast';
import type { Reader } from './reader.ts';
import { TraceFormatError } from './reader.ts';

/** A signal of the original, as recorded. */
export interface Signal {
  readonly event: readonly string[];
  readonly measurements: JsonObject;
  readonly metadata: JsonObject;
}

export interface Call {
  readonly call: string;
  readonly args: readonly Json[];
}

/** What was seen after a step. `status` and `healthSnapshot` are laid over those of the step before. */
export interface StepExpectation {
  readonly returns: Json;
  readonly status: JsonObject;
  readonly healthSnapshot: JsonObject;
  readonly connectedAtChanged: boolean;
  readonly signals: readonly Signal[];
  /** Left out: as it was before, or running again after a start. */
  readonly alive: boolean | undefined;
}

export interface InstanceServerTrace {
  readonly instanceModule: string;
  readonly instance: JsonObject;
  readonly initial: Pick<StepExpectation, 'status' | 'healthSnapshot' | 'signals'>;
  readonly steps: readonly Call[];
  readonly expect: readonly StepExpectation[];
}

export function readInstanceServerTrace(trace: Reader): InstanceServerTrace {
  const steps = trace.field('steps').list().map(readCall);
  const expect = trace.field('expect').list().map(readExpectation);
  if (steps.length !== expect.length) {
    throw new TraceFormatError(`${trace.path}.expect`, `${steps.length} entries, one a step`, expect.length);
  }
  const initial = trace.field('initial');
  return {
    instanceModule: trace.field('instance_module').string(),
    instance: trace.field('instance').object(),
    initial: {
      status: initial.field('status').object(),
      healthSnapshot: initial.field('health_snapshot').or({}, (it) => it.object()),
      signals: readSignals(initial.field('signals')),
    },
    steps,
    expect,
  };
}

export function readCall(step: Reader): Call {
  const args = step.field('args').or([], (it) => it.list().map((arg) => arg.json()));
  return { call: step.field('call').string(), args };
}

function readExpectation(entry: Reader): StepExpectation {
  return {
    returns: entry.field('returns').or<Json>('ok', (it) => it.json()),
    status: entry.field('status').or({}, (it) => it.object()),
    healthSnapshot: entry.field('health_snapshot').or({}, (it) => it.object()),
    connectedAtChanged: entry.field('connected_at_changed').or(false, (it) => it.boolean()),
    signals: readSignals(entry.field('signals')),
    alive: entry.field('alive').or<boolean | undefined>(undefined, (it) => it.boolean()),
  };
}

export function readSignals(signals: Reader): Signal[] {
  return signals.or<Signal[]>([], (it) => it.list().map(readSignal));
}

export function readSignal(signal: Reader): Signal {
  const event = signal.field('event').list();
  return {
    event: event.map((segment) => segment.string()),
    measurements: signal.field('measurements').object(),
    metadata: signal.field('metadata').object(),
  };
}
