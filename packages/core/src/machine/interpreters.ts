import { compileMachine, createLightActor } from '@holdfast/compile';
import { createActor } from 'xstate';
import { instanceMachine } from './instanceMachine.ts';
import { reconnectMachine } from './reconnectMachine.ts';

/** What runs the charts: ours, which makes the choices of XState's once for each configuration, or XState's own. */
export type Interpreter = 'compiled' | 'xstate';

let compiled: typeof instanceMachine | undefined;

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
