import { type ActorLogic, assign, createActor, createMachine, emit, raise } from 'xstate';

/** Goes through what of XState's internals a compilation relies on: regions, raised events, context, guards, children, the end. */
const probe = createMachine({
  id: 'probe',
  initial: 'idle',
  context: { count: 0 },
  states: {
    idle: {
      on: { go: { target: 'busy', guard: ({ context }) => context['count'] === 0, actions: assign({ count: 1 }) } },
    },
    busy: {
      type: 'parallel',
      entry: raise({ type: 'tell' }),
      states: {
        left: {
          initial: 'one',
          states: { one: { on: { tell: { target: 'two', actions: emit({ type: 'told' }) } } }, two: { type: 'final' } },
        },
        right: { initial: 'one', states: { one: { always: 'two' }, two: { type: 'final' } } },
      },
      onDone: 'over',
    },
    over: { type: 'final' },
  },
  output: ({ context }) => context['count'],
});

type Compile = (machine: typeof probe) => ActorLogic<never, never, never, never, never>;

let verdict: boolean | undefined;

/**
 * Whether this XState is one that a compilation does the same as. What it relies on is not public, so that another version may have
 * changed it: one small chart tells, when the first one is compiled.
 */
export function isProven(compile: Compile): boolean {
  verdict ??= agreesWithXState(compile);
  return verdict;
}

/** Whether what `compile` makes of the probe does what XState does with it. */
export function agreesWithXState(compile: Compile): boolean {
  try {
    return traceOf(compile(probe)) === traceOf(probe);
  } catch {
    return false;
  }
}

function traceOf(logic: unknown): string {
  const trace: unknown[] = [];
  const actor = createActor(logic as typeof probe, {
    inspect: (event) => {
      if (event.type === '@xstate.microstep') trace.push(event._transitions.map(({ eventType }) => eventType));
      if (event.type === '@xstate.action') trace.push(event.action.type);
    },
  });
  actor.on('*', ({ type }) => trace.push(type));
  // Whoever does not look has it thrown at the whole process.
  actor.subscribe({ error: (error) => trace.push(String(error)) });
  actor.start();
  for (const type of ['none', 'go']) {
    actor.send({ type });
    trace.push(actor.getPersistedSnapshot());
  }
  return JSON.stringify(trace);
}
