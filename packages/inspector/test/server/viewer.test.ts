import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { chartOf } from '../../src/chartOf.ts';
import { createInspector, type Inspector } from '../../src/index.ts';
import type { ServerMessage, SourceName } from '../../src/page/protocol.ts';
import type { InspectorRecord } from '../../src/records.ts';
import { startInspectorServer } from '../../src/server/index.ts';
import { Viewer } from '../../src/server/Viewer.ts';
import { addressOf, dial, enter, watch } from './client.ts';

const machine = createMachine({
  id: 'light',
  initial: 'red',
  states: { red: { on: { go: 'green' } }, green: { on: { go: 'red' } } },
});

/** A page whose network takes as much as the test lets it. */
function slowPage(source: Pick<Inspector, 'toJSON' | 'actors' | 'chart'> = createInspector()) {
  const sent: string[] = [];
  let taken = 0;
  const done: (() => void)[] = [];
  const socket = {
    get bufferedAmount() {
      return sent.slice(taken).join('').length;
    },
    send(text: string, onSent: () => void) {
      sent.push(text);
      done.push(onSent);
    },
  };
  const viewer = new Viewer(socket, {
    maxBytes: 20_000,
    sendable: [],
    snapshots: () => [{ source: 'own', session: source.toJSON() }],
    standings: (_: SourceName, actors) => source.actors().filter(({ actor }) => actors.has(actor)),
    chart: (name, key) => {
      const chart = source.chart(key);
      return chart && { type: 'chart', source: name, key, chart };
    },
    onChart: () => undefined,
  });
  const messages = (): readonly ServerMessage[] => sent.map((text) => JSON.parse(text));
  return {
    viewer,
    messages,
    waiting: () => socket.bufferedAmount,
    records: (): readonly InspectorRecord[] =>
      messages().flatMap((message) => (message.type === 'records' ? message.records : [])),
    missed: () => messages().reduce((sum, message) => sum + (message.type === 'records' ? message.missed : 0), 0),
    /** The network takes all that is there, and all that comes of it. */
    drain() {
      while (taken < sent.length) {
        taken = sent.length;
        for (const onSent of done.splice(0)) onSent();
      }
    },
  };
}

describe('a page that is too slow', () => {
  it('never has more waiting than its bound, is told how much it missed, and then where the actors stand', () => {
    const inspector = createInspector();
    const page = slowPage(inspector);
    page.viewer.pump();
    page.drain();
    const actors = [1, 2, 3].map(() => createActor(machine, { inspect: inspector.inspect }).start());
    let told = 0;
    let most = 0;
    for (let round = 0; round < 2_000; round += 1) {
      for (const actor of actors) actor.send({ type: 'go' });
      const { records } = inspector.toJSON();
      page.viewer.offer(
        'own',
        records.filter(({ seq }) => seq > told),
        0,
      );
      told = records.at(-1)?.seq ?? told;
      most = Math.max(most, page.waiting());
    }
    actors[0]?.send({ type: 'go' });
    const [last] = inspector.toJSON().records.slice(-1);
    page.viewer.offer('own', last ? [last] : [], 0);
    expect(most).toBeLessThanOrEqual(20_000);
    expect(page.viewer.mostWaiting).toBeGreaterThanOrEqual(most); // What waits in the queue is not in the socket yet.
    expect(page.viewer.mostWaiting).toBeLessThanOrEqual(20_000);
    expect(page.missed()).toBe(0);
    page.drain();
    expect(page.missed()).toBe(page.viewer.missed);
    expect(page.viewer.missed).toBeGreaterThan(5_000);
    expect(page.records().length).toBeLessThan(200);
    const sample = page.records().slice(-3);
    expect(sample).toMatchObject([
      { kind: 'started', wasRunning: true, value: 'green', chart: 'light' },
      { kind: 'started', wasRunning: true, value: 'red' },
      { kind: 'started', wasRunning: true, value: 'red' },
    ]);
    const seqs = page.records().map(({ seq }) => seq);
    expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => a - b));
  });

  it('that has caught up gets every record again', () => {
    const inspector = createInspector();
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    const page = slowPage(inspector);
    for (let count = 0; count < 500; count += 1) actor.send({ type: 'go' });
    page.viewer.offer('own', inspector.toJSON().records, 0);
    page.drain();
    const missed = page.viewer.missed;
    actor.send({ type: 'go' });
    const next = inspector.toJSON().records.slice(-1);
    page.viewer.offer('own', next, 0);
    page.drain();
    expect(page.records().at(-1)).toEqual(next[0]);
    expect(page.viewer.missed).toBe(missed);
  });
});

describe('a page that knows a chart', () => {
  it('is told of another that has taken its name, and of each once', () => {
    const inspector = createInspector();
    createActor(machine, { inspect: inspector.inspect }).start();
    const [started] = inspector.toJSON().records;
    const session = { ...inspector.toJSON(), charts: {}, records: [] };
    let chart = inspector.chart('light');
    const page = slowPage({ toJSON: () => session, actors: () => [], chart: () => chart });
    const offer = (): void => page.viewer.offer('own', started ? [started] : [], 0);
    offer();
    offer();
    chart = chartOf(createMachine({ id: 'light' }));
    offer();
    offer();
    page.drain();
    const told = page.messages().flatMap((message) => (message.type === 'chart' ? message.chart.states.length : []));
    expect(told).toEqual([3, 1]);
  });
});

describe('pages on a real line', () => {
  it('get what an actor does, in order, and without gaps or doubles', async () => {
    const inspector = createInspector();
    await using server = await startInspectorServer({ inspector, port: 0 });
    const actor = createActor(machine, { inspect: inspector.inspect }).start();
    actor.send({ type: 'go' });
    const page = await watch(server);
    actor.send({ type: 'go' });
    await page.until(() => page.records().length >= 3 && page.messages.some(({ type }) => type === 'ready'));
    for (let count = 0; count < 5_000; count += 1) actor.send({ type: 'go' });
    await page.until(() => page.records().at(-1)?.seq === inspector.toJSON().records.at(-1)?.seq);
    const seqs = page.records().map(({ seq }) => seq);
    expect(new Set(seqs).size).toBe(5_000 + 4);
    expect(server.counts).toMatchObject({ viewers: 1, missedByViewers: 0 });
  });

  it('that vanish or talk do no harm, and the last one to go ends the listening', async () => {
    const inspector = createInspector({ record: 'viewed' });
    await using server = await startInspectorServer({ inspector, port: 0 });
    const actor = createActor(machine).start();
    inspector.watch(actor);
    const pages = [await watch(server), await watch(server)];
    pages[0]?.line.send('x');
    const ended = pages[0] && once(pages[0].line, 'close');
    pages[0]?.line.send('x'.repeat(2_000));
    expect((await ended)?.[0]).toBe(1009); // Too long.
    actor.send({ type: 'go' });
    await pages[1]?.until(() => pages[1]?.records().some(({ kind }) => kind === 'transition') ?? false);
    for (const { line } of pages) line.terminate();
    while (server.counts.viewers > 0) await new Promise((resolve) => setImmediate(resolve));
    actor.send({ type: 'go' });
    expect(inspector.toJSON().records).toEqual([]);
  });

  it('more than the bound are refused', async () => {
    await using server = await startInspectorServer({ port: 0, bounds: { viewers: 1 } });
    await watch(server);
    const cookie = await enter(server);
    expect(await dial(server, { cookie, origin: addressOf(server).origin })).toBe(503);
  });
});
