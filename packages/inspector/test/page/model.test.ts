import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createInspector, type InspectorRecord, readSession } from '../../src/index.ts';
import { exportSession } from '../../src/page/model/exportSession.ts';
import { healthOf } from '../../src/page/model/health.ts';
import { Model } from '../../src/page/model/Model.ts';
import { sequenceOf } from '../../src/page/model/sequence.ts';
import { timelineOf } from '../../src/page/model/timeline.ts';

const machine = createMachine({
  id: 'link',
  initial: 'starting',
  states: {
    starting: { on: { up: 'connected', down: 'disconnected' } },
    connected: { on: { down: 'disconnected' } },
    disconnected: { on: { up: 'connected' } },
  },
});

/** What an inspector has recorded of these events, a second apart, as a page knows it. */
function modelOf(types: readonly ('up' | 'down' | 'what')[]) {
  let nowMs = 0;
  const inspector = createInspector({ now: () => nowMs });
  const actor = createActor(machine, { inspect: inspector.inspect }).start();
  for (const type of types) {
    nowMs += 1_000;
    actor.send({ type } as never);
  }
  const model = new Model();
  model.load(inspector.toJSON());
  const [root] = model.roots();
  if (root === undefined) throw new Error('There is no actor.');
  return { inspector, model, root, nowMs };
}

describe('the model of the page', () => {
  it('tells where an actor stood after each entry, whatever entry is asked for', () => {
    const { model, root } = modelOf(['up', 'down', 'what', 'up']);
    const values = Array.from({ length: model.end }, (_, moment) => model.standingAt(root, moment).value);
    expect(values).toEqual(['starting', 'starting', 'connected', 'disconnected', 'disconnected', 'connected']);
    expect(model.standingAt(root, null).value).toBe('connected');
  });

  it('keeps a bounded number of entries, and still knows where the actor stood before the oldest', () => {
    const { model, root } = modelOf([]);
    const record = (seq: number): InspectorRecord => ({
      kind: 'transition',
      seq,
      sent: seq,
      atMs: seq,
      actor: root.identity.actor,
      event: { type: 'go', hidden: 0 },
      source: null,
      from: 'connected',
      to: seq % 2 === 0 ? 'connected' : 'disconnected',
      microsteps: [],
      actions: [],
      ignored: null,
      context: { seq },
    });
    for (let seq = 10; seq < 50_010; seq += 100)
      model.take({
        type: 'records',
        source: 'own',
        records: Array.from({ length: 100 }, (_, index) => record(seq + index)),
        missed: 0,
      });
    expect(model.end - model.first).toBeLessThanOrEqual(22_000);
    const first = model.entry(model.first);
    expect(first?.kind === 'transition' && root.before.context['seq']).toBe((first?.seq ?? 0) - 1);
    expect(model.standingAt(root, null).context).toEqual({ seq: 50_009 });
    expect(() => readSession(JSON.stringify(exportSession(model, 0)))).not.toThrow();
  });

  it('forgets an actor that is over with its last entry, with its chart and its name', () => {
    const { inspector, model } = modelOf(['up']);
    const { charts } = inspector.toJSON();
    const started = (number: number): readonly InspectorRecord[] => {
      const [known] = inspector.toJSON().actors;
      if (known === undefined) throw new Error('There is no actor.');
      const { isAlive: _, ...identity } = known;
      const own = { actor: `a${number}`, system: `a${number}`, chart: `chart ${number % 3}` };
      const context = { 'instance.id': `bot-${number}` };
      const stamps = { seq: number * 2 + 10, atMs: number };
      const begun = {
        ...identity,
        ...own,
        kind: 'started' as const,
        ...stamps,
        value: 'starting',
        context,
        wasRunning: false,
      };
      return [begun, { kind: 'ended', seq: stamps.seq + 1, atMs: number, actor: own.actor, how: 'done', error: null }];
    };
    for (let number = 0; number < 32_000; number += 1) {
      const [chart] = Object.values(charts);
      if (chart && number < 20_000) model.take({ type: 'chart', source: 'own', key: `chart ${number % 3}`, chart });
      const records = started(number < 20_000 ? number : number * 3);
      model.take({ type: 'records', source: 'own', records, missed: 0 });
    }
    expect(model.actors.size).toBeLessThan(11_500);
    expect(Object.keys(exportSession(model, 0).charts)).toEqual(['link', 'chart 0']);
  });

  it('takes no record twice, and begins anew when the server does', () => {
    const { inspector, model } = modelOf(['up']);
    const { actors, records } = inspector.toJSON();
    for (let round = 0; round < 2; round += 1) {
      model.take({ type: 'begin', source: 'own', dropped: 0 });
      model.take({ type: 'actors', source: 'own', actors });
      model.take({ type: 'records', source: 'own', records, missed: 0 });
      model.take({ type: 'ready', sendable: [] });
      model.take({ type: 'records', source: 'own', records, missed: 3 });
      expect([model.end, model.missed, model.roots().length]).toEqual([records.length, 3, 1]);
    }
  });

  it('puts what two sources tell in the order of time, and exports it numbered anew', () => {
    const { inspector, model } = modelOf(['up', 'down']);
    const { actors, records } = inspector.toJSON();
    for (const source of ['apps', 'own'] as const) {
      model.take({ type: 'begin', source, dropped: 0 });
      const named = (name: string): string => `${source}/${name}`;
      model.take({
        type: 'actors',
        source,
        actors: actors.map((actor) => ({ ...actor, actor: named(actor.actor), system: named(actor.system) })),
      });
      const renamed = records.map((record) => ('actor' in record ? { ...record, actor: named(record.actor) } : record));
      model.take({ type: 'records', source, records: renamed, missed: 0 });
    }
    model.take({ type: 'ready', sendable: [] });
    const times = Array.from({ length: model.end }, (_, number) => model.entry(number)?.atMs);
    expect(times).toEqual([0, 0, 0, 0, 1_000, 1_000, 2_000, 2_000]);
    const session = readSession(JSON.stringify(exportSession(model, 0)));
    expect(session.records.map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  });
});

describe('the timeline', () => {
  it('has a band for each stretch, and recovery is measured from the loss to the next connection', () => {
    const { model, nowMs, root } = modelOf(['up', 'down', 'what', 'what', 'up', 'down', 'up']);
    const { bands, meanTimeToRecoverMs, outages } = timelineOf(model, root, { moment: null, untilMs: nowMs + 500 });
    expect(bands).toEqual([
      { status: 'starting', fromMs: 0, toMs: 1_000 },
      { status: 'connected', fromMs: 1_000, toMs: 2_000 },
      { status: 'disconnected', fromMs: 2_000, toMs: 5_000 },
      { status: 'connected', fromMs: 5_000, toMs: 6_000 },
      { status: 'disconnected', fromMs: 6_000, toMs: 7_000 },
      { status: 'connected', fromMs: 7_000, toMs: 7_500 },
    ]);
    expect([outages, meanTimeToRecoverMs]).toEqual([2, 2_000]);
    expect(timelineOf(model, root, { moment: 3, untilMs: nowMs })).toMatchObject({
      outages: 1,
      meanTimeToRecoverMs: null,
    });
  });

  it('never connected is no outage', () => {
    const { model, root } = modelOf(['down']);
    expect(timelineOf(model, root, { moment: null, untilMs: 5_000 })).toMatchObject({
      outages: 0,
      meanTimeToRecoverMs: null,
    });
  });
});

it('the sequence names who sent what to whom, and where it led', () => {
  const { model, root } = modelOf(['up', 'what']);
  const { columns, earlier, messages } = sequenceOf(model, root, { moment: null, most: 2 });
  expect(columns).toEqual(['outside', expect.stringContaining('link')]);
  expect(earlier).toBe(1);
  expect(messages).toMatchObject([
    { from: 0, to: 1, event: 'up', became: 'connected', isIgnored: false },
    { from: 0, to: 1, event: 'what', became: '', isIgnored: true },
  ]);
});

it('the health counts messages, restarts within the window, and errors, the last first', () => {
  const { model } = modelOf([]);
  const identity = { actor: 'a', sessionId: 'a', id: 'a', parent: null, system: 'a', src: null, chart: null };
  const signal = (seq: number, name: string, measurements: Readonly<Record<string, number>> = {}): InspectorRecord => ({
    kind: 'signal',
    seq,
    atMs: 100_000 + seq,
    name,
    instanceId: 'bot',
    measurements,
    metadata: { level: 'warn' },
  });
  model.take({
    type: 'records',
    source: 'own',
    missed: 0,
    records: [
      {
        kind: 'started',
        ...identity,
        seq: 101,
        atMs: 1,
        value: null,
        wasRunning: false,
        context: { 'instance.id': 'bot', restartCount: 2, startedAt: 5, childRestarts: [1, 99_000, 100_000] },
      },
      ...[
        signal(102, 'delivery.queued'),
        signal(103, 'delivery.queued'),
        signal(104, 'instance.reconnect_failed'),
        signal(105, 'delivery.gave_up'),
      ],
      signal(106, 'delivery.pressure_changed', { depth: 70, capacity: 100 }),
    ],
  });
  const actor = model.actors.get('a');
  const health = actor && healthOf(model, actor, { moment: null, nowMs: 100_106, vitals: null });
  expect(health).toMatchObject({
    counters: [['restartCount', '2']],
    queue: { depth: 70, capacity: 100, level: 'warn', isNow: false },
    restarts: [{ name: 'Workers restarted', used: 2 }],
    intensity: { maxRestarts: 5, windowMs: 30_000 },
  });
  const vitals = { queueDepth: 3, queueCapacity: 9, pressure: 'normal', maxRestarts: 2, restartWindowMs: 60_000 };
  expect(actor && healthOf(model, actor, { moment: null, nowMs: 159_500, vitals })).toMatchObject({
    queue: { depth: 3, capacity: 9, level: 'normal', isNow: true },
    restarts: [{ used: 1 }], // A minute ago one of them is out of the window.
    intensity: { maxRestarts: 2, windowMs: 60_000 },
  });
  expect(health?.deliveries).toContainEqual(['delivery.queued', 2]);
  expect(health?.errors.map(({ words }) => words.split(':')[0])).toEqual([
    'delivery.gave_up',
    'instance.reconnect_failed',
  ]);
});
