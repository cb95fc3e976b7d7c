import { type AnyActorLogic, createActor } from 'xstate';
import { isProvenLight } from './isProvenLight.ts';
import { LightActor, type LightOptions } from './LightActor.ts';

/**
 * `createActor` of XState for processes with many actors. What it gives does what XState's actors do, answers to the same names, and is an
 * `instanceof` XState's `Actor`; it holds little of what nobody has asked it for yet. Children that a compiled machine spawns or invokes are
 * light, too.
 *
 * With an XState that it was not proven on, and with `devTools`, it is `createActor`.
 */
export const createLightActor = ((
  logic: AnyActorLogic,
  options: LightOptions & { readonly devTools?: unknown } = {},
) =>
  options.devTools || !isProvenLight()
    ? createActor(logic, options as never)
    : new LightActor(logic, options)) as typeof createActor;
