import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { type AnyActorRef, createActor, createMachine, fromCallback, setup } from 'xstate';
import { createInspector } from '../src/index.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

const machine = setup({ actors: { bell: fromCallback(() => undefined) } }).createMachine({
  id: 'm',
  initial: 'a',
  context: () => ({ ballast: new Array(200).fill(0) }),
  invoke: { id: 'bell', src: 'bell' },
  states: { a: { on: { go: 'b' } }, b: {} },
});

async function settled(): Promise<void> {
  // A WeakRef that was read lives to the end of its turn, and finalizers run in one of their own.
  for (let turn = 0; turn < 3; turn += 1) {
    await new Promise((resolve) => setImmediate(resolve));
    collect();
  }
}

describe('the inspector', () => {
  it('keeps none of 10,000 stopped actors alive, and knows none of them but from its last records', async () => {
    const inspector = createInspector({ history: { records: 100 } });
    const refs: WeakRef<AnyActorRef>[] = [];
    const run = (): void => {
      const actor = createActor(machine, { inspect: inspector.inspect }).start();
      actor.send({ type: 'go', payload: new Array(200).fill(0) } as never);
      actor.stop();
      refs.push(new WeakRef(actor));
    };
    for (let index = 0; index < 500; index += 1) run();
    await settled();
    const before = process.memoryUsage().heapUsed;
    for (let index = 0; index < 10_000; index += 1) run();
    await settled();
    expect(refs.filter((ref) => ref.deref() !== undefined)).toHaveLength(0);
    expect(inspector.actors()).toEqual([]);
    expect(inspector.toJSON().actors.length).toBeLessThanOrEqual(100);
    // 10,500 WeakRefs of this test are 0.5 MB of it.
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(3_000_000);
    expect(inspector.counts.failures).toBe(0);
  }, 30_000);

  it('says of an actor that nobody holds any more, though nobody has stopped it, that it is lost', async () => {
    const inspector = createInspector();
    const drop = (): void => {
      const actor = createActor(createMachine({ id: 'm', on: { go: {} } }), { inspect: inspector.inspect }).start();
      actor.send({ type: 'go', self: actor } as never);
    };
    const ends: string[] = [];
    inspector.subscribe(({ records }) => {
      for (const record of records) if (record.kind === 'ended') ends.push(record.how);
    });
    drop();
    expect(inspector.actors()).toHaveLength(1);
    await settled();
    await settled();
    expect(ends).toEqual(['lost']); // Without anybody having asked.
    expect(inspector.actors()).toEqual([]);
    expect(inspector.toJSON().records.at(-1)).toMatchObject({ kind: 'ended', how: 'lost' });
  });

  it('keeps no watched root alive', async () => {
    const inspector = createInspector({ record: 'viewed' });
    const watch = (): WeakRef<AnyActorRef> => {
      const actor = createActor(createMachine({ id: 'm' })).start();
      inspector.watch(actor);
      return new WeakRef<AnyActorRef>(actor);
    };
    const ref = watch();
    await settled();
    expect(ref.deref()).toBeUndefined();
    expect(inspector.actors()).toEqual([]);
  });

  it('is not kept from letting go of an event that waits in an actor that was never started', async () => {
    const inspector = createInspector();
    const drop = (): WeakRef<object> => {
      const actor = createActor(createMachine({ id: 'm', on: { go: {} } }), { inspect: inspector.inspect });
      const payload = { big: new Array(100).fill(0), actor };
      actor.send({ type: 'go', payload } as never);
      return new WeakRef(payload);
    };
    const ref = drop();
    await settled();
    expect(ref.deref()).toBeUndefined();
  });
});
