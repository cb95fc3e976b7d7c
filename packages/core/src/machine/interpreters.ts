import { type ChartRecord, compileMachine, createLightActor, createRecords } from '@holdfast/compile';
import { createActor } from 'xstate';
import { instanceMachine } from './instanceMachine.ts';
import type { InstanceInput } from './instanceModel.ts';
import { keepContext } from './instanceUpdates.ts';
import { reconnectMachine } from './reconnectMachine.ts';

/** What runs the charts: ours, which makes the choices of XState's once for each configuration, or XState's own. */
export type Interpreter = 'compiled' | 'xstate';

let compiled: typeof instanceMachine | undefined;
let createRecord: ReturnType<typeof createRecords<typeof instanceMachine>> | undefined;

/** The chart of an instance. Compiled when it is first asked for: whoever imports this package pays nothing for it. */
export function instanceLogic(interpreter: Interpreter): typeof instanceMachine {
  if (interpreter === 'xstate') return instanceMachine;
  compiled ??= compileMachine(instanceMachine.provide({ actors: { connection: compileMachine(reconnectMachine) } }));
  return compiled;
}

/** Compiled charts run in light actors: a process may have a hundred thousand. */
export function actorMaker(interpreter: Interpreter): typeof createActor {
  return interpreter === 'xstate' ? createActor : createLightActor;
}

/**
 * An instance without a channel has no workers and no timers: a record of its chart does, until somebody asks for its actor. Undefined where
 * it has to be an actor from the beginning.
 */
export function instanceRecord(
  interpreter: Interpreter,
  input: InstanceInput,
): ChartRecord<typeof instanceMachine> | undefined {
  if (interpreter === 'xstate' || input.channel) return undefined;
  createRecord ??= createRecords(instanceLogic(interpreter), { keepContext });
  return createRecord?.(input);
}
