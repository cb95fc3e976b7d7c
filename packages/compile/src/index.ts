export { compileMachine } from './compileMachine.ts';
