export { type CompileOptions, compileMachine } from './compileMachine.ts';
export { UnprovenXStateError } from './errors.ts';
export { explain, type PlannedAnew } from './explain.ts';
export { createLightActor } from './light/createLightActor.ts';
export { wholeContext } from './wholeContext.ts';
