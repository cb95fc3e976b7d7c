import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AnyActorRef,
  type AnyEventObject,
  type AnyMachineSnapshot,
  assign,
  createActor,
  emit,
  fromPromise,
  raise,
  SimulatedClock,
  sendParent,
  sendTo,
  setup,
  spawnChild,
} from 'xstate';
import { compileMachine, createLightActor, fromWorker, hibernate, Worker, wake } from '../src/index.ts';
import { type Input, Pair } from './Pair.ts';
import { chart, eventTypes, machineOf, type StateSpec } from './randomChart.ts';

/** Counts what it hears, and says so when it is told to. */
class Counter extends Worker<{ readonly name: string }, AnyEventObject, AnyEventObject> {
  static readonly all: Counter[] = [];
  count = 0;
  isStopped = false;

  begin(): void {
    Counter.all.push(this);
  }

  receive(): void {
    this.count += 1;
  }

  say(type: string): void {
    this.report({ type, count: this.count });
  }

  stop(): void {
    this.isStopped = true;
  }
}

const counter = fromWorker<{ readonly name: string }, AnyEventObject>((input) => new Counter(input));

/** Ticks by a timer, has a worker of its own, and hands on what that says. */
const child = setup({ types: { context: {} as { ticks: number } }, actors: { counter } }).createMachine({
  id: 'child',
  context: { ticks: 0 },
  initial: 'ticking',
  invoke: { id: 'deep', src: 'counter', input: { name: 'deep' } },
  on: {
    count: { actions: sendTo('deep', { type: 'count' }) },
    deepSaid: { actions: sendParent({ type: 'heard' }) },
    over: '.over',
  },
  states: {
    ticking: {
      after: {
        100: {
          target: 'ticking',
          reenter: true,
          actions: [assign({ ticks: ({ context }) => context.ticks + 1 }), sendParent({ type: 'tick' })],
        },
      },
    },
    over: { type: 'final' },
  },
});

const family = setup({
  types: { context: {} as { heard: readonly string[] } },
  actors: { child, counter, endless: fromPromise(() => new Promise<never>(() => undefined)) },
}).createMachine({
  id: 'family',
  context: { heard: [] },
  entry: [spawnChild('child', { id: 'child' }), spawnChild('counter', { id: 'worker', input: { name: 'worker' } })],
  on: {
    count: { actions: [sendTo('worker', { type: 'count' }), sendTo('child', { type: 'count' })] },
    promise: { actions: spawnChild('endless', { id: 'promise' }) },
    name: { actions: spawnChild('counter', { id: 'named', systemId: 'a name', input: { name: 'named' } }) },
    burst: { actions: Array.from({ length: 12 }, (_, n) => raise({ type: `late ${n}` }, { delay: 10 + n })) },
    shout: { actions: emit({ type: 'shouted' }) },
    '*': { actions: assign({ heard: ({ context, event }) => [...context.heard, event.type] }) },
  },
});

interface Options {
  readonly inspect?: (() => void) | undefined;
}

function found({ inspect }: Options = {}) {
  Counter.all.length = 0;
  const clock = new SimulatedClock();
  const logic = compileMachine(family.provide({ actors: { child: compileMachine(child) } }));
  const actor = createLightActor(logic, { clock, ...(inspect ? { inspect } : {}) }).start();
  const childOf = (id: string): AnyActorRef => {
    const ref = (actor.getSnapshot() as AnyMachineSnapshot).children[id] as AnyActorRef | undefined;
    if (!ref) throw new Error(`There is no ${id}.`);
    return ref;
  };
  const workerOf = (name: string): Counter => {
    const worker = Counter.all.find(({ input }) => input.name === name);
    if (!worker) throw new Error(`Nobody works as ${name}.`);
    return worker;
  };
  return { actor, childOf, clock, workerOf };
}

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));
afterEach(() => vi.useRealTimers());

describe('an actor that hibernates', () => {
  it('lets go of its children: references from before are those of stopped actors', () => {
    const { actor, childOf, workerOf } = found();
    const before = childOf('worker');
    const { sessionId } = before;
    expect(hibernate(actor)).toBe(true);
    before.send({ type: 'count' });
    expect(workerOf('worker').count).toBe(0);
    actor.send({ type: 'count' });
    expect(childOf('worker')).not.toBe(before);
    expect(childOf('worker')).toMatchObject({ sessionId, options: { input: { name: 'worker' } } });
    expect(workerOf('worker').count).toBe(1);
  });

  it('handles an event with its children, and theirs, as they were', () => {
    const { actor, workerOf } = found();
    actor.send({ type: 'count' });
    hibernate(actor);
    actor.send({ type: 'count' });
    expect(workerOf('worker').count).toBe(2);
    expect(workerOf('deep').count).toBe(2);
    expect(Counter.all).toHaveLength(2);
  });

  it('is woken by the timer of a child, at its time, which then goes on', () => {
    const { actor, childOf, clock } = found();
    clock.increment(60);
    hibernate(actor);
    clock.increment(39);
    expect(actor.getSnapshot().context.heard).toEqual([]);
    clock.increment(1);
    expect(actor.getSnapshot().context.heard).toEqual(['tick']);
    hibernate(actor);
    clock.increment(100);
    expect(childOf('child').getSnapshot().context).toEqual({ ticks: 2 });
  });

  it('is woken by what a worker reports, to itself or to a child', () => {
    const { actor, workerOf } = found();
    hibernate(actor);
    workerOf('worker').say('workerSaid');
    hibernate(actor);
    workerOf('deep').say('deepSaid');
    workerOf('deep').say('deepSaid');
    expect(actor.getSnapshot().context.heard).toEqual(['workerSaid', 'heard', 'heard']);
  });

  it('keeps each of many timers, and its own', () => {
    const { actor, clock } = found();
    actor.send({ type: 'burst' });
    hibernate(actor);
    clock.increment(15);
    hibernate(actor);
    clock.increment(15);
    expect(actor.getSnapshot().context.heard).toEqual(Array.from({ length: 12 }, (_, n) => `late ${n}`));
    actor.stop();
    expect(clock).toMatchObject({ timeouts: new Map() });
  });

  it('stops its workers when it is stopped', () => {
    const { actor, workerOf } = found();
    hibernate(actor);
    actor.stop();
    expect([workerOf('worker').isStopped, workerOf('deep').isStopped]).toEqual([true, true]);
    workerOf('deep').say('deepSaid');
    expect(actor.getSnapshot().status).toBe('stopped');
  });

  it('shows children that say how they are, and are woken by what they are sent', () => {
    const { actor, childOf, clock, workerOf } = found();
    clock.increment(100);
    const persisted = JSON.stringify(actor.getPersistedSnapshot());
    const json = JSON.stringify(actor.getSnapshot());
    hibernate(actor);
    const asleep = childOf('child');
    expect([asleep.id, asleep.src, asleep.getSnapshot().context]).toEqual(['child', 'child', { ticks: 1 }]);
    expect(JSON.stringify(actor.getPersistedSnapshot())).toBe(persisted);
    expect(JSON.stringify(actor.getSnapshot())).toBe(json);
    asleep.send({ type: 'count' });
    expect(workerOf('deep').count).toBe(1);
    asleep.send({ type: 'over' });
    expect(asleep.getSnapshot().status).toBe('done');
  });

  it('tells its subscribers and listeners of neither sleeping nor waking, and of all else', () => {
    const { actor } = found();
    const seen: unknown[] = [];
    actor.subscribe(({ context }) => seen.push(context.heard.length));
    actor.on('*', ({ type }) => seen.push(type));
    hibernate(actor);
    expect(seen).toEqual([]);
    actor.send({ type: 'hello' });
    hibernate(actor);
    actor.send({ type: 'shout' });
    expect(seen).toEqual([1, 'shouted', 1]);
  });

  it('says that it was woken once for each time, before the event is handled', () => {
    const { actor } = found();
    const seen: string[] = [];
    actor.subscribe(() => seen.push('handled'));
    hibernate(actor, { onWake: () => seen.push('woken') });
    actor.send({ type: 'one' });
    actor.send({ type: 'two' });
    expect(seen).toEqual(['woken', 'handled', 'handled']);
  });

  it('handles the event also where `onWake` throws, of which the process is told', () => {
    vi.useFakeTimers();
    const { actor } = found();
    const onWake = (): never => {
      throw new Error('of onWake');
    };
    hibernate(actor, { onWake });
    actor.send({ type: 'one' });
    expect(actor.getSnapshot().context.heard).toEqual(['one']);
    expect(() => vi.runAllTimers()).toThrow('of onWake');
  });

  it('has what is sent while its children are made again wait for them', () => {
    const { actor, workerOf } = found();
    hibernate(actor);
    let seen = 0;
    actor.system.inspect(({ type }) => {
      if (type !== '@xstate.actor') return;
      seen += 1;
      if (seen === 1) actor.send({ type: 'count' });
    });
    actor.send({ type: 'count' });
    expect(workerOf('worker').count).toBe(2);
    expect(workerOf('deep').count).toBe(2);
  });

  it('is woken by `wake`, and handles what came meanwhile', () => {
    const { actor, childOf } = found();
    hibernate(actor, { onWake: () => actor.send({ type: 'sent meanwhile' }) });
    const asleep = childOf('worker');
    wake(actor);
    expect(childOf('worker')).not.toBe(asleep);
    expect(actor.getSnapshot().context.heard).toEqual(['sent meanwhile']);
    wake(actor);
    wake(createActor(family));
    expect(actor.getSnapshot().context.heard).toEqual(['sent meanwhile']);
  });

  it('sleeps on when it is asked again, and is woken once', () => {
    const { actor } = found();
    const onWake = vi.fn();
    expect([hibernate(actor, { onWake }), hibernate(actor, { onWake })]).toEqual([true, true]);
    actor.send({ type: 'one' });
    expect(onWake).toHaveBeenCalledTimes(1);
  });
});

describe('an actor does not hibernate', () => {
  const refusals: readonly (readonly [string, (actor: ReturnType<typeof found>) => void])[] = [
    ['while a promise is under way below it', ({ actor }) => actor.send({ type: 'promise' })],
    ['while a child has a systemId', ({ actor }) => actor.send({ type: 'name' })],
    ['while somebody follows a child', ({ childOf }) => void childOf('child').subscribe(() => undefined)],
    ['while somebody listens to a child', ({ childOf }) => void childOf('worker').on('*', () => undefined)],
    ['when a child is over', ({ childOf }) => childOf('child').send({ type: 'over' })],
    ['when it is over', ({ actor }) => void actor.stop()],
  ];

  it.each(refusals)('%s', (_, make) => {
    const one = found();
    make(one);
    expect(hibernate(one.actor)).toBe(false);
  });

  it('where it is inspected', () => {
    expect(hibernate(found({ inspect: () => undefined }).actor)).toBe(false);
  });

  it("when it is one of XState's, a child, or one that runs no chart", () => {
    const { childOf } = found();
    expect(hibernate(createActor(family).start())).toBe(false);
    expect(hibernate(childOf('child'))).toBe(false);
    expect(hibernate(createLightActor(counter, { input: { name: 'alone' } }).start())).toBe(false);
  });

  it('before it is started, and while it handles an event', () => {
    const answers: boolean[] = [];
    const machine = setup({ actions: { try: ({ self }) => void answers.push(hibernate(self)) } }).createMachine({
      on: { try: { actions: 'try' } },
    });
    const actor = createLightActor(compileMachine(machine));
    answers.push(hibernate(actor));
    actor.subscribe(() => answers.push(hibernate(actor)));
    actor.start().send({ type: 'try' });
    expect(answers).toEqual([false, false, false, false]);
  });
});

const input: fc.Arbitrary<Input> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ send: fc.constantFrom(...eventTypes) }) },
  { weight: 3, arbitrary: fc.record({ passMs: fc.constantFrom(3, 10, 25) }) },
);

/** With children everywhere, and none that is not to sleep. */
function populated(spec: StateSpec, depth = 0): StateSpec {
  const replaced = <Spec extends { readonly kind: string }>(all: readonly Spec[]): readonly Spec[] =>
    all.filter(({ kind }) => kind !== 'spawnInAssign');
  const transitions = <Spec extends { readonly actions: StateSpec['entry'] }>(spec: Spec): Spec => ({
    ...spec,
    actions: replaced(spec.actions),
  });
  return {
    ...spec,
    states: spec.states.map((state) => populated(state, depth + 1)),
    entry: replaced(spec.entry),
    exit: replaced(spec.exit),
    initialActions: replaced(spec.initialActions),
    on: spec.on.map(([descriptor, all]) => [descriptor, all.map(transitions)]),
    always: spec.always.map(transitions),
    after: spec.after.map(([delay, transition]) => [delay, transitions(transition)]),
    onDone: spec.onDone && transitions(spec.onDone),
    invoke: (['machine', 'echo', 'none'] as const)[depth % 3] ?? 'none',
  };
}

it('a chart whose children sleep whenever they may shows nothing that the interpreted one does not, and nothing less', () => {
  let sleeps = 0;
  const inputs = fc.array(input, { minLength: 5, maxLength: 40, size: 'max' });
  const how = { isInspected: false, isLight: true, hasWorkers: true };
  const property = fc.property(
    chart.map((spec) => populated(spec)),
    inputs,
    (root, all) => {
      const pair = new Pair((log, hasWorkers) => machineOf(root, log, hasWorkers), how);
      for (const one of all) {
        if (!pair.isActive) pair.restart();
        pair.feed({ hibernate: true });
        pair.feed(one);
        pair.compare();
      }
      pair.restart();
      sleeps += pair.sleeps;
    },
  );
  fc.assert(property, { numRuns: 400, ...(process.env['SEED'] ? { seed: Number(process.env['SEED']) } : {}) });
  expect(sleeps).toBeGreaterThan(400);
}, 600_000);
