import type { ActorRefLike, AnyActorRef, AnyStateMachine } from 'xstate';

/** Whether an actor runs a machine, or the same with other implementations (`provide`). */
export function isOfMachine(actorRef: ActorRefLike, { config }: AnyStateMachine): actorRef is AnyActorRef {
  const logic: unknown = Reflect.get(actorRef, 'logic');
  return typeof logic === 'object' && logic !== null && Reflect.get(logic, 'config') === config;
}
