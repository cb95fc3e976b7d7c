import { type AnyEventObject, type AnyMachineSnapshot, type AnyStateMachine, and, not, or } from 'xstate';
import { type GuardFunction, type GuardReference, guardOf, isBuiltinGuard } from './internals.ts';

/** Whether a transition may be taken. */
export type Test = (snapshot: AnyMachineSnapshot, event: AnyEventObject) => boolean;

/** What XState's combinators check with: a guard is one of them when it has the same. */
const [checkNot, checkAnd, checkOr] = [not('x'), and(['x']), or(['x'])].map((guard) => Reflect.get(guard, 'check'));

/** A guard as XState evaluates it, with everything looked up that can be looked up before. */
export function compileGuard(guard: GuardReference, machine: AnyStateMachine): Test {
  if (typeof guard === 'function') return compileFunction(guard, machine);
  const name = typeof guard === 'string' ? guard : guard.type;
  const found = guardOf(machine, name);
  if (found === undefined) {
    return () => {
      throw new Error(`Guard '${name}' is not implemented.'.`);
    };
  }
  if (typeof found !== 'function') return compileGuard(found, machine);
  const params = typeof guard === 'string' ? undefined : guard.params;
  if (isBuiltinGuard(found)) return compileFunction(found, machine);
  if (typeof params === 'function') {
    return ({ context }, event) => found({ context, event }, params({ context, event }));
  }
  return ({ context }, event) => found({ context, event }, params);
}

function compileFunction(guard: GuardFunction, machine: AnyStateMachine): Test {
  if (!isBuiltinGuard(guard)) return ({ context }, event) => guard({ context, event }, undefined);
  const { check, guards = [] } = guard;
  const tests = guards.map((inner) => compileGuard(inner, machine));
  const [first] = tests;
  if (check === checkNot && first) return (snapshot, event) => !first(snapshot, event);
  if (check === checkAnd) return (snapshot, event) => tests.every((test) => test(snapshot, event));
  if (check === checkOr) return (snapshot, event) => tests.some((test) => test(snapshot, event));
  return (snapshot, event) => check(snapshot, { context: snapshot.context, event }, guard);
}
