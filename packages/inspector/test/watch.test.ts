import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging } from 'holdfast';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine, setup, stopChild } from 'xstate';
import { createInspector, type Inspector, InspectorOptionError, type InspectorRecord } from '../src/index.ts';

const kid = createMachine({ id: 'kid', initial: 'idle', states: { idle: { on: { go: 'gone' } }, gone: {} } });
const machine = setup({ actors: { kid } }).createMachine({
  id: 'm',
  initial: 'a',
  invoke: { id: 'kid', src: 'kid' },
  on: { drop: { actions: stopChild('kid') } },
  states: { a: { on: { go: 'b' } }, b: { on: { go: 'a' } } },
});

function follow(inspector: Inspector) {
  const records: InspectorRecord[] = [];
  return { records, ...inspector.subscribe((batch) => records.push(...batch.records)) };
}

/** Whether the system of the actor has an inspector after `act`: XState copies an inspection event for those that it has. */
function isInspected(actor: { readonly system: object }, act: () => void): boolean {
  const send: unknown = Reflect.get(actor.system, '_sendInspectionEvent');
  if (typeof send !== 'function') throw new Error('XState has no _sendInspectionEvent.');
  const copies: string[] = [];
  const event = {
    get type() {
      copies.push('type');
      return '@xstate.none';
    },
  };
  act();
  send(event);
  return copies.length > 0;
}

describe('an actor that is watched with record: "viewed"', () => {
  it('has no inspector as long as nobody subscribes, and none when the last has left', () => {
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    const nothing = (): void => undefined;
    expect(isInspected(actor, nothing)).toBe(false);
    const one = inspector.subscribe(nothing);
    const two = inspector.subscribe(nothing);
    expect(isInspected(actor, nothing)).toBe(true);
    expect(isInspected(actor, one.unsubscribe)).toBe(true);
    expect(isInspected(actor, two.unsubscribe)).toBe(false);
  });

  it('is found where it is when somebody comes, with its children', async () => {
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    actor.send({ type: 'go' });
    actor.getSnapshot().children['kid']?.send({ type: 'go' });
    const { records } = follow(inspector);
    expect(inspector.toJSON()).toMatchObject({
      records: [],
      actors: [
        { id: actor.id, src: 'm', value: 'b', isAlive: true },
        { id: 'kid', src: 'kid', value: 'gone', parent: actor.sessionId, system: actor.sessionId },
      ],
    });
    actor.send({ type: 'go' });
    await Promise.resolve();
    expect(records).toMatchObject([{ kind: 'transition', from: 'b', to: 'a' }]);
  });

  it('can be asked for without anybody having subscribed', () => {
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    actor.send({ type: 'go' });
    expect(inspector.actors().map(({ value }) => value)).toEqual(['b', 'idle']);
    actor.send({ type: 'drop' });
    actor.send({ type: 'go' });
    expect(inspector.actors().map(({ value }) => value)).toEqual(['a']);
    actor.stop();
    expect(inspector.actors()).toEqual([]);
  });

  it('is begun anew by who comes back: what was before is forgotten', () => {
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    const first = follow(inspector);
    actor.send({ type: 'go' });
    expect(inspector.toJSON().records).toHaveLength(1);
    first.unsubscribe();
    actor.send({ type: 'go' });
    follow(inspector);
    expect(inspector.toJSON().records).toEqual([]);
    actor.send({ type: 'go' });
    expect(inspector.toJSON().records).toMatchObject([{ from: 'a', to: 'b', ignored: null }]);
  });

  it('is let go when it is unsubscribed, also while somebody looks', () => {
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine).start();
    const watch = inspector.watch(actor);
    follow(inspector);
    expect(isInspected(actor, () => watch.unsubscribe())).toBe(false);
  });
});

describe('watch', () => {
  it('with record: "always" looks from then on, and says that the actor ran', () => {
    const inspector = createInspector();
    const actor = createActor(machine).start();
    actor.send({ type: 'go' });
    inspector.watch(actor);
    inspector.watch(actor);
    actor.send({ type: 'go' });
    expect(inspector.toJSON().records).toMatchObject([
      { kind: 'started', value: 'b', wasRunning: true },
      { kind: 'started', id: 'kid', wasRunning: true },
      { kind: 'transition', from: 'b', to: 'a' },
    ]);
  });

  it('of an actor that is yet to be started sees its start, while somebody looks', () => {
    const inspector = createInspector({ record: 'viewed' });
    follow(inspector);
    const actor = createActor(machine);
    inspector.watch(actor);
    expect(inspector.actors()).toEqual([]);
    actor.start();
    expect(inspector.toJSON().records).toMatchObject([
      { kind: 'started', src: 'm', wasRunning: false },
      { kind: 'started', id: 'kid', wasRunning: false },
      { kind: 'transition', event: { type: 'xstate.init' }, from: null, to: 'idle' },
      { kind: 'transition', event: { type: 'xstate.init' }, from: null, to: 'a' },
    ]);
  });

  it('of an actor that is yet to be started finds it once it runs, when somebody comes', () => {
    const inspector = createInspector({ record: 'viewed' });
    const [early, late] = [createActor(machine), createActor(machine)];
    for (const actor of [early, late]) inspector.watch(actor);
    early.start();
    follow(inspector);
    expect(inspector.actors().map(({ id }) => id)).toEqual([early.id, 'kid']);
    late.start();
    expect(inspector.actors().map(({ id }) => id)).toEqual(expect.arrayContaining([early.id, late.id]));
    expect(inspector.counts.failures).toBe(0);
  });

  it('makes no second record of an actor that is inspected already', () => {
    const inspector = createInspector();
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    inspector.watch(actor);
    const count = inspector.counts.records;
    actor.send({ type: 'go' });
    expect(inspector.counts.records).toBe(count + 1);
  });

  it('refuses what is no root', () => {
    const inspector = createInspector();
    const child = createActor(machine).start().getSnapshot().children['kid'];
    expect(() => inspector.watch(child ?? ({} as never))).toThrow(InspectorOptionError);
    expect(() => inspector.watch({} as never)).toThrow('expected a root actor');
  });
});

describe('inspect with record: "viewed"', () => {
  it('keeps no record until somebody subscribes, and knows who is alive', () => {
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    const other = createActor(machine, { inspect: inspector.inspect }).start();
    other.stop();
    actor.send({ type: 'go' });
    expect(inspector.counts.records).toBe(0);
    expect(inspector.actors().map(({ value }) => value)).toEqual(['b', 'idle']);
    follow(inspector);
    actor.send({ type: 'go' });
    expect(inspector.toJSON().records).toMatchObject([{ from: 'b', to: 'a' }]);
  });
});

describe('instances of Holdfast', () => {
  it('are watched by createMessaging({ inspect: inspector }), and their telemetry is taken down as the observer', async () => {
    const clock = new VirtualClock();
    const channel = scriptedChannel({ clock });
    const inspector = createInspector({ record: 'viewed', now: () => clock.now() });
    const messaging = createMessaging({
      channels: [channel],
      clock,
      inspect: inspector,
      observer: inspector.signal,
    });
    const bot = await messaging.startInstance('scripted', { name: 'Bot', id: 'bot' });
    await clock.settle();
    const { records } = follow(inspector);
    const [instance] = inspector.actors();
    expect(instance).toMatchObject({
      src: 'instance',
      value: { connected: 'healthy' },
      context: { 'instance.id': 'bot', 'instance.channelType': 'scripted', consecutiveFailures: 0, lastError: null },
    });
    expect(inspector.actors().map(({ id }) => id)).toEqual(expect.arrayContaining(['sender', 'connection', 'poller']));
    bot.notifyFailure('timeout');
    await messaging.startInstance('scripted', { name: 'Late', id: 'late' });
    await clock.settle();
    expect(records).toContainEqual(
      expect.objectContaining({
        kind: 'transition',
        event: { type: 'notify.failure', fields: { reason: 'timeout' }, hidden: 0 },
        to: { connected: 'degraded' },
        context: expect.objectContaining({ consecutiveFailures: 1, lastError: 'timeout' }),
      }),
    );
    expect(records).toContainEqual(
      expect.objectContaining({
        kind: 'signal',
        name: 'instance.failure_counted',
        instanceId: 'bot',
        metadata: { consecutiveFailures: 1, reason: 'timeout' },
      }),
    );
    expect(records).toContainEqual(expect.objectContaining({ kind: 'started', src: 'instance', wasRunning: false }));
    const stopped = messaging.stop();
    await clock.advance(60_000);
    await stopped;
    expect(inspector.actors()).toEqual([]);
    expect(records).toContainEqual(expect.objectContaining({ kind: 'ended', how: 'done', actor: instance?.actor }));
    expect(inspector.counts.failures).toBe(0);
  });

  it('are inspected from their first event on by createMessaging({ inspect })', async () => {
    const clock = new VirtualClock();
    const inspector = createInspector({ now: () => clock.now() });
    const messaging = createMessaging({ channels: [scriptedChannel({ clock })], clock, inspect: inspector.inspect });
    await messaging.startInstance('scripted', { name: 'Bot', id: 'bot' });
    await clock.settle();
    const { records, charts } = inspector.toJSON();
    expect(Object.keys(charts)).toEqual(expect.arrayContaining(['instance', 'reconnect']));
    const connected = records.find(
      (record) => record.kind === 'transition' && record.event.type === 'notify.connected',
    );
    expect(connected).toMatchObject({ source: expect.any(String), event: { fields: { epoch: 1 } }, from: 'starting' });
    const stopped = messaging.stop();
    await clock.advance(60_000);
    await stopped;
  });
});
