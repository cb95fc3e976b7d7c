import { type AnyActorLogic, createActor } from 'xstate';
import { isProvenLight } from './isProvenLight.ts';
import { LightActor, type LightOptions } from './LightActor.ts';

/**
 * `createActor` of XState for processes with many actors. What it gives does what XState's actors do, answers to the same names, and is an
 * `instanceof` XState's `Actor`; it holds little of what nobody has asked it for yet. Children that a compiled machine spawns by an
 * action or invokes are light, too; those that `assign` spawns or a snapshot brings back are XState's.
 *
 * With an XState that it was not proven on, with `devTools`, and for a child of an actor of XState it is `createActor`.
 */
export const createLightActor = ((logic: AnyActorLogic, options: Options = {}) => {
  const isOrdinary = options.parent === undefined && !options.devTools;
  return isOrdinary && isProvenLight() ? new LightActor(logic, options) : createActor(logic, options as never);
}) as typeof createActor;

type Options = LightOptions & { readonly devTools?: unknown };
