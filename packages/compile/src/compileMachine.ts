import type { AnyActorScope, AnyEventObject, AnyMachineSnapshot, AnyStateMachine } from 'xstate';
import { Compilation } from './Compilation.ts';

/**
 * The same machine, with its interpreter replaced: hand it to `createActor`, `setup({ actors })` or `spawnChild` in place of `machine`.
 * It goes through the same states, executes the same actions in the same order with the same arguments, and makes the same snapshots, which
 * either of the two goes on from. `provide` gives a compiled machine again.
 *
 * What it does not do itself it leaves to XState: the first states, restoring, stopping, and the end by an error that nobody handles.
 */
export function compileMachine<Machine extends AnyStateMachine>(machine: Machine): Machine {
  const compilation = new Compilation(machine);
  const transition = (
    snapshot: AnyMachineSnapshot,
    event: AnyEventObject,
    scope: AnyActorScope,
  ): AnyMachineSnapshot => {
    const isOurs = event.type !== 'xstate.stop' && event.type !== '*' && event.type !== 'xstate.init';
    return isOurs ? compilation.macrostep(snapshot, event, scope) : machine.transition(snapshot, event, scope);
  };
  const provide: AnyStateMachine['provide'] = (implementations) => compileMachine(machine.provide(implementations));
  return Object.create(machine, { transition: { value: transition }, provide: { value: provide } });
}
