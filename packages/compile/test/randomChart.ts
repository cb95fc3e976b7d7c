import fc from 'fast-check';
import {
  type AnyActorLogic,
  type AnyEventObject,
  type AnyStateMachine,
  and,
  assign,
  cancel,
  createActor,
  emit,
  enqueueActions,
  fromCallback,
  fromPromise,
  log,
  not,
  or,
  raise,
  sendParent,
  sendTo,
  setup,
  spawnChild,
  stateIn,
  stopChild,
} from 'xstate';
import { fromWorker, Worker } from '../src/light/fromWorker.ts';

/** The description of a chart: plain values, from which one machine after the other can be made, each with a log of its own. */
export interface StateSpec {
  readonly type: 'atomic' | 'compound' | 'parallel' | 'final' | 'history';
  readonly deep: boolean;
  readonly states: readonly StateSpec[];
  readonly entry: readonly ActionSpec[];
  readonly exit: readonly ActionSpec[];
  readonly initialActions: readonly ActionSpec[];
  readonly on: readonly (readonly [descriptor: string, transitions: readonly TransitionSpec[]])[];
  readonly always: readonly TransitionSpec[];
  readonly after: readonly (readonly [delay: number | 'later', transition: TransitionSpec])[];
  readonly invoke: 'none' | 'echo' | 'fails' | 'ends' | 'machine';
  readonly onDone: TransitionSpec | undefined;
  readonly tag: boolean;
  readonly output: boolean;
}

export interface TransitionSpec {
  /** A number names a state, all of them counted; undefined stays. */
  readonly targets: readonly number[];
  readonly reenter: boolean;
  readonly guard: GuardSpec | undefined;
  readonly actions: readonly ActionSpec[];
}

export type GuardSpec =
  | { readonly kind: 'isBelow'; readonly limit: number }
  | { readonly kind: 'isOdd' | 'throws' | 'alias' | 'isIn' }
  | { readonly kind: 'not'; readonly inner: GuardSpec }
  | { readonly kind: 'and' | 'or'; readonly both: readonly [GuardSpec, GuardSpec] };

export const actionKinds = [
  'note',
  'noteWithParams',
  'missing',
  'count',
  'countEach',
  'addKey',
  'spawnInAssign',
  'raise',
  'raiseLater',
  'cancel',
  'emit',
  'sendChild',
  'sendSelf',
  'spawn',
  'stopChild',
  'enqueue',
  'log',
  'throw',
] as const;

export interface ActionSpec {
  readonly kind: (typeof actionKinds)[number];
  readonly n: number;
}

export const eventTypes = ['a', 'b', 'x', 'x.y', 'x.z.w'] as const;
const descriptors = [...eventTypes, 'x.*', 'x.z.*', '*', 'child.said', 'xstate.error.actor.*'] as const;

const action: fc.Arbitrary<ActionSpec> = fc.record({
  kind: fc.oneof(
    { weight: 12, arbitrary: fc.constantFrom('note', 'noteWithParams', 'count', 'addKey', 'countEach') },
    { weight: 6, arbitrary: fc.constantFrom(...actionKinds.filter((kind) => kind !== 'throw')) },
    { weight: 1, arbitrary: fc.constant('throw' as const) },
  ),
  n: fc.nat(3),
});
const actions = fc.array(action, { maxLength: 2 });

const plainGuard: fc.Arbitrary<GuardSpec> = fc.oneof(
  fc.record({ kind: fc.constant('isBelow' as const), limit: fc.nat(12) }),
  fc.record({ kind: fc.constantFrom('isOdd' as const, 'alias' as const, 'isIn' as const) }),
);
const noted: ActionSpec = { kind: 'note', n: 0 };
const guard = combined(combined(plainGuard));

function combined(inner: fc.Arbitrary<GuardSpec>): fc.Arbitrary<GuardSpec> {
  return fc.oneof(
    { weight: 2, arbitrary: inner },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('not' as const), inner }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('and', 'or'), both: fc.tuple(inner, inner) }) },
  );
}

const transition: fc.Arbitrary<TransitionSpec> = fc.record({
  targets: fc.oneof(
    { weight: 5, arbitrary: fc.array(fc.nat(30), { minLength: 1, maxLength: 1 }) },
    { weight: 2, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.nat(30), { minLength: 2, maxLength: 2 }) },
  ),
  reenter: fc.boolean(),
  guard: fc.oneof(
    { weight: 5, arbitrary: fc.constant(undefined) },
    { weight: 4, arbitrary: guard },
    { weight: 1, arbitrary: fc.constant({ kind: 'throws' } as const) },
  ),
  actions,
});

/** By itself a state goes on only while the count is low, or it would never rest. */
const eventless = transition.map((spec): TransitionSpec => {
  const bound: GuardSpec = { kind: 'isBelow', limit: 6 };
  const both = spec.guard ? ([bound, spec.guard] as const) : ([bound, bound] as const);
  return { ...spec, guard: { kind: 'and', both }, actions: [{ kind: 'count', n: 1 }, ...spec.actions] };
});

function state(depth: number): fc.Arbitrary<StateSpec> {
  const types: readonly StateSpec['type'][] =
    depth > 0 ? ['atomic', 'compound', 'compound', 'parallel', 'final', 'history'] : ['atomic', 'atomic', 'final'];
  return fc.constantFrom(...types).chain((type) =>
    fc.record({
      type: fc.constant(type),
      deep: fc.boolean(),
      states:
        type === 'compound' || type === 'parallel'
          ? fc
              .array(state(depth - 1), { minLength: 1, maxLength: 3 })
              .filter((states) => states.some((child) => child.type !== 'history'))
          : fc.constant([]),
      entry: actions,
      exit: actions,
      initialActions: actions,
      on: fc.array(fc.tuple(fc.constantFrom(...descriptors), fc.array(transition, { minLength: 1, maxLength: 2 })), {
        maxLength: 3,
      }),
      always: fc.oneof(
        { weight: 5, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(eventless, { minLength: 1, maxLength: 2 }) },
        // One that changes nothing is taken once.
        { weight: 1, arbitrary: transition.map((spec) => [{ ...spec, targets: [], actions: [noted] }]) },
      ),
      after: fc.oneof(
        { weight: 4, arbitrary: fc.constant([]) },
        {
          weight: 1,
          arbitrary: fc.array(fc.tuple(fc.constantFrom(10, 20, 'later' as const), transition), { maxLength: 2 }),
        },
      ),
      invoke: fc.oneof(
        { weight: 8, arbitrary: fc.constant('none' as const) },
        { weight: 1, arbitrary: fc.constantFrom('echo', 'fails', 'ends', 'machine') },
      ),
      onDone: fc.option(transition, { nil: undefined }),
      tag: fc.boolean(),
      output: fc.boolean(),
    }),
  );
}

export const chart: fc.Arbitrary<StateSpec> = fc.oneof(
  { weight: 2, arbitrary: state(3).filter(({ type }) => type === 'compound') },
  // A shallow one comes to its end sooner, and to its history more often.
  { weight: 2, arbitrary: state(2).filter(({ type }) => type === 'compound') },
  { weight: 1, arbitrary: state(3).filter(({ type }) => type === 'parallel') },
);

/** Gets what is sent to an actor that is not there. */
const nobody = createActor(fromCallback(() => undefined)).start();

/** What the actions and guards of a machine have been called with, in order. */
export type Log = unknown[];

/** `workers`: what answers does so as an object, in place of a callback. */
export function machineOf(root: StateSpec, log: Log, workers = false): AnyStateMachine {
  return new Builder(root, log, workers).machine();
}

type Say = (event: { readonly type: 'child.said'; readonly of: string }) => void;

class Echo extends Worker<undefined, AnyEventObject, AnyEventObject> {
  readonly #answer: (type: string, say: Say) => void;

  constructor(answer: (type: string, say: Say) => void) {
    super(undefined);
    this.#answer = answer;
  }

  begin(): void {}

  receive({ type }: AnyEventObject): void {
    this.#answer(type, (event) => this.report(event));
  }

  stop(): void {}
}

class Builder {
  readonly #root: StateSpec;
  readonly #log: Log;
  readonly #workers: boolean;
  /** The ids of all states that may be a target. */
  readonly #ids: string[] = [];
  #delayed = 0;
  #failed = 0;
  #answers = 0;

  constructor(root: StateSpec, log: Log, workers: boolean) {
    this.#root = root;
    this.#log = log;
    this.#workers = workers;
    this.#collect(root, 's');
  }

  machine(): AnyStateMachine {
    const config = this.#state(this.#root, 's');
    const note = (what: string, { context, event }: { context: unknown; event: unknown }, params?: unknown): void => {
      this.#log.push([what, JSON.stringify(context), JSON.stringify(event), params]);
    };
    const machine = setup({
      actors: {
        echo: this.#echo(),
        // Nor does this one fail for ever.
        fails: fromCallback(() => {
          this.#failed += 1;
          if (this.#failed <= 10) throw new Error('failed');
        }),
        ends: fromPromise(() => new Promise(() => undefined)),
        machine: setup({ actors: { echo: this.#echo() } }).createMachine({
          id: 'inner',
          initial: 'p',
          states: {
            p: { on: { poke: 'q' }, after: { 8: 'r' } },
            r: {
              invoke: { src: 'echo', id: 'grandchild' },
              entry: sendTo('grandchild', { type: 'asked' }),
              on: { 'child.said': { actions: sendParent({ type: 'child.said', of: 'a child of it' }) }, poke: 'q' },
              after: { 18: { target: 'r', reenter: true }, 40: 'q' },
            },
            q: { type: 'final' },
          },
        }),
      },
      actions: {
        note: (args) => note('note', args),
        noteWithParams: (args, params: unknown) => note('noteWithParams', args, params),
        count: assign(({ context }) => ({ count: Number(context['count']) + 1 })),
      },
      guards: {
        isBelow: ({ context }, { limit }: { limit: number }) => Number(context['count']) < limit,
        isOdd: ({ context, event }) => {
          note('isOdd', { context, event });
          return Number(context['count']) % 2 === 1;
        },
        throws: () => {
          throw new Error('a guard');
        },
      },
      delays: { later: ({ context }) => 5 + Number(context['count']) },
    });
    const guards = { alias: 'isOdd' } as never;
    return machine
      .createMachine({
        ...config,
        context: { count: 0 },
        output: ({ context }: { context: unknown }) => ({ said: context }),
        options: { maxIterations: 40 },
      } as never)
      .provide({
        guards: { alias: ({ context }: never) => Number(Reflect.get(context, 'count')) % 2 === 0 },
      } as never) as AnyStateMachine & typeof guards;
  }

  /** It does not answer for ever, or a state that is entered again for it would never rest. */
  #echo(): AnyActorLogic {
    const answer = (type: string, say: Say): void => {
      this.#answers += 1;
      if (this.#answers <= 30) say({ type: 'child.said', of: type });
    };
    if (this.#workers) return fromWorker(() => new Echo(answer));
    return fromCallback(({ receive, sendBack }) => receive(({ type }) => answer(type, sendBack)));
  }

  /** Events that beget two events each would soon be without number: from some time on they come after the end of the test. */
  #delay(ms: number): number {
    this.#delayed += 1;
    return this.#delayed > 30 ? 1e9 : ms;
  }

  #collect(spec: StateSpec, id: string): void {
    if (id !== 's') this.#ids.push(id);
    for (const [index, child] of spec.states.entries()) this.#collect(child, `${id}_${index}`);
  }

  #state(spec: StateSpec, id: string): object {
    const { deep, states, type } = spec;
    if (type === 'history') return { id, type, history: deep ? 'deep' : 'shallow' };
    const children = Object.fromEntries(
      states.map((child, index) => [`k${index}`, this.#state(child, `${id}_${index}`)]),
    );
    const begin = states.findIndex((child) => child.type !== 'history');
    const hasBegin = type === 'compound';
    return {
      id,
      ...(type === 'parallel' || type === 'final' ? { type } : {}),
      ...(states.length > 0 ? { states: children } : {}),
      ...(hasBegin
        ? { initial: { target: `k${Math.max(0, begin)}`, actions: this.#actions(spec.initialActions) } }
        : {}),
      // It is sent what is told to it on entry, when it is not there yet.
      entry: [
        ...this.#actions(spec.entry),
        ...(spec.invoke === 'echo' && type !== 'final' ? [sendTo(`child ${id}`, { type: 'poke' })] : []),
      ],
      exit: this.#actions(spec.exit),
      ...(spec.tag ? { tags: [`tag ${id}`], meta: { of: id } } : {}),
      ...(type === 'final'
        ? { ...(spec.output ? { output: ({ event }: { event: { type: string } }) => event.type } : {}) }
        : {
            on: Object.fromEntries(spec.on.map(([name, list]) => [name, list.map((one) => this.#transition(one))])),
            ...(spec.always.length > 0 ? { always: spec.always.map((one) => this.#transition(one)) } : {}),
            after: Object.fromEntries(spec.after.map(([delay, one]) => [delay, this.#transition(one)])),
            ...(spec.invoke === 'none' ? {} : { invoke: { src: spec.invoke, id: `child ${id}`, onDone: {} } }),
            ...(spec.onDone && states.length > 0 ? { onDone: this.#transition(spec.onDone) } : {}),
          }),
    };
  }

  #transition({ actions: list, guard: test, reenter, targets }: TransitionSpec): object {
    const ids = targets.map((target) => `#${this.#ids[target % this.#ids.length]}`);
    return {
      ...(ids.length > 0 ? { target: ids } : {}),
      reenter,
      ...(test ? { guard: this.#guard(test) } : {}),
      actions: this.#actions(list),
    };
  }

  #guard(spec: GuardSpec): unknown {
    switch (spec.kind) {
      case 'isBelow':
        return { type: 'isBelow', params: { limit: spec.limit } };
      case 'isIn':
        return stateIn(`#${this.#ids[0]}`);
      case 'not':
        return not(this.#guard(spec.inner) as never);
      case 'and':
        return and(spec.both.map((one) => this.#guard(one)) as never);
      case 'or':
        return or(spec.both.map((one) => this.#guard(one)) as never);
      default:
        return spec.kind;
    }
  }

  #actions(specs: readonly ActionSpec[]): unknown[] {
    return specs.map((spec) => this.#action(spec));
  }

  #action({ kind, n }: ActionSpec): unknown {
    const note = (what: string, { context, event }: { context: unknown; event: unknown }): void =>
      void this.#log.push([what, JSON.stringify(context), JSON.stringify(event)]);
    switch (kind) {
      case 'note':
        return 'note';
      case 'noteWithParams':
        return { type: 'noteWithParams', params: ({ context }: { context: object }) => ({ n, ...context }) };
      case 'missing':
        return { type: 'nobody provides this', params: { n } };
      case 'count':
        return 'count';
      case 'countEach':
        return assign({ count: ({ context }) => Number(context['count']) + n, [`each${n}`]: n });
      case 'addKey':
        return assign(({ context }) => ({ [`key${n}`]: context['count'], ...(n === 0 ? { count: 0 } : {}) }));
      case 'spawnInAssign':
        return assign(({ spawn }) => ({ [`actor${n}`]: spawn('echo' as never, { id: `in context ${n}` } as never) }));
      case 'raise':
        return raise(({ context }) => ({ type: Number(context['count']) > 20 ? 'none' : (eventTypes[n] ?? 'a') }));
      case 'raiseLater':
        return raise({ type: eventTypes[n] ?? 'a' }, { delay: () => this.#delay(7 * n + 1), id: `later ${n}` });
      case 'cancel':
        return cancel(`later ${n}`);
      case 'emit':
        return emit(({ context }) => ({ type: 'emitted', n, count: context['count'] }));
      case 'sendChild':
        return sendTo(({ self }) => self.getSnapshot().children?.[`child s_${n}`] ?? nobody, { type: 'poke' });
      case 'sendSelf':
        return sendTo(({ self }) => self, { type: eventTypes[n] ?? 'a' }, { delay: () => this.#delay(3) });
      case 'spawn':
        return spawnChild('echo' as never, { id: `spawned ${n}` });
      case 'stopChild':
        return stopChild(`spawned ${n}`);
      case 'enqueue':
        return enqueueActions((({ enqueue, check, context, event }: never) => {
          note('enqueue', { context, event });
          (enqueue as { assign(update: object): void }).assign({ queued: n });
          if ((check as (guard: unknown) => boolean)('isOdd')) (enqueue as (action: unknown) => void)('note');
          (enqueue as (action: unknown) => void)({ type: 'noteWithParams', params: { n } });
        }) as never);
      case 'log':
        return log(({ context }) => context['count'], `label ${n}`);
      case 'throw':
        return () => {
          throw new Error(`action ${n}`);
        };
    }
  }
}
