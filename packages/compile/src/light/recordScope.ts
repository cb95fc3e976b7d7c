import type { AnyActorScope } from 'xstate';
import { ActorNeededError } from '../errors.ts';
import { type ExecutableAction, notStarted, ofXState, running } from './internals.ts';

/** What is to be done once a record is started. */
export type Effects = (() => void)[];

/** Where the effects go of the record that is being made, or started. */
let collected: Effects = [];
export const beginningScope = scopeOf(notStarted, (effect) => collected.push(effect));

export function collecting<Result>(effects: Effects, during: () => Result): Result {
  const before = collected;
  collected = effects;
  try {
    return during();
  } finally {
    collected = before;
  }
}

/** Of a step of any record: it is made of what a running actor has. */
export const stepScope = scopeOf(running, (effect) => effect());

function scopeOf(_processingStatus: number, defer: (effect: () => void) => void): AnyActorScope {
  const scope: object = {
    id: 'record',
    sessionId: 'record',
    logger: (...args: unknown[]) => ofXState().logger(...args),
    self: absent('self', {
      _processingStatus,
      get _actorScope() {
        return scope;
      },
    }),
    system: absent('system', { isInspected: false }),
    defer,
    // Nobody listens.
    emit: () => undefined,
    stopChild: () => undefined,
    actionExecutor: ({ exec, info, params }: ExecutableAction) => defer(() => exec?.(info, params)),
  };
  return scope as AnyActorScope;
}

/** In place of what an actor would be asked for: it has what charts ask for at each step, and nothing more. */
function absent(name: string, known: object): object {
  const get = (_: object, key: string | symbol): undefined => {
    if (typeof key === 'string') throw new ActorNeededError(`${name}.${key}`);
  };
  // Behind what is known, so that this costs no step anything.
  return Object.create(new Proxy({}, { get }), Object.getOwnPropertyDescriptors(known));
}
