import { compileMachine, explain } from '@holdfast/compile';
import { createActor, createMachine } from 'xstate';

const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: { closed: { on: { open: 'opened' } }, opened: {} },
});
const actor = createActor(compileMachine(door, { strict: true })).start();
actor.send({ type: 'open' });
if (!actor.getSnapshot().matches('opened')) throw new Error('The door stays closed.');
if (explain(door).length > 0) throw new Error('The chart compiles whole.');
