import { type AnyActorRef, createActor, createMachine, emit, fromCallback, sendTo } from 'xstate';
import { LightActor, type LightOptions } from './LightActor.ts';

/** Goes through what a light actor has in place of what XState's have: mail, listeners, what is put off, timers, names, the end. */
const probe = createMachine({
  id: 'probe',
  initial: 'idle',
  invoke: {
    id: 'echo',
    systemId: 'echo',
    src: fromCallback(({ receive, sendBack }) => receive(({ type }) => sendBack({ type: `${type}ed` }))),
  },
  on: { ask: { actions: [sendTo('echo', { type: 'ask' }), emit({ type: 'told' })] } },
  states: {
    idle: { after: { 1: 'busy' } },
    busy: { after: { 2: 'idle' }, on: { asked: 'over' } },
    over: { type: 'final' },
  },
});

type Create = (options: LightOptions) => AnyActorRef;

let verdict: boolean | undefined;

/** Whether light actors do the same as this XState's own, of which they rely on what is not public. */
export function isProvenLight(): boolean {
  verdict ??= agreesWithXState((options) => new LightActor(probe, options) as never);
  return verdict;
}

export function agreesWithXState(create: Create): boolean {
  try {
    return traceOf(create) === traceOf((options) => createActor(probe, options as object));
  } catch {
    return false;
  }
}

function traceOf(create: Create): string {
  const trace: unknown[] = [];
  const timers: (() => void)[] = [];
  const clock = {
    setTimeout: (callback: () => void) => timers.push(callback),
    clearTimeout: (timer: unknown) => trace.push(timer),
  };
  const actor = create({ id: 'root', clock, inspect: ({ type }) => void trace.push(type) });
  actor.on('*', ({ type }) => trace.push(type));
  actor.subscribe({ next: ({ value }) => trace.push(value), complete: () => trace.push('complete') });
  actor.start();
  for (let round = 0; actor.getSnapshot().status === 'active' && round < 3; round += 1) {
    actor.send({ type: 'ask' });
    trace.push(actor.getPersistedSnapshot(), Object.keys(actor.system.getAll()));
    if (round === 0) timers.shift()?.();
  }
  return JSON.stringify(trace);
}
