import { expect, it } from 'vitest';
import { type AnyStateMachine, assign, createActor, createMachine, fromCallback, setup, spawnChild } from 'xstate';
import { compileMachine, createLightActor, explain, wholeContext } from '../src/index.ts';

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

it.each([
  ['from its input', ({ input }: MakeArgs) => ({ count: Number(input), kept: null })],
  ['as a whole from its input', wholeContext(({ input }: MakeArgs) => ({ count: Number(input), kept: null }))],
  [
    'with a child in it',
    ({ input, spawn }: MakeArgs) => ({ count: Number(input), kept: spawn('child', { id: 'kept' }) }),
  ],
  [
    'with itself in it',
    ({ self }: MakeArgs) => {
      const { id } = self as { readonly id: string };
      return { count: 0, kept: id };
    },
  ],
  [
    'not at all, since that throws',
    () => {
      throw new Error('no context');
    },
  ],
] as const)('begins with the context that is made %s, as interpreted', (_, context) => {
  const machine = setup({ actors: { child: fromCallback(() => undefined) } }).createMachine({
    id: 'made',
    context: context as never,
    tags: ['root'],
    entry: assign({ entered: ({ context: made }: { context: { count: number } }) => made.count } as never),
    initial: 'in',
    states: { in: { tags: ['inner'] } },
  });
  const views = [machine, compileMachine(machine), compileMachine(machine)].map((logic, index) => {
    const create = index < 2 ? createActor : createLightActor;
    const actors = [1, 2].map((input) => {
      const actor = create(logic as AnyStateMachine, { id: `actor ${input}`, input });
      actor.subscribe({ error: () => undefined });
      return actor.start();
    });
    return actors.map((actor) => {
      const { children, context: made, error, historyValue, output, status, tags, value } = actor.getSnapshot();
      const names = Object.keys(children);
      expect(actor.getSnapshot().machine).toBe(logic);
      return JSON.stringify([String(error), historyValue, made, names, output, status, tags && [...tags], value]);
    });
  });
  expect(views[1]).toEqual(views[0]);
  expect(views[2]).toEqual(views[0]);
});

it('breaks with the context that it had begun with, as interpreted', () => {
  const machine = createMachine({
    id: 'breaking',
    context: () => ({ count: 7 }),
    entry: [
      assign({ count: 8 }),
      assign(() => {
        throw new Error('of an entry');
      }),
    ],
  });
  const contexts = [machine, compileMachine(machine)].map((logic) => {
    const actor = createActor(logic);
    actor.subscribe({ error: () => undefined });
    const { context, error, status } = actor.start().getSnapshot();
    return [context, String(error), status];
  });
  expect(contexts[1]).toEqual(contexts[0]);
  expect(contexts[1]?.[0]).toEqual({ count: 7 });
});

it('gives each actor of a machine without a context one of its own, as interpreted', () => {
  const machine = createMachine({
    id: 'writing',
    entry: ({ context }) => {
      context['count'] = Number(context['count'] ?? 0) + 1;
    },
  });
  for (const logic of [machine, compileMachine(machine)]) {
    const counts = [1, 2].map(() => createActor(logic).start().getSnapshot().context['count']);
    expect(counts).toEqual([1, 1]);
  }
});

it('takes a context that is whole as it is, and copies any other', () => {
  const shared = { count: 1 };
  const contextOf = (context: () => object): unknown =>
    createActor(compileMachine(setup({ types: { context: {} as object } }).createMachine({ id: 'sharing', context })))
      .start()
      .getSnapshot().context;
  expect(contextOf(wholeContext(() => shared))).toBe(shared);
  const copy = contextOf(() => shared);
  expect([copy, copy === shared]).toEqual([shared, false]);
});

interface MakeArgs {
  readonly input: unknown;
  readonly self: unknown;
  readonly spawn: (src: 'child', options: { readonly id: string }) => unknown;
}

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

it('an assignment that returns the whole context is taken as it is, and interpreted as any other', () => {
  const returned: object[] = [];
  const add = wholeContext(({ context }: { context: { count: number; kept: string } }) => {
    const next = { count: context.count + 1, kept: context.kept };
    returned.push(next);
    return next;
  });
  const machine = createMachine({ context: { count: 0, kept: 'x' }, on: { add: { actions: assign(add as never) } } });
  const actors = [
    createActor(machine),
    createActor(compileMachine(machine)),
    createLightActor(compileMachine(machine)),
  ];
  const contexts = actors.map((actor) => {
    actor.start().send({ type: 'add' });
    return actor.getSnapshot().context;
  });
  expect(contexts).toEqual([1, 1, 1].map((count) => ({ count, kept: 'x' })));
  expect(contexts.map((context, index) => context === returned[index])).toEqual([false, true, true]);
});

it('an event that nothing is for leaves the snapshot as it is, and inspectors hear of it', () => {
  const types: string[] = [];
  const actor = createLightActor(compileMachine(light)).start();
  const before = actor.getSnapshot();
  actor.send({ type: 'unknown' });
  actor.system.inspect(({ type }) => types.push(type));
  actor.send({ type: 'unknown' });
  expect(actor.getSnapshot()).toBe(before);
  expect(types).toEqual(['@xstate.event', '@xstate.microstep', '@xstate.snapshot']);
});

it('an assignment that was to return the whole context and returns nothing leaves it as it is', () => {
  const machine = createMachine({
    context: { count: 1 },
    on: { go: { actions: assign(wholeContext(() => undefined as never)) } },
  });
  const actor = createActor(compileMachine(machine)).start();
  actor.send({ type: 'go' });
  expect(actor.getSnapshot().context).toEqual({ count: 1 });
});

it('its first snapshot may be asked for by a function that was taken from it', () => {
  const { getInitialSnapshot } = compileMachine(light);
  const scope = createActor(light) as unknown as { readonly _actorScope: Parameters<typeof getInitialSnapshot>[0] };
  expect(getInitialSnapshot(scope._actorScope, undefined).value).toBe('off');
});
