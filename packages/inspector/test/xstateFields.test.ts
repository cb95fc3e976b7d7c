import { describe, expect, it } from 'vitest';
import { createActor, createMachine, fromPromise, fromTransition, type InspectionEvent, sendTo } from 'xstate';
import { hasStarted } from '../src/liveActor.ts';

/** What src/liveActor.ts and src/Collector.ts rely on, and XState's types do not promise. */

const child = createMachine({
  id: 'child',
  initial: 'idle',
  states: { idle: { on: { stop: 'over' } }, over: { type: 'final' } },
});
const machine = createMachine({
  id: 'm',
  initial: 'a',
  context: { n: 1 },
  invoke: { id: 'kid', src: child },
  states: {
    a: {
      on: {
        go: [{ guard: () => false, target: 'c' }, { target: 'b' }],
        quit: { actions: sendTo('kid', { type: 'stop' }) },
      },
    },
    b: { always: 'c' },
    c: {},
  },
});

function record(): { readonly events: InspectionEvent[]; readonly inspect: (event: InspectionEvent) => void } {
  const events: InspectionEvent[] = [];
  return { events, inspect: (event) => events.push(event) };
}

describe('the fields of XState that the inspector reads', () => {
  it('a microstep tells in `_transitions` exactly the definitions that it took', () => {
    const { events, inspect } = record();
    const actor = createActor(machine, { inspect }).start();
    events.length = 0;
    actor.send({ type: 'go' });
    actor.send({ type: 'nothing' });
    const steps = events.flatMap((event) => (event.type === '@xstate.microstep' ? [event._transitions] : []));
    const { a, b } = machine.root.states;
    expect(steps).toEqual([[a?.transitions.get('go')?.[1]], [b?.always?.[0]], []]);
    expect(steps[0]?.[0]).toBe(a?.transitions.get('go')?.[1]);
  });

  it('an actor has its parent in `_parent`, its snapshot in `_snapshot`, its logic, its source and its options', () => {
    const actor = createActor(machine, { input: 7 }).start();
    const { kid } = actor.getSnapshot().children;
    expect(Reflect.get(kid ?? {}, '_parent')).toBe(actor);
    expect(Reflect.get(actor, '_snapshot')).toBe(actor.getSnapshot());
    expect(Reflect.get(actor, 'logic').root.machine).toBe(machine);
    expect(Reflect.get(kid ?? {}, 'src')).toBe('xstate.invoke.0.m');
    expect(Reflect.get(actor, 'options').input).toBe(7);
    expect(actor.getSnapshot()._nodes.map(({ id }) => id)).toEqual(['m', 'm.a']);
  });

  it('the logic of no machine has a root that names it', () => {
    const others = [fromPromise(async () => 1), fromTransition((state: number) => state, 0)];
    for (const logic of others) expect(Reflect.get(logic, 'root')).toBeUndefined();
  });

  it('an actor that is over says so in `_processingStatus`, also one whose snapshot goes on saying "active"', () => {
    const actor = createActor(fromTransition((state: number) => state, 0)).start();
    expect(Reflect.get(actor, '_processingStatus')).toBe(1);
    actor.stop();
    expect(actor.getSnapshot().status).toBe('active');
    expect(Reflect.get(actor, '_processingStatus')).toBe(2);
  });

  it('one that is done tells its parent before its own snapshot comes', () => {
    const { events, inspect } = record();
    const actor = createActor(machine, { inspect }).start();
    events.length = 0;
    actor.send({ type: 'quit' });
    const order = events.flatMap((event) =>
      event.type === '@xstate.event' || event.type === '@xstate.snapshot' ? [`${event.type} ${event.event.type}`] : [],
    );
    expect(order).toEqual([
      '@xstate.event quit',
      '@xstate.event stop',
      '@xstate.event xstate.done.actor.kid',
      '@xstate.snapshot stop',
      '@xstate.snapshot quit',
      '@xstate.snapshot xstate.done.actor.kid',
    ]);
  });

  it('a root that breaks sends no snapshot', () => {
    const { events, inspect } = record();
    const broken = createMachine({
      on: {
        boom: {
          actions: () => {
            throw new Error('boom');
          },
        },
      },
    });
    const actor = createActor(broken, { inspect });
    actor.subscribe({ error: () => undefined });
    actor.start();
    events.length = 0;
    actor.send({ type: 'boom' });
    expect(events.map(({ type }) => type)).toEqual(['@xstate.event', '@xstate.action']);
    expect(actor.getSnapshot().status).toBe('error');
  });

  it('an inspector can be added to a running system, and taken off again', () => {
    const { events, inspect } = record();
    const actor = createActor(machine).start();
    const subscription = actor.system.inspect(inspect);
    actor.send({ type: 'nothing' });
    const count = events.length;
    expect(count).toBeGreaterThan(0);
    subscription.unsubscribe();
    actor.send({ type: 'nothing' });
    expect(events).toHaveLength(count);
  });

  it('an actor that was only made is told from one that was started', () => {
    const actor = createActor(machine);
    expect(hasStarted(actor)).toBe(false);
    expect(hasStarted(actor.start())).toBe(true);
  });
});
