import { expect, it } from 'vitest';
import { type AnyStateMachine, createActor, createMachine, fromCallback, setup, spawnChild } from 'xstate';
import { compileMachine, explain } from '../src/index.ts';

const light = setup({ actions: { shine: () => undefined } }).createMachine({
  id: 'light',
  initial: 'off',
  states: { off: { on: { press: 'on' } }, on: { entry: 'shine', on: { press: 'off' } } },
});

it('is an actor logic as the machine is: it can be provided with other implementations', () => {
  let shone = 0;
  const shine = (): void => {
    shone += 1;
  };
  const provided = compileMachine(light).provide({ actions: { shine } });
  const actor = createActor(provided).start();
  actor.send({ type: 'press' });
  expect([actor.getSnapshot().value, shone]).toEqual(['on', 1]);
  expect(Object.hasOwn(provided, 'transition')).toBe(true);
});

it('serves any number of actors, of which none sees what another does', () => {
  const compiled = compileMachine(light);
  const [first, second] = [createActor(compiled).start(), createActor(compiled).start()];
  first.send({ type: 'press' });
  expect([first.getSnapshot().value, second.getSnapshot().value]).toEqual(['on', 'off']);
});

it('leaves a snapshot as it is when nothing has changed', () => {
  const actor = createActor(compileMachine(light)).start();
  const before = actor.getSnapshot();
  actor.send({ type: 'press' });
  actor.send({ type: 'press' });
  const off = actor.getSnapshot();
  actor.send({ type: 'unknown' });
  expect(actor.getSnapshot()).toBe(off);
  expect(before.value).toBe(off.value);
});

it('ends in an error after as many steps as the machine allows', () => {
  const endless = createMachine({
    initial: 'a',
    options: { maxIterations: 7 },
    states: { idle: {}, a: { on: { go: 'b' } }, b: { always: 'c' }, c: { always: 'b' } },
  } as never) as AnyStateMachine;
  const messages = [endless, compileMachine(endless)].map((logic) => {
    const actor = createActor(logic);
    actor.subscribe({ error: () => undefined });
    actor.start().send({ type: 'go' });
    return String(actor.getSnapshot().error);
  });
  expect(messages[1]).toBe(messages[0]);
  expect(messages[1]).toContain('more than 7 microsteps');
});

it('that is done has stopped its children', () => {
  const nurse = setup({ actors: { child: fromCallback(() => undefined) } }).createMachine({
    invoke: { src: 'child', id: 'invoked' },
    entry: spawnChild('child', { id: 'spawned' }),
    initial: 'awake',
    states: { awake: { on: { sleep: 'asleep' } }, asleep: { type: 'final' } },
  });
  const actor = createActor(compileMachine(nurse)).start();
  const children = Object.values(actor.getSnapshot().children);
  actor.send({ type: 'sleep' });
  expect(children.map((child) => child?.getSnapshot().status)).toEqual(['stopped', 'stopped']);
});

it('names the transitions whose steps depend on history, and no other', () => {
  const machine = createMachine({
    id: 'm',
    initial: 'in',
    states: {
      in: {
        initial: 'a',
        states: { a: { on: { next: 'b' } }, b: {}, last: { type: 'history' } },
        on: { leave: 'out', stay: {} },
      },
      out: { on: { back: 'in.last', begin: 'in' } },
    },
  });
  expect(explain(machine).map(({ event, state }) => `${state} ${event}`)).toEqual(['m.in leave', 'm.out back']);
});
