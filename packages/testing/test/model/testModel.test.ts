import { runInThisContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Actor, type AnyEventObject, createActor, createMachine, fromPromise, setup } from 'xstate';
import { VirtualClock } from '../../src/index.ts';
import { ModelError, ModelFailure, type Sut, testModel } from '../../src/model/index.ts';
import { printCode } from '../../src/model/printCode.ts';

const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: {
    closed: { on: { open: 'opened', lock: { target: 'locked', guard: ({ event }) => event['key'] === 'right' } } },
    opened: { on: { close: 'closed' }, after: { 5000: 'closed' } },
    locked: { on: { unlock: 'closed' } },
  },
});
const events = { lock: [{ key: 'wrong' }, { key: 'right' }] };

interface Door {
  readonly clock: VirtualClock;
  state: string;
  opened: number;
}

/** A door as the machine has it, by hand. */
function doorSut(change: Partial<Sut<Door>> = {}): Sut<Door> {
  return {
    create: () => ({ clock: new VirtualClock(), state: 'closed', opened: 0 }),
    send(it, { type, key }) {
      if (type === 'open' && it.state === 'closed') {
        it.state = 'opened';
        it.opened += 1;
        const { opened } = it;
        it.clock.setTimeout(() => {
          if (it.state === 'opened' && it.opened === opened) it.state = 'closed';
        }, 5_000);
      } else if (type === 'close' && it.state === 'opened') it.state = 'closed';
      else if (type === 'lock' && it.state === 'closed' && key === 'right') it.state = 'locked';
      else if (type === 'unlock' && it.state === 'locked') it.state = 'closed';
    },
    advance: ({ clock }, ms) => clock.advance(ms),
    read: ({ state }) => state,
    ...change,
  };
}

const modelOf = (change: Partial<Sut<Door>> = {}, deadlineMs?: number) =>
  testModel({ machine: door, events, sut: doorSut(change), deadlineMs });

async function failureOf(promise: Promise<unknown>): Promise<ModelFailure> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ModelFailure);
  return error as ModelFailure;
}

describe('a system that does what its model does', () => {
  it('passes along a plan', async () => {
    const model = modelOf();
    const plan = model.plan();
    expect(plan.missing).toEqual([]);
    for (const path of plan.paths) await model.run(path);
  });

  it('passes on walks, which tell what they have covered', async () => {
    expect(await modelOf().walk({ seed: 3, runs: 50, steps: 20 })).toMatchObject({
      runs: 50,
      seed: 3,
      covered: 5,
      total: 5,
      missing: [],
    });
  });

  it('is an actor of XState, with its actions, actors and timers in virtual time', async () => {
    const { machine, sut } = retrying();
    const model = testModel({ machine, sut });
    const plan = model.plan();
    expect(plan).toMatchObject({ covered: 3, total: 3 });
    for (const path of plan.paths) await model.run(path);
  });
});

interface Answer {
  readonly promise: Promise<number>;
  resolve(value: number): void;
  reject(reason: unknown): void;
}

function createAnswer(): Answer {
  let settle: Omit<Answer, 'promise'> | undefined;
  const promise = new Promise<number>((resolve, reject) => {
    settle = { resolve, reject };
  });
  return { promise, resolve: (value) => settle?.resolve(value), reject: (reason) => settle?.reject(reason) };
}

/** A machine that asks until it is told, as real actors. What is asked answers when the test says so. */
function retrying() {
  const machine = setup({
    actors: { ask: fromPromise<number>(() => Promise.reject(new Error('not provided'))) },
  }).createMachine({
    id: 'retrying',
    initial: 'asking',
    states: {
      asking: { invoke: { id: 'ask', src: 'ask', onDone: 'told', onError: 'waiting' } },
      waiting: { after: { 100: 'asking' } },
      told: { type: 'final' },
    },
  });
  interface Asking {
    readonly clock: VirtualClock;
    readonly actor: Actor<typeof machine>;
    readonly answers: Answer[];
  }
  const sut: Sut<Asking> = {
    create() {
      const clock = new VirtualClock();
      const answers: Answer[] = [];
      const ask = fromPromise<number>(() => {
        const answer = createAnswer();
        answers.push(answer);
        return answer.promise;
      });
      return { clock, answers, actor: createActor(machine.provide({ actors: { ask } }), { clock }).start() };
    },
    send({ answers }, event) {
      if (event.type === 'xstate.done.actor.ask') answers.at(-1)?.resolve(1);
      else answers.at(-1)?.reject(event['error']);
    },
    advance: ({ clock }, ms) => clock.advance(ms),
    settle: ({ clock }) => clock.settle(),
    read: ({ actor }) => actor.getSnapshot().value,
    dispose: ({ actor }) => actor.stop(),
  };
  return { machine, sut };
}

describe('a failure', () => {
  // It locks itself when it is closed by hand for the second time.
  const faulty = () => {
    const closed = new WeakMap<Door, number>();
    const { send } = doorSut();
    return modelOf({
      send(it, event) {
        const before = it.state;
        send(it, event);
        if (event.type !== 'close' || before !== 'opened') return;
        closed.set(it, (closed.get(it) ?? 0) + 1);
        if (closed.get(it) === 2) it.state = 'locked';
      },
    });
  };
  const twice = [{ type: 'open' }, { type: 'close' }, { type: 'open' }, { type: 'close' }];

  it('tells the shortest way to it, what was expected and what came, and the code of a test', async () => {
    const long = [{ type: 'open' }, { waitMs: 5_000 }, { type: 'lock', key: 'wrong' }, ...twice, { type: 'open' }];
    const failure = await failureOf(faulty().run(long));
    expect(failure.inputs).toEqual(twice);
    expect(failure.message).toBe(`The system differs from the model "door" after 4 steps, shortened from 7.
    closed → opened by open
    opened → closed by close
    closed → opened by open
  ✗ opened → closed by close

Expected: 'closed'
Got:      'locked'

As a regression test:

  test('door: opened → closed by close', () =>
    model.run([
      { type: 'open' },
      { type: 'close' },
      { type: 'open' },
      { type: 'close' },
    ]));`);
  });

  it.each([1, 2, 3, 4])('of a random walk is shortened as far, and told with its seed: %i', async (seed) => {
    const failure = await failureOf(faulty().walk({ seed, runs: 200 }));
    expect(failure.inputs).toHaveLength(4);
    expect(failure.message).toContain(`The same walk again: model.walk({ runs: 200, steps: 30, seed: ${seed} })`);
    expect((await failureOf(faulty().walk({ seed, runs: 200, steps: 30 }))).message).toBe(failure.message);
  });

  it('comes again from the code that it prints', async () => {
    const failure = await failureOf(faulty().walk({ seed: 9, runs: 200 }));
    const [, code] = /model\.run\((\[[\s\S]*?\])\)/.exec(failure.message) ?? [];
    const inputs = runInThisContext(code ?? '') as AnyEventObject[];
    expect(inputs).toEqual(failure.inputs);
    expect((await failureOf(faulty().run(inputs))).inputs).toEqual(inputs);
  });

  it('is one when the system acts on an event that its model ignores there; walks send those, too', async () => {
    const { send } = doorSut();
    const change: Partial<Sut<Door>> = {
      send(it, event) {
        if (event.type === 'unlock' && it.state === 'opened') it.state = 'closed';
        else send(it, event);
      },
    };
    expect((await failureOf(modelOf(change).walk({ seed: 1 }))).steps).toEqual([
      'closed → opened by open',
      'opened stays by unlock',
    ]);
    await modelOf(change).walk({ seed: 1, sendStrays: false });
  });

  it('is one at the very beginning', async () => {
    const failure = await failureOf(modelOf({ read: () => 'ajar' }).run([{ type: 'open' }]));
    expect(failure.message).toMatch(
      /^The system differs from the model "door" after 0 steps\.\n\nExpected: 'closed'\nGot: {6}'ajar'/,
    );
  });

  it.each(['create', 'send', 'settle', 'read', 'dispose'] as const)(
    'is one when `%s` throws: it says so, and keeps the cause',
    async (method) => {
      const cause = new TypeError('out of order');
      const broken = { [method]: () => Promise.reject(cause) };
      const failure = await failureOf(modelOf(broken).run([{ type: 'open' }]));
      expect(failure.message).toContain(`throws in \`${method}\`, unlike the model "door"`);
      expect(failure.message).toContain('Thrown: TypeError: out of order');
      expect(failure.cause).toBe(cause);
    },
  );

  it('is one when a method never returns', async () => {
    const failure = await failureOf(modelOf({ send: () => new Promise(() => undefined) }, 1).run([{ type: 'open' }]));
    expect(failure.message).toContain('Thrown: Error: `send` of the system did not return within 1 ms.');
  });

  it('is told before one of `dispose`, which is called after it all the same', async () => {
    let disposed = 0;
    const dispose = (): never => {
      disposed += 1;
      throw new Error('too late');
    };
    const failure = await failureOf(modelOf({ read: () => 'ajar', dispose }).run([]));
    expect(failure.message).toContain("Got:      'ajar'");
    expect(disposed).toBeGreaterThan(0);
  });

  it('that does not come again is told nevertheless, with a word on that', async () => {
    let reads = 0;
    const read = ({ state }: Door): string => {
      reads += 1;
      return reads === 2 ? 'ajar' : state;
    };
    const failure = await failureOf(modelOf({ read }).run([{ type: 'open' }]));
    expect(failure.message).toContain("Got:      'ajar'");
    expect(failure.message).toContain('Led along the same way once more it did not fail');
  });
});

it('a way that waits needs a system for which time can pass', async () => {
  const { advance: _, ...timeless } = doorSut();
  const model = testModel({ machine: door, events, sut: timeless });
  await expect(model.run([{ type: 'open' }, { waitMs: 5_000 }])).rejects.toThrow(
    new ModelError('The path waits 5000 ms, and the system has no `advance`: write one, that lets time pass for it.'),
  );
  await expect(model.walk({ seed: 1 })).rejects.toThrow(ModelError);
});

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY])('a wait of %d ms is refused', async (waitMs) => {
  await expect(modelOf().run([{ type: 'open' }, { waitMs }])).rejects.toThrow(
    new ModelError(`Expected waitMs to be a number of milliseconds from 0, got ${waitMs}.`),
  );
});

it('a system that is made too late is disposed of all the same', async () => {
  const disposed: Door[] = [];
  const late: { arrive?: (door: Door) => void } = {};
  const create = (): Promise<Door> =>
    new Promise((resolve) => {
      late.arrive = resolve;
    });
  const model = modelOf({ create, dispose: (it) => disposed.push(it) }, 1);
  const failure = await failureOf(model.run([]));
  expect(failure.message).toContain('`create` of the system did not return within 1 ms.');
  const door = { clock: new VirtualClock(), state: 'closed', opened: 0 };
  late.arrive?.(door);
  await door.clock.settle();
  expect(disposed).toEqual([door]);
});

it.each([
  [new Map([['a', 1]]), new Map([['a', 2]])],
  [new Set([1]), new Set([2])],
  [new Date(1), new Date(2)],
])('what is read may be a map, a set, a date: %#', async (expected, other) => {
  const sut = doorSut({ read: () => expected });
  await testModel({ machine: door, sut, expected: () => structuredClone(expected) }).run([]);
  const failure = await failureOf(testModel({ machine: door, sut, expected: () => other }).run([]));
  expect(failure.message).toContain(`Expected: ${printCode(other)}\nGot:      ${printCode(expected)}`);
});

it.each([0, -1, Number.NaN])('a deadline of %d ms is refused', (deadlineMs) => {
  expect(() => modelOf({}, deadlineMs)).toThrow(
    new ModelError(`Expected deadlineMs to be a number of milliseconds above 0, got ${deadlineMs}.`),
  );
});

it('the code of a value is that value again', () => {
  const values = fc.anything({ withBigInt: true, withDate: true, withMap: true, withSet: true, maxDepth: 3 });
  const check = (value: unknown): void => {
    expect(runInThisContext(`(${printCode(value)})`)).toEqual(value);
  };
  fc.assert(fc.property(values, check), { numRuns: 2_000 });
});

it('the code of a key that would change what an object inherits makes a key', () => {
  const code = printCode(JSON.parse('{ "__proto__": { "a": 1 }, "b-c": 2 }'));
  expect(code).toBe("{ ['__proto__']: { a: 1 }, 'b-c': 2 }");
});
