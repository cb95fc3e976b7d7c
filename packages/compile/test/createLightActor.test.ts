import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import {
  Actor,
  type AnyActorRef,
  assign,
  createActor,
  createMachine,
  emit,
  fromCallback,
  setup,
  spawnChild,
  stopChild,
} from 'xstate';
import { compileMachine, createLightActor } from '../src/index.ts';
import { agreesWithXState } from '../src/light/isProvenLight.ts';
import { LightActor } from '../src/light/LightActor.ts';

const counter = setup({ types: { context: {} as { count: number } } }).createMachine({
  id: 'counter',
  context: { count: 0 },
  on: {
    add: { actions: [assign({ count: ({ context }) => context.count + 1 }), emit({ type: 'added' })] },
    break: {
      actions: () => {
        throw new Error('of an action');
      },
    },
  },
});

const family = setup({ actors: { child: fromCallback(() => undefined) } }).createMachine({
  id: 'family',
  entry: spawnChild('child', { id: 'spawned', systemId: 'the child' }),
  invoke: { src: 'child', id: 'invoked' },
});

describe('a light actor', () => {
  it('tells who asks for its end alone of that, as often as they have asked, until they ask no more', () => {
    class Witness {
      readonly seen: string[] = [];
      complete(): void {
        this.seen.push('complete');
      }
      error(error: unknown): void {
        this.seen.push(String(error));
      }
    }
    for (const create of [createActor, createLightActor]) {
      const [ended, broken] = [create(counter).start(), create(counter).start()];
      const witness = new Witness();
      for (const actor of [ended, broken]) {
        actor.subscribe(witness);
        actor.subscribe(witness);
        actor.subscribe(witness).unsubscribe();
      }
      ended.stop();
      broken.send({ type: 'break' });
      ended.subscribe(witness);
      expect(witness.seen).toEqual(['complete', 'complete', 'Error: of an action', 'Error: of an action']);
    }
  });

  it("is one of XState's to whoever asks, and so are its children", () => {
    const actor = createLightActor(compileMachine(family)).start();
    const { invoked, spawned }: Readonly<Record<string, AnyActorRef | undefined>> = actor.getSnapshot().children;
    expect([actor, invoked, spawned].map((one) => one instanceof Actor && one instanceof LightActor)).toEqual([
      true,
      true,
      true,
    ]);
    expect(spawned?.system).toBe(actor.system);
    expect(actor.system.get('the child')).toBe(spawned);
  });

  it('has a session id that no other actor has, and by it its id where none is given', () => {
    const actors = [createLightActor(counter), createActor(counter), createLightActor(counter)];
    expect(new Set(actors.map(({ sessionId }) => sessionId)).size).toBe(3);
    expect(actors[2]?.id).toBe(actors[2]?.sessionId);
    expect(createLightActor(counter, { id: 'named' }).toJSON()).toEqual({ xstate$$type: 1, id: 'named' });
  });

  it('takes events by a `send` that was taken from it, also those that are sent before it is started', () => {
    const actor = createLightActor(counter);
    const { send } = actor;
    send({ type: 'add' });
    expect(actor.getSnapshot().context.count).toBe(0);
    actor.start();
    send({ type: 'add' });
    expect(actor.getSnapshot().context.count).toBe(2);
  });

  it('handles what is sent while it handles an event after that event', () => {
    const order: string[] = [];
    const machine = createMachine({
      on: {
        first: {
          actions: ({ self }) => {
            self.send({ type: 'second' });
            order.push('first');
          },
        },
        second: { actions: () => order.push('second') },
      },
    });
    createLightActor(machine).start().send({ type: 'first' });
    expect(order).toEqual(['first', 'second']);
  });

  it('tells those who subscribe and listen, until they leave', () => {
    const actor = createLightActor(counter).start();
    const seen: unknown[] = [];
    const subscription = actor.subscribe(({ context }) => seen.push(context.count));
    const listening = actor.on('*', ({ type }) => seen.push(type));
    actor.send({ type: 'add' });
    subscription.unsubscribe();
    listening.unsubscribe();
    actor.send({ type: 'add' });
    expect(seen).toEqual([1, 'added'].reverse());
    expect(actor.select(({ context }) => context.count).get()).toBe(2);
  });

  it('tells of its end whoever comes later', () => {
    const ends: string[] = [];
    const actor = createLightActor(createMachine({ initial: 'a', states: { a: { type: 'final' } } })).start();
    actor.subscribe({ complete: () => ends.push('complete') });
    const broken = createLightActor(counter).start();
    broken.subscribe({ error: () => ends.push('error') });
    broken.send({ type: 'break' });
    broken.subscribe({ error: (error) => ends.push(String(error)) });
    expect(ends).toEqual(['complete', 'error', 'Error: of an action']);
  });

  it('whose listener throws tells the others, and the process hears of it', () => {
    vi.useFakeTimers();
    const actor = createLightActor(counter).start();
    const heard: string[] = [];
    actor.on('added', () => {
      throw new Error('of a listener');
    });
    actor.on('added', () => heard.push('second'));
    actor.send({ type: 'add' });
    expect(heard).toEqual(['second']);
    expect(() => vi.runAllTimers()).toThrow('of a listener');
    vi.useRealTimers();
  });

  it.each([createActor, createLightActor])('that is stopped handles nothing more of what waits, in %o', (create) => {
    const order: string[] = [];
    const machine = createMachine({
      on: {
        first: {
          actions: ({ self }) => {
            self.send({ type: 'second' });
            actor.stop();
            order.push('first');
          },
        },
        second: { actions: () => order.push('second') },
      },
    });
    const actor = create(machine).start();
    actor.send({ type: 'first' });
    expect([order, actor.getSnapshot().status]).toEqual([['first'], 'stopped']);
  });

  it('whose inspector throws goes on with the next event', () => {
    let isBroken = true;
    const inspect = (): void => {
      if (isBroken) throw new Error('of an inspector');
    };
    const actor = createLightActor(counter);
    actor.system.inspect({ next: () => undefined });
    actor.start();
    actor.system.inspect(inspect);
    expect(() => actor.send({ type: 'add' })).toThrow('of an inspector');
    isBroken = false;
    actor.send({ type: 'add' });
    expect(actor.getSnapshot().context.count).toBeGreaterThan(0);
  });

  it('that is over as soon as it is made has no name by then', () => {
    const over = createMachine({ initial: 'a', states: { a: { type: 'final' } } });
    const found: unknown[] = [];
    const look = ({ system }: { readonly system: AnyActorRef['system'] }): void => void found.push(system.get('name'));
    const parent = createMachine({ entry: [spawnChild(over, { id: 'child', systemId: 'name' }), look] });
    createActor(parent).start();
    createLightActor(compileMachine(parent)).start();
    expect(found).toEqual([undefined, undefined]);
  });

  it('refuses a second child of one name in its system', () => {
    const twins = createMachine({
      entry: [
        spawnChild(
          fromCallback(() => undefined),
          { id: 'a', systemId: 'twin' },
        ),
        spawnChild(
          fromCallback(() => undefined),
          { id: 'b', systemId: 'twin' },
        ),
      ],
    });
    const errors = [createActor(twins), createLightActor(compileMachine(twins))].map((actor) => {
      actor.subscribe({ error: () => undefined });
      return String(actor.start().getSnapshot().error);
    });
    expect(errors[1]).toBe(errors[0]);
    expect(errors[1]).toContain("'twin' already exists");
  });

  it.each([createActor, createLightActor])(
    'keeps the name that it has taken over from one that is done, in %o',
    (create) => {
      const actors = {
        done: createMachine({ initial: 'a', states: { a: { on: { end: 'z' } }, z: { type: 'final' } } }),
        other: fromCallback(() => undefined),
      };
      const machine = setup({ actors }).createMachine({
        on: {
          one: { actions: spawnChild('done', { id: 'first', systemId: 'name' }) },
          two: { actions: spawnChild('other', { id: 'second', systemId: 'name' }) },
          stop: { actions: stopChild('first') },
        },
      });
      const actor = create(compileMachine(machine)).start();
      actor.send({ type: 'one' });
      actor.system.get('name')?.send({ type: 'end' });
      actor.send({ type: 'two' });
      actor.send({ type: 'stop' });
      expect(actor.system.get('name')?.id).toBe('second');
    },
  );

  it('goes through a hundred thousand events that wait in the time that it takes, and not in its square', () => {
    let handled = 0;
    const machine = createMachine({
      on: {
        burst: {
          actions: ({ self }) => {
            for (let sent = 0; sent < 100_000; sent += 1) self.send({ type: 'one' });
          },
        },
        one: { actions: () => (handled += 1) },
      },
    });
    const actor = createLightActor(compileMachine(machine)).start();
    const { user: before } = process.cpuUsage();
    for (let sent = 0; sent < 100_000; sent += 1) actor.send({ type: 'one' });
    const { user: between } = process.cpuUsage();
    actor.send({ type: 'burst' });
    const { user: after } = process.cpuUsage();
    expect(handled).toBe(200_000);
    expect((after - between) / (between - before)).toBeLessThan(20);
  });

  it('gives what may be taken from it, its scope and its system, and takes what is put in its place', () => {
    const actor = createLightActor(counter).start();
    const { get, getSnapshot } = actor.system;
    expect([get('none'), getSnapshot()._scheduledEvents]).toEqual([undefined, {}]);
    expect(actor.send).toBe(actor.send);
    const sent: string[] = [];
    actor.send = ({ type }) => void sent.push(type);
    actor.send({ type: 'add' });
    expect([sent, actor.getSnapshot().context.count]).toEqual([['add'], 0]);
    const { defer, stopChild: stop } = actor as unknown as LightActor;
    expect([typeof defer, () => stop({} as never)]).toEqual(['function', expect.any(Function)]);
    expect(() => stop({} as never)).toThrow('is not a child');
  });

  it('begins where a persisted snapshot stands, by either of its names', () => {
    const persisted = { ...createActor(counter).start().getPersistedSnapshot(), context: { count: 7 } };
    const actors = [
      createLightActor(counter, { snapshot: persisted }),
      createLightActor(counter, { state: persisted } as never),
    ];
    expect(actors.map((actor) => actor.getSnapshot().context.count)).toEqual([7, 7]);
  });

  it('is stopped and started again as @xstate/react does it, with what it had scheduled', () => {
    const timers: (() => void)[] = [];
    const clock = { setTimeout: (callback: () => void) => timers.push(callback), clearTimeout: () => undefined };
    const waiting = createMachine({ initial: 'a', states: { a: { after: { 5: 'b' } }, b: {} } });
    const values = [createActor, createLightActor].map((create) => {
      timers.length = 0;
      const actor = create(waiting, { clock }).start();
      const snapshot = actor.getSnapshot();
      const scheduled = actor.system.getSnapshot();
      Object.assign(actor, { observers: new Set() });
      actor.stop();
      Object.assign(actor.system, { _snapshot: scheduled });
      Object.assign(actor, { _processingStatus: 0, _snapshot: snapshot });
      actor.start();
      timers.at(-1)?.();
      return actor.getSnapshot().value;
    });
    expect(values).toEqual(['b', 'b']);
  });

  it("is one of XState's where its parent is", () => {
    const parent = createActor(counter).start();
    expect(createLightActor(counter, { parent } as never)).not.toBeInstanceOf(LightActor);
  });

  it('that is refused to stop a child that is not its own says whose it is not', () => {
    const [parent, other] = [createLightActor(family), createLightActor(family)] as unknown as [
      LightActor,
      AnyActorRef,
    ];
    expect(() => parent.stopChild(other as never)).toThrow(`because it is not a child`);
  });

  it('keeps its delayed events in its system, where they can be seen, and ends without any', () => {
    const timers = new Map<number, () => void>();
    const clock = {
      setTimeout: (callback: () => void) => timers.set(timers.size + 1, callback).size,
      clearTimeout: (timer: number) => void timers.delete(timer),
    };
    const waiting = createMachine({
      initial: 'a',
      states: { a: { after: { 5: 'b' } }, b: { after: { 5: 'c' } }, c: {} },
    });
    const actor = createLightActor(waiting, { clock }).start();
    const scheduled = () => Object.values(actor.system.getSnapshot()._scheduledEvents).map(({ delay }) => delay);
    expect(scheduled()).toEqual([5]);
    timers.get(1)?.();
    timers.delete(1);
    expect([actor.getSnapshot().value, scheduled()]).toEqual(['b', [5]]);
    actor.stop();
    expect([timers.size, scheduled()]).toEqual([0, []]);
  });
});

it("takes a third of the memory of one of XState's, and less", () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const machine = compileMachine(counter);
  const bytesOf = (create: typeof createActor): number => {
    const actors = [create(machine).start()];
    collect();
    const before = process.memoryUsage().heapUsed;
    for (let made = 0; made < 2_000; made += 1) actors.push(create(machine).start());
    collect();
    return (process.memoryUsage().heapUsed - before) / actors.length;
  };
  expect(bytesOf(createLightActor)).toBeLessThan(bytesOf(createActor) / 3);
});

it('a child that stops takes the delayed events of no other with it', () => {
  const timers: (() => void)[] = [];
  const clock = { setTimeout: (callback: () => void) => timers.push(callback), clearTimeout: () => undefined };
  const waiting = createMachine({ initial: 'a', states: { a: { after: { 5: 'b' } }, b: {} } });
  const parent = createMachine({
    entry: [spawnChild(waiting, { id: 'one' }), spawnChild(waiting, { id: 'two' })],
    on: { stop: { actions: stopChild('one') } },
  });
  const actor = createLightActor(compileMachine(parent), { clock }).start();
  actor.send({ type: 'stop' });
  expect(Object.values(actor.system.getSnapshot()._scheduledEvents)).toHaveLength(1);
  for (const timer of timers) timer();
  expect(actor.getSnapshot().children['two']?.getSnapshot()).toMatchObject({ value: 'b' });
});

describe('where XState is another', () => {
  afterEach(() => {
    vi.doUnmock('../src/light/isProvenLight.ts');
    vi.resetModules();
  });

  it.each([
    ['does nothing', () => createActor(createMachine({}))],
    ['cannot be made', () => expect.unreachable()],
    [
      'is of another chart',
      (options: object) => createActor(createMachine({ initial: 'a', states: { a: {} } }), options),
    ],
  ])('one whose light actor %s is not trusted', (_, create) => {
    expect(agreesWithXState(create as never)).toBe(false);
  });

  it("actors are XState's own, as they are for `devTools`", async () => {
    expect(createLightActor(counter, { devTools: true } as never)).not.toBeInstanceOf(LightActor);
    vi.doMock('../src/light/isProvenLight.ts', () => ({ isProvenLight: () => false }));
    const { createLightActor: create } = await import('../src/index.ts');
    const actor = create(counter).start();
    actor.send({ type: 'add' });
    expect([Object.hasOwn(actor, 'observers'), actor.getSnapshot().context.count]).toEqual([true, 1]);
  });
});
