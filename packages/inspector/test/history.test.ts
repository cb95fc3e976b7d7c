import { describe, expect, it } from 'vitest';
import { assign, createActor, createMachine } from 'xstate';
import { type Batch, createInspector, type Inspector, type InspectorOptions } from '../src/index.ts';

const door = createMachine({
  id: 'door',
  initial: 'closed',
  context: { n: 0 },
  on: { count: { actions: assign({ n: ({ context }) => context['n'] + 1 }) } },
  states: { closed: { on: { push: 'open' } }, open: { on: { push: 'closed' } } },
});

function openDoor(options: InspectorOptions = {}) {
  const inspector = createInspector({ allow: { context: ['n'] }, ...options });
  const actor = createActor(door, { inspect: inspector.inspect }).start();
  return { inspector, actor };
}

describe('the history', () => {
  it('keeps the latest records, and counts those that it let go', () => {
    const { inspector, actor } = openDoor({ history: { records: 3 } });
    for (let index = 0; index < 10; index += 1) actor.send({ type: 'push' });
    const { records, dropped } = inspector.toJSON();
    expect(records.map(({ seq }) => seq)).toEqual([19, 21, 23]);
    expect(dropped).toEqual({ records: 9 });
    expect(inspector.counts).toMatchObject({ records: 12, kept: 3, dropped: 9, failures: 0 });
  });

  it('is bounded in bytes, which it does not underestimate', () => {
    const { inspector, actor } = openDoor({ history: { bytes: 20_000 }, allow: { events: { push: true } } });
    for (let index = 0; index < 500; index += 1) actor.send({ type: 'push', note: 'x'.repeat(index) } as never);
    const { records } = inspector.toJSON();
    const { bytes, dropped } = inspector.counts;
    expect(dropped).toBeGreaterThan(400);
    expect(bytes).toBeLessThanOrEqual(20_000);
    expect(JSON.stringify(records).length).toBeLessThanOrEqual(bytes);
    expect(JSON.stringify(records).length).toBeGreaterThan(bytes / 3);
  });

  it('keeps nothing of a record that alone is too large', () => {
    const { inspector } = openDoor({ history: { bytes: 100 } });
    expect(inspector.counts).toMatchObject({ records: 2, kept: 0, bytes: 0, dropped: 2 });
  });

  it('knows of each actor where it stood before the oldest record', () => {
    const { inspector, actor } = openDoor({ history: { records: 2 } });
    for (const type of ['count', 'push', 'count', 'count', 'push']) actor.send({ type } as never);
    const { actors, records } = inspector.toJSON();
    expect(actors).toMatchObject([{ value: 'open', context: { n: 2 } }]);
    expect(records).toMatchObject([
      { from: 'open', context: { n: 3 } },
      { from: 'open', to: 'closed', context: null },
    ]);
    expect(inspector.actors()).toMatchObject([{ value: 'closed', context: { n: 3 } }]);
  });

  it('knows the actors and charts that it speaks of, and no others', () => {
    const { inspector, actor } = openDoor({ history: { records: 2 } });
    const other = createActor(createMachine({ id: 'other' }), { inspect: inspector.inspect }).start();
    other.stop();
    expect(Object.keys(inspector.toJSON().charts)).toEqual(['door', 'other']);
    actor.send({ type: 'push' });
    actor.send({ type: 'push' });
    expect(Object.keys(inspector.toJSON().charts)).toEqual(['door']);
    expect(inspector.toJSON().actors).toHaveLength(1);
  });

  it('holds one chart for machines that look the same, and two for two of one id', () => {
    const { inspector } = openDoor();
    createActor(door.provide({}), { inspect: inspector.inspect }).start();
    createActor(createMachine(door.config), { inspect: inspector.inspect }).start();
    createActor(createMachine({ id: 'door' }), { inspect: inspector.inspect }).start();
    expect(inspector.actors().map(({ chart }) => chart)).toEqual(['door', 'door', 'door', 'door#2']);
  });
});

describe('a subscriber', () => {
  function follow(inspector: Inspector): Batch[] {
    const batches: Batch[] = [];
    inspector.subscribe((batch) => batches.push(batch));
    return batches;
  }

  it('gets what comes from then on in batches, after what runs', async () => {
    const { inspector, actor } = openDoor();
    const batches = follow(inspector);
    actor.send({ type: 'push' });
    actor.send({ type: 'push' });
    expect(batches).toEqual([]);
    await Promise.resolve();
    actor.send({ type: 'push' });
    await Promise.resolve();
    expect(batches.map(({ records, missed }) => [records.length, missed])).toEqual([
      [2, 0],
      [1, 0],
    ]);
  });

  it('misses what the history could not keep, and is told how much', async () => {
    const { inspector, actor } = openDoor({ history: { records: 5 } });
    const batches = follow(inspector);
    for (let index = 0; index < 1_000; index += 1) actor.send({ type: 'push' });
    await Promise.resolve();
    expect(batches.map(({ records, missed }) => [records.length, missed])).toEqual([[5, 995]]);
  });

  it('that throws harms neither the actor nor the other subscribers, and is counted', async () => {
    const { inspector, actor } = openDoor();
    inspector.subscribe(() => {
      throw new Error('viewer');
    });
    const batches = follow(inspector);
    actor.send({ type: 'push' });
    await Promise.resolve();
    expect(batches).toHaveLength(1);
    expect(inspector.counts.failures).toBe(1);
    expect(actor.getSnapshot().value).toBe('open');
  });

  it('may send events and leave while it is served', async () => {
    const { inspector, actor } = openDoor();
    let count = 0;
    const subscription = inspector.subscribe(({ records }) => {
      count += records.length;
      if (count < 3) actor.send({ type: 'push' });
      else subscription.unsubscribe();
    });
    actor.send({ type: 'push' });
    for (let index = 0; index < 10; index += 1) await Promise.resolve();
    actor.send({ type: 'push' });
    await Promise.resolve();
    expect(count).toBe(3);
  });

  it('gets nothing more after dispose, and the actor goes on', async () => {
    const { inspector, actor } = openDoor();
    const batches = follow(inspector);
    inspector[Symbol.dispose]();
    actor.send({ type: 'push' });
    await Promise.resolve();
    expect(batches).toEqual([]);
    expect(inspector.toJSON()).toMatchObject({ actors: [], records: [], charts: {} });
    expect(inspector.subscribe(() => undefined).unsubscribe()).toBeUndefined();
    expect(actor.getSnapshot().value).toBe('open');
  });
});
