import { once } from 'node:events';
import {
  createInspector as createTheirs,
  createWebSocketReceiver,
  type StatelyInspectionEvent,
} from '@statelyai/inspect';
import { describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { createActor, createMachine, sendTo, setup } from 'xstate';
import { createInspector, InspectorOptionError } from '../../src/index.ts';
import { type SocketConstructor, type SocketLike, statelyInspector } from '../../src/stately/index.ts';
import { startRelay } from './relay.ts';

const socketOfNode = WebSocket as unknown as SocketConstructor;
const kid = createMachine({ id: 'kid', initial: 'a', states: { a: { on: { end: 'b' } }, b: { type: 'final' } } });
const machine = setup({ actors: { kid }, guards: { isReady: () => true }, delays: { pause: 5_000 } }).createMachine({
  id: 'm',
  initial: 'off',
  invoke: { id: 'kid', src: 'kid', onDone: '.over' },
  states: {
    off: { on: { go: { target: 'on', guard: 'isReady' } }, after: { pause: 'on', 9000: 'over' } },
    on: {
      type: 'parallel',
      on: { end: { actions: sendTo('kid', { type: 'end' }) } },
      states: { a: { initial: 'x', states: { x: { always: { guard: () => false, target: 'y' } }, y: {} } }, b: {} },
    },
    over: {},
  },
});

/** Timers that a test fires. */
function createTimers() {
  const pending = new Map<number, { readonly callback: () => void; readonly delayMs: number }>();
  let last = 0;
  return {
    pending,
    delays: () => [...pending.values()].map(({ delayMs }) => delayMs),
    fire: () => {
      const [[timer, { callback }] = [0, { callback: () => undefined }]] = pending;
      pending.delete(timer);
      callback();
    },
    setTimeout: (callback: () => void, delayMs: number) => {
      last += 1;
      pending.set(last, { callback, delayMs });
      return last;
    },
    clearTimeout: (timer: never) => pending.delete(timer),
  };
}

/** Sockets that a test opens and closes. */
function createSockets() {
  const made: (SocketLike & { readonly sent: string[]; isClosed: boolean })[] = [];
  class FakeSocket implements SocketLike {
    bufferedAmount = 0;
    onopen: SocketLike['onopen'] = null;
    onclose: SocketLike['onclose'] = null;
    onerror: SocketLike['onerror'] = null;
    onmessage: SocketLike['onmessage'] = null;
    isClosed = false;
    readonly sent: string[] = [];
    constructor() {
      made.push(this);
    }
    send(text: string): void {
      this.sent.push(text);
    }
    close(): void {
      this.isClosed = true;
    }
  }
  return { made, WebSocket: FakeSocket as SocketConstructor };
}

const event = undefined as never;

describe('the bridge over a WebSocket', () => {
  it('tells the receiver of @statelyai/inspect what happens', async () => {
    await using relay = await startRelay();
    const receiver = createWebSocketReceiver({ server: relay.url });
    const frames: StatelyInspectionEvent[] = [];
    receiver.subscribe((frame) => frames.push(frame));
    await once(relay.server, 'connection');
    using stately = statelyInspector({ url: relay.url, WebSocket: socketOfNode });
    const actor = createActor(machine, { inspect: stately.inspect }).start();
    actor.send({ type: 'go' });
    const isLast = (frame: object): boolean => Reflect.get(Reflect.get(frame, 'event') ?? {}, 'type') === 'go';
    await relay.until((frame) => frame.type === '@xstate.snapshot' && isLast(frame));
    while (!frames.some((frame) => frame.type === '@xstate.snapshot' && isLast(frame))) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(frames.map(({ type, sessionId }) => `${type} ${sessionId === actor.sessionId ? 'm' : 'kid'}`)).toEqual([
      '@xstate.actor m',
      '@xstate.actor kid',
      '@xstate.event kid',
      '@xstate.snapshot kid',
      '@xstate.event m',
      '@xstate.snapshot m',
      '@xstate.event m',
      '@xstate.snapshot m',
    ]);
    expect(frames.at(-1)).toMatchObject({
      snapshot: { status: 'active', value: { on: { a: 'x', b: {} } }, context: {} },
    });
  });

  it('tells of each actor the same as @statelyai/inspect itself', async () => {
    const theirs: StatelyInspectionEvent[] = [];
    const { inspect } = createTheirs({ send: (frame) => theirs.push(frame) });
    const { made, WebSocket: Fake } = createSockets();
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake });
    made[0]?.onopen?.(event);
    const actor = createActor(machine, {
      inspect: (inspected) => {
        inspect.next?.(inspected);
        stately.inspect(inspected);
      },
    }).start();
    for (const type of ['nothing', 'go', 'end']) actor.send({ type } as never);
    actor.stop();
    await new Promise((resolve) => setTimeout(resolve, 0)); // Theirs tells everything a macrotask later.
    const ours = made[0]?.sent.map((text): StatelyInspectionEvent => JSON.parse(text)) ?? [];

    const eventsOf = (frames: readonly StatelyInspectionEvent[]) =>
      frames
        .flatMap((frame) =>
          frame.type === '@xstate.event' ? [`${frame.sourceId} -${frame.event.type}-> ${frame.sessionId}`] : [],
        )
        .toSorted();
    const stepsOf = (frames: readonly StatelyInspectionEvent[], sessionId: string) =>
      frames.flatMap((frame) => {
        if (frame.type !== '@xstate.snapshot' || frame.sessionId !== sessionId) return [];
        return [
          `${frame.event.type}: ${JSON.stringify(Reflect.get(frame.snapshot, 'value'))} ${frame.snapshot.status}`,
        ];
      });
    const actorsOf = (frames: readonly StatelyInspectionEvent[]) =>
      frames
        .flatMap((frame) =>
          frame.type === '@xstate.actor' ? [`${frame.name} ${frame.sessionId} ${frame.parentId} ${frame.rootId}`] : [],
        )
        .toSorted();
    expect(theirs.length).toBeGreaterThan(12);
    expect(eventsOf(ours)).toEqual(eventsOf(theirs));
    expect(actorsOf(ours)).toEqual(actorsOf(theirs));
    expect(stepsOf(ours, actor.sessionId)).toEqual(stepsOf(theirs, actor.sessionId));
    // Theirs says of the last step that it was the last; here that is a frame of its own.
    const kidId = ours.find((frame) => frame.type === '@xstate.actor' && frame.name === 'kid')?.sessionId ?? '';
    expect(stepsOf(ours, kidId).filter((step) => step !== 'end: "b" active')).toEqual(stepsOf(theirs, kidId));
  });

  it('gives a definition that makes the same chart, without anything else', () => {
    const { made, WebSocket: Fake } = createSockets();
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake });
    made[0]?.onopen?.(event);
    const inspector = createInspector();
    createActor(machine, { inspect: stately.inspect }).start();
    createActor(machine, { inspect: inspector.inspect }).start();
    stately.stop();
    stately.start();
    made[1]?.onopen?.(event);
    const frames = made[1]?.sent.map((text) => JSON.parse(text)) ?? [];
    const { definition } = frames.find(({ name }) => name === 'm');
    const rebuilt = createInspector();
    const config = JSON.parse(definition);
    createActor(setup({ guards: { isReady: () => true, inline: () => false } }).createMachine(config), {
      inspect: rebuilt.inspect,
    }).start();
    const { m: expected } = inspector.toJSON().charts;
    const { m: got } = rebuilt.toJSON().charts;
    expect(got?.states).toEqual(expected?.states);
    expect(
      got?.transitions.map(({ id, targets, guard, trigger }) => ({ id, targets, guard, trigger })).toSorted(byId),
    ).toEqual(
      expected?.transitions.map(({ id, targets, guard, trigger }) => ({ id, targets, guard, trigger })).toSorted(byId),
    );
  });

  it('connects again after the other side has closed, cleanly or not, and begins anew', async () => {
    const timers = createTimers();
    const { made, WebSocket: Fake } = createSockets();
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake, timers });
    createActor(kid, { inspect: stately.inspect }).start();
    made[0]?.onopen?.(event);
    made[0]?.onclose?.(event);
    expect(stately.isConnected).toBe(false);
    expect(stately.problem).toBe('ws://127.0.0.1:1/: the connection was closed. It is tried again in 1000 ms.');
    timers.fire();
    made[1]?.onerror?.(event);
    made[1]?.onclose?.(event);
    expect(timers.delays()).toEqual([2_000]);
    timers.fire();
    made[2]?.onopen?.(event);
    expect(stately.problem).toBeNull();
    expect(made[2]?.sent.map((text) => JSON.parse(text).type)).toEqual(
      made[0]?.sent.map((text) => JSON.parse(text).type),
    );
    made[2]?.onclose?.(event);
    expect(timers.delays()).toEqual([1_000]);
  });

  it('waits longer each time, up to half a minute', () => {
    const timers = createTimers();
    const { made, WebSocket: Fake } = createSockets();
    statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake, timers });
    const waits: number[] = [];
    for (let attempt = 0; attempt < 8; attempt += 1) {
      made[attempt]?.onclose?.(event);
      waits.push(...timers.delays());
      timers.fire();
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]);
  });

  it('leaves no socket and no timer behind when it is stopped', () => {
    const timers = createTimers();
    const { made, WebSocket: Fake } = createSockets();
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake, timers });
    made[0]?.onclose?.(event);
    stately.stop();
    expect(timers.pending.size).toBe(0);
    stately.start();
    const socket = made[1];
    socket?.onopen?.(event);
    stately.stop();
    expect(socket?.isClosed).toBe(true);
    expect([socket?.onopen, socket?.onclose]).toEqual([null, null]);
    expect(timers.pending.size).toBe(0);
    expect(made).toHaveLength(2);
  });

  it('keeps no process alive while it waits to try again', async () => {
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const { made, WebSocket: Fake } = createSockets();
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake });
    made[0]?.onclose?.(event);
    expect(stately.problem).toMatch(/tried again/);
    expect(process.getActiveResourcesInfo().filter((name) => name === 'Timeout')).toHaveLength(before);
    stately.stop();
  });

  it('survives an address where nobody listens, and a stop before it was open', async () => {
    const timers = createTimers();
    const relay = await startRelay();
    await relay[Symbol.asyncDispose]();
    const stately = statelyInspector({ url: relay.url, WebSocket: socketOfNode, timers });
    while (timers.pending.size === 0) await new Promise((resolve) => setImmediate(resolve));
    timers.fire();
    stately.stop();
    for (let turn = 0; turn < 20; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    expect(timers.pending.size).toBe(0);
  });

  it('leaves records out while the other side is slow, and then begins anew', async () => {
    const { made, WebSocket: Fake } = createSockets();
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake, maxBufferedBytes: 100, replay: 1 });
    const actor = createActor(machine, { inspect: stately.inspect }).start();
    const [socket] = made;
    socket?.onopen?.(event);
    if (!socket) throw new Error('No socket was made.');
    socket.sent.length = 0;
    Object.assign(socket, { bufferedAmount: 101 });
    for (let index = 0; index < 50; index += 1) actor.send({ type: 'nothing' } as never);
    await Promise.resolve();
    expect(socket.sent).toEqual([]);
    expect(stately.counts.dropped).toBe(50);
    Object.assign(socket, { bufferedAmount: 0 });
    actor.send({ type: 'go' });
    await Promise.resolve();
    expect(socket.sent.map((text) => JSON.parse(text).type)).toEqual([
      '@xstate.actor',
      '@xstate.actor',
      '@xstate.event',
      '@xstate.snapshot',
    ]);
    actor.send({ type: 'nothing' } as never);
    await Promise.resolve();
    expect(socket.sent).toHaveLength(6);
  });

  it('costs a shared inspector nothing while nobody is connected', () => {
    const { made, WebSocket: Fake } = createSockets();
    const inspector = createInspector({ record: 'viewed' });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    const stately = statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Fake, inspector });
    actor.send({ type: 'go' });
    expect(inspector.counts.records).toBe(0);
    made[0]?.onopen?.(event);
    actor.send({ type: 'nothing' } as never);
    expect(inspector.counts.records).toBe(1);
    expect(made[0]?.sent.map((text) => JSON.parse(text).type)).toEqual(['@xstate.actor', '@xstate.actor']);
    stately[Symbol.dispose]();
    actor.send({ type: 'nothing' } as never);
    expect(inspector.counts.records).toBe(1);
    expect(inspector.actors()).toHaveLength(2);
  });

  it('says where to get a WebSocket in a runtime that has none', () => {
    const own = Object.getOwnPropertyDescriptor(globalThis, 'WebSocket');
    Reflect.deleteProperty(globalThis, 'WebSocket');
    try {
      expect(() => statelyInspector({ url: 'ws://127.0.0.1:1' })).toThrow(InspectorOptionError);
      expect(() => statelyInspector()).toThrow("import { WebSocket } from 'ws'");
    } finally {
      if (own) Object.defineProperty(globalThis, 'WebSocket', own);
    }
  });
});

function byId(one: { readonly id: string }, other: { readonly id: string }): number {
  return one.id < other.id ? -1 : 1;
}
