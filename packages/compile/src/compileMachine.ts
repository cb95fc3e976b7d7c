import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { Compilation } from './Compilation.ts';
import { UnprovenXStateError } from './errors.ts';
import { isProven } from './isProven.ts';

export interface CompileOptions {
  /** Throws `UnprovenXStateError` where the machine would be given back as it is. Default false. */
  readonly strict?: boolean | undefined;
  /** Called with the reason where the machine is given back as it is. */
  readonly onInterpreted?: ((reason: Error) => void) | undefined;
}

/**
 * The same machine, with its interpreter replaced: hand it to `createActor`, `setup({ actors })` or `spawnChild` in place of `machine`. It
 * goes through the same states, executes the same actions in the same order with the same arguments, and makes the same snapshots; each of
 * the two goes on from those of the other. `provide` gives a compiled machine again.
 *
 * It leaves to XState what happens once: restoring, and stopping. Where XState is one that it was not proven on, it gives
 * the machine back as it is.
 */
export function compileMachine<Machine extends AnyStateMachine>(
  machine: Machine,
  options: CompileOptions = {},
): Machine {
  if (isProven((probe) => compile(probe, options) as never)) return compile(machine, options);
  const reason = new UnprovenXStateError();
  if (options.strict === true) throw reason;
  options.onInterpreted?.(reason);
  return machine;
}

function compile<Machine extends AnyStateMachine>(machine: Machine, options: CompileOptions): Machine {
  const compilation = new Compilation(machine);
  const transition = (snapshot: AnyMachineSnapshot, event: AnyEventObject, scope: AnyActorScope): AnyMachineSnapshot =>
    leftToXState.has(event.type)
      ? machine.transition(snapshot, event, scope)
      : compilation.macrostep(snapshot, event, scope);
  const getInitialSnapshot = (scope: AnyActorScope, input: unknown): AnyMachineSnapshot =>
    compilation.begin(compiled as never, scope, input);
  const provide: AnyStateMachine['provide'] = (implementations) =>
    compileMachine(machine.provide(implementations), options);
  const compiled: Machine = Object.create(machine, {
    transition: { value: transition },
    getInitialSnapshot: { value: getInitialSnapshot },
    provide: { value: provide },
  });
  return compiled;
}

/** What ends an actor or begins it, and the event that nobody may send. */
const leftToXState: ReadonlySet<string> = new Set(['xstate.init', 'xstate.stop', '*']);
