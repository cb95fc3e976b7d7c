import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  assign,
  cancel,
  createActor,
  createMachine,
  emit,
  enqueueActions,
  raise,
  SimulatedClock,
  sendTo,
  setup,
  spawnChild,
} from 'xstate';
import { type ChartRecord, compileMachine, createRecords } from '../src/index.ts';
import { type ActionSpec, chart, eventTypes, type Log, machineOf, type StateSpec } from './randomChart.ts';

function recordOf<Machine extends AnyStateMachine>(machine: Machine, input?: never): ChartRecord<Machine> {
  const create = createRecords(compileMachine(machine));
  if (!create) throw new Error('This XState is not one that records were proven on.');
  return create(input);
}

const runs = Number(process.env['EQUIVALENCE_RUNS'] ?? 300);
/** What needs no actor. */
const solitary: ReadonlySet<ActionSpec['kind']> = new Set([
  'note',
  'noteWithParams',
  'missing',
  'count',
  'countEach',
  'addKey',
  'raise',
  'enqueue',
  'emit',
  'throw',
]);

/** The same chart without whatever needs an actor. */
function solitaryOf(spec: StateSpec): StateSpec {
  const actions = (list: readonly ActionSpec[]) => list.filter(({ kind }) => solitary.has(kind));
  const transition = <Spec extends { readonly actions: readonly ActionSpec[] }>(one: Spec): Spec => ({
    ...one,
    actions: actions(one.actions),
  });
  return {
    ...spec,
    states: spec.states.map(solitaryOf),
    entry: actions(spec.entry),
    exit: actions(spec.exit),
    initialActions: actions(spec.initialActions),
    on: spec.on.map(([name, list]) => [name, list.map(transition)] as const),
    always: spec.always.map(transition),
    after: [],
    invoke: 'none',
    onDone: spec.onDone && transition(spec.onDone),
  };
}

/** Everything that can be seen. */
function viewOf(snapshot: AnyMachineSnapshot, log: Log): unknown {
  const { _nodes, context, error, historyValue, output, status, tags, value } = snapshot;
  return {
    status,
    value: JSON.stringify(value),
    context: JSON.stringify(context),
    output: JSON.stringify(output),
    error: error instanceof Error ? error.message : error,
    nodes: _nodes?.map(({ id }) => id),
    tags: tags && [...tags],
    history: historyValue && Object.entries(historyValue).map(([id, nodes]) => [id, nodes.map((node) => node.id)]),
    json: status === 'error' ? null : JSON.stringify({ ...Object(snapshot.toJSON()), historyValue: null }),
    can: status === 'active' ? eventTypes.map((type) => canOf(snapshot, type)) : null,
    log: log.splice(0),
  };
}

function canOf(snapshot: AnyMachineSnapshot, type: string): unknown {
  try {
    return snapshot.can({ type });
  } catch (error) {
    return String(error);
  }
}

const ends = (log: Log) => ({
  complete: () => void log.push('complete'),
  error: (error: unknown) => void log.push(['error', String(error)]),
});

beforeEach(() => void vi.spyOn(console, 'warn').mockImplementation(() => undefined));

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

describe('a record', () => {
  it('shows and does after each event what an actor of its chart does, and so does the actor that it becomes', () => {
    const input = fc.constantFrom(...eventTypes, 'unknown');
    fc.assert(
      fc.property(chart.map(solitaryOf), fc.array(input, { maxLength: 20 }), fc.nat(25), (spec, types, becomesAt) => {
        const logs: [Log, Log] = [[], []];
        const actor = createActor(machineOf(spec, logs[0]));
        actor.subscribe(ends(logs[0]));
        const record = recordOf(machineOf(spec, logs[1]));
        record.onEnd(ends(logs[1]));
        actor.start();
        record.start();
        for (const [index, type] of ['first', ...types].entries()) {
          if (index > 0) {
            actor.send({ type });
            record.send({ type });
          }
          const [expected, seen] = [viewOf(actor.getSnapshot(), logs[0]), viewOf(record.getSnapshot(), logs[1])];
          if (JSON.stringify(seen) !== JSON.stringify(expected)) expect(seen).toEqual(expected);
          if (index === becomesAt) record.becomeActor();
        }
      }),
      { numRuns: runs },
    );
  }, 120_000);

  it('keeps the context that it began with where it is told how, and hands over what is new', () => {
    const machine = createMachine({
      id: 'counter',
      context: { count: 0 },
      on: { add: { actions: assign({ count: ({ context }) => Number(context['count']) + 1 }) } },
    });
    const create = createRecords(compileMachine(machine), {
      keepContext: (kept, next) => {
        kept['count'] = next['count'];
      },
    });
    const record = create?.();
    record?.start();
    const first = record?.getSnapshot();
    const { context } = first ?? {};
    record?.send({ type: 'add' });
    expect([record?.getSnapshot() === first, first?.context === context, context?.['count']]).toEqual([true, true, 1]);
    expect(create?.().getSnapshot().context['count']).toBe(0);
    const actor = record?.becomeActor();
    actor?.send({ type: 'add' });
    expect([context?.['count'], actor?.getSnapshot().context.count, record?.getSnapshot().context['count']]).toEqual([
      1, 2, 2,
    ]);
  });
});

/** Logs what happens, and lets each test send from within. */
function talkative(during: (what: string) => void) {
  return setup({}).createMachine({
    id: 'talkative',
    initial: 'one',
    entry: () => during('entered'),
    on: { over: '.end' },
    states: {
      one: { on: { go: { target: 'two', actions: () => during('went') } } },
      two: { on: { back: { target: 'one', actions: () => during('came back') } } },
      end: { type: 'final' },
    },
  });
}

describe('what is sent to a record', () => {
  it('before its start or during an event waits for the end of that', () => {
    const seen: unknown[] = [];
    const record = recordOf(
      talkative((what) => {
        seen.push([what, record.getSnapshot().value]);
        if (what === 'went') record.send({ type: 'back' });
      }),
    );
    record.send({ type: 'go' });
    expect(record.getSnapshot().value).toBe('one');
    record.start();
    expect(seen).toEqual([
      ['entered', 'one'],
      ['went', 'one'],
      ['came back', 'two'],
    ]);
    expect(record.getSnapshot().value).toBe('one');
  });

  it('after its end is ignored, and so is what waits when it ends', () => {
    const log: Log = [];
    const record = recordOf(
      talkative((what) => {
        log.push(what);
        if (what === 'went') for (const type of ['over', 'over', 'back']) record.send({ type });
      }),
    );
    record.onEnd(ends(log));
    record.start();
    record.send({ type: 'go' });
    record.send({ type: 'back' });
    expect(log).toEqual(['entered', 'went', 'complete']);
    expect(record.getSnapshot()).toMatchObject({ status: 'done', value: 'end' });
  });
});

it('is started once, whoever asks for it', () => {
  const seen: string[] = [];
  const record = recordOf(
    talkative((what) => {
      seen.push(what);
      record.start();
    }),
  );
  record.start();
  record.start();
  expect(seen).toEqual(['entered']);
});

it('that is dropped is held by nobody', async () => {
  setFlagsFromString('--expose-gc');
  const collectGarbage: () => void = runInNewContext('gc');
  const machine = createMachine({
    id: 'loud',
    context: ({ input }: { input: unknown }) => ({ input }),
    entry: emit({ type: 'shouted' }),
  } as never);
  const create = createRecords(compileMachine(machine as AnyStateMachine));
  const inputs = Array.from({ length: 5 }, () => {
    const input = {};
    create?.(input as never).start();
    return new WeakRef(input);
  });
  // A WeakRef holds what it refers to until the end of the turn.
  await new Promise((resolve) => setImmediate(resolve));
  collectGarbage();
  expect(inputs.map((input) => input.deref())).toEqual(inputs.map(() => undefined));
});

it('may be made while another one is made', () => {
  const seen: string[] = [];
  const inner = createMachine({ id: 'inner', entry: () => seen.push('inner') });
  let made: ChartRecord<typeof inner> | undefined;
  const outer = createMachine({
    id: 'outer',
    entry: [
      assign(() => {
        made = recordOf(inner);
        return {};
      }),
      () => seen.push('outer'),
    ],
    initial: 'in',
    states: { in: { entry: () => seen.push('in') } },
    context: {},
  });
  const record = recordOf(outer);
  record.start();
  expect(seen).toEqual(['outer', 'in']);
  made?.start();
  expect(seen).toEqual(['outer', 'in', 'inner']);
});

describe('a record becomes an actor', () => {
  it('that is told of the events that come from then on, whichever of the two gets them', () => {
    const record = recordOf(talkative(() => undefined));
    record.start();
    const actor = record.becomeActor();
    const seen: unknown[] = [];
    actor.subscribe(({ value }) => seen.push(value));
    record.send({ type: 'go' });
    actor.send({ type: 'back' });
    expect(seen).toEqual(['two', 'one']);
    expect([record.getSnapshot(), record.becomeActor()]).toEqual([actor.getSnapshot(), actor]);
  });

  it('in the middle of an event at its end, and what has come meanwhile comes then, in its order', () => {
    const seen: unknown[] = [];
    const record = recordOf(
      talkative((what) => {
        seen.push(what);
        if (what !== 'went') return;
        record.send({ type: 'back' });
        const actor = record.becomeActor();
        actor.subscribe({ next: ({ value }) => seen.push(value), complete: () => seen.push('complete') });
        actor.send({ type: 'over' });
        seen.push(actor.getSnapshot().value);
      }),
    );
    record.onEnd({ complete: () => seen.push('told'), error: () => undefined });
    record.start();
    record.send({ type: 'go' });
    expect(seen).toEqual(['entered', 'went', 'one', 'two', 'came back', 'one', 'end', 'told', 'complete']);
    record.send({ type: 'go' });
    expect(record.getSnapshot().status).toBe('done');
  });

  it('in the middle of its last event, and tells of the end', () => {
    const log: Log = [];
    const machine = setup({}).createMachine({
      id: 'brief',
      on: { over: '.end' },
      initial: 'one',
      states: { one: {}, end: { type: 'final', entry: () => void record.becomeActor() } },
    });
    const record = recordOf(machine);
    record.onEnd(ends(log));
    record.start();
    record.send({ type: 'over' });
    expect([log, record.getSnapshot().status]).toEqual([['complete'], 'done']);
  });

  it('before its start, and is started with it', () => {
    const seen: unknown[] = [];
    const record = recordOf(talkative((what) => seen.push(what)));
    const actor = record.becomeActor();
    actor.send({ type: 'go' });
    expect(seen).toEqual([]);
    record.start();
    expect([seen, actor.getSnapshot().value]).toEqual([['entered', 'went'], 'two']);
  });

  it('before its start, and may be started by whoever has it: its first states are those of an actor, and gone through once', () => {
    const clock = new SimulatedClock();
    const seen: unknown[] = [];
    const machine = createMachine({
      id: 'timed',
      entry: () => seen.push('entered'),
      initial: 'one',
      states: { one: { after: { 10: 'two' } }, two: {} },
    });
    for (const isStartedByItself of [false, true]) {
      const record = recordOf(machine);
      const actor = record.becomeActor({ clock });
      if (isStartedByItself) actor.start();
      clock.increment(10);
      record.start();
      clock.increment(10);
      expect(actor.getSnapshot().value).toBe('two');
    }
    expect(seen).toEqual(['entered', 'entered']);
  });

  it('in the middle of an event, and to start it then changes nothing', () => {
    const seen: unknown[] = [];
    const record = recordOf(
      talkative((what) => {
        seen.push(what);
        if (what === 'went') record.becomeActor().start().send({ type: 'back' });
      }),
    );
    record.start();
    record.send({ type: 'go' });
    expect([seen, record.getSnapshot().value]).toEqual([['entered', 'went', 'came back'], 'one']);
  });

  it('in the middle of an event, and stopped then it ends with that', () => {
    const log: Log = [];
    const record = recordOf(
      talkative((what) => {
        if (what === 'went') record.becomeActor().stop();
      }),
    );
    record.onEnd(ends(log));
    record.start();
    record.send({ type: 'go' });
    record.send({ type: 'back' });
    expect([log, record.getSnapshot()]).toEqual([
      ['complete'],
      expect.objectContaining({ status: 'stopped', value: 'two' }),
    ]);
  });

  it('while it is started, and goes through its first states once', () => {
    const seen: unknown[] = [];
    const record = recordOf(
      talkative((what) => {
        seen.push(what);
        if (what === 'entered') record.becomeActor().send({ type: 'go' });
      }),
    );
    record.start();
    expect([seen, record.getSnapshot().value]).toEqual([['entered', 'went'], 'two']);
  });

  it('after its end, for whoever asks how it ended', () => {
    const log: Log = [];
    const record = recordOf(talkative(() => undefined));
    record.onEnd(ends(log));
    record.start();
    record.send({ type: 'over' });
    const actor = record.becomeActor();
    actor.subscribe(ends(log));
    expect([log, actor.getSnapshot().status]).toEqual([['complete', 'complete'], 'done']);
  });
});

describe('a record whose chart breaks', () => {
  const broken = createMachine({
    id: 'broken',
    on: {
      break: {
        actions: () => {
          throw new Error('of an action');
        },
      },
    },
  });

  it('tells of the error, and its actor too when it has become one', () => {
    const log: Log = [];
    for (const becomes of [false, true]) {
      const record = recordOf(broken);
      record.onEnd(ends(log));
      record.start();
      if (becomes) record.becomeActor();
      record.send({ type: 'break' });
      expect(record.getSnapshot()).toMatchObject({ status: 'error', error: { message: 'of an action' } });
    }
    expect(log).toEqual([
      ['error', 'Error: of an action'],
      ['error', 'Error: of an action'],
    ]);
  });

  it('tells the process where nobody else is to be told, and what an observer throws too', () => {
    vi.useFakeTimers();
    const record = recordOf(broken);
    record.start();
    record.send({ type: 'break' });
    expect(() => vi.runAllTimers()).toThrow('of an action');
    const lonely = recordOf(broken);
    lonely.start();
    lonely.becomeActor().send({ type: 'break' });
    expect(() => vi.runAllTimers()).toThrow('of an action');
    const other = recordOf(broken);
    other.onEnd({
      complete: () => undefined,
      error: () => {
        throw new Error('of an observer');
      },
    });
    other.start();
    other.send({ type: 'break' });
    expect(() => vi.runAllTimers()).toThrow('of an observer');
  });

  it('tells of an end that has been to whoever asks later, with an actor or without', () => {
    const log: Log = [];
    for (const becomes of [false, true]) {
      const record = recordOf(talkative(() => undefined));
      record.start();
      record.send({ type: 'over' });
      if (becomes) record.becomeActor();
      record.onEnd(ends(log));
    }
    expect(log).toEqual(['complete', 'complete']);
  });

  it('breaks also where its context cannot be kept', () => {
    const log: Log = [];
    const machine = createMachine({
      id: 'counter',
      context: { count: 0 },
      on: { add: { actions: assign({ count: 1 }) } },
    });
    const keepContext = () => {
      throw new Error('of the context');
    };
    const record = createRecords(compileMachine(machine), { keepContext })?.();
    record?.onEnd(ends(log));
    record?.start();
    record?.send({ type: 'add' });
    expect([log, record?.getSnapshot().status]).toEqual([[['error', 'Error: of the context']], 'error']);
  });

  const needy = [
    ['waits', { initial: 'in', states: { in: { after: { 10: 'out' } }, out: {} } }],
    ['puts off', { entry: raise({ type: 'other' }, { delay: 10 }) }],
    ['sends to itself', { entry: sendTo(({ self }) => self, { type: 'other' }) }],
    ['spawns', { entry: spawnChild(createMachine({ id: 'child' }) as never) }],
    ['cancels', { entry: cancel('other') }],
  ] as const;

  it.each(needy)('because a state %s says so in its first states and in later ones', (_, config) => {
    const log: Log = [];
    const first = createMachine({ id: 'first', ...config } as never);
    const later = createMachine({
      id: 'later',
      initial: 'idle',
      states: { idle: { on: { go: 'in' } }, in: config },
    } as never);
    for (const machine of [first, later] as AnyStateMachine[]) {
      const record = recordOf(machine);
      record.onEnd({ ...ends(log), error: (error) => void log.push(Object(error).name) });
      record.start();
      record.send({ type: 'go' });
    }
    expect(log).toEqual(['ActorNeededError', 'ActorNeededError']);
  });

  it.each([
    ['spawns', spawnChild(createMachine({ id: 'child' }) as never)],
    ['sends to itself', sendTo(({ self }) => self, { type: 'other' })],
    ['puts off', raise({ type: 'other' }, { delay: 10 })],
    ['asks for its parent', enqueueActions(({ self }) => void (self as { _parent?: unknown })._parent)],
  ] as const)('because an action %s says that this takes an actor, and which way there is one', (_, action) => {
    const log: Log = [];
    const machine = createMachine({ id: 'needy', on: { need: { actions: action as never } } });
    const record = recordOf(machine);
    record.onEnd(ends(log));
    record.start();
    record.send({ type: 'need' });
    expect(log).toEqual([['error', expect.stringMatching(/^ActorNeededError: Expected .*record\.becomeActor\(\)/)]]);
    const actor = recordOf(machine);
    actor.start();
    actor.becomeActor();
    actor.send({ type: 'need' });
    expect(actor.getSnapshot().status).toBe('active');
  });

  it('does without listeners: what is emitted while nobody can listen is heard by nobody', () => {
    const record = recordOf(createMachine({ id: 'loud', on: { shout: { actions: emit({ type: 'shouted' }) } } }));
    record.start();
    record.send({ type: 'shout' });
    const heard: unknown[] = [];
    record.becomeActor().on('shouted', ({ type }) => heard.push(type));
    record.send({ type: 'shout' });
    expect(heard).toEqual(['shouted']);
  });
});
