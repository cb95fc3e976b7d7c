import { createWebSocketInspector } from '@statelyai/inspect';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { assign, createActor, fromPromise, setup } from 'xstate';
import type { ServerMessage } from '../../src/page/protocol.ts';
import { type InspectorServer, startInspectorServer } from '../../src/server/index.ts';
import { dialApp, watch } from './client.ts';

const canary = 'CANARY-7f3a';
let server: InspectorServer;

beforeEach(async () => {
  server = await startInspectorServer({
    port: 0,
    allow: { context: ['count', 'password'] },
    bounds: { appActors: 3, apps: 2, appFrameBytes: 50_000 },
  });
});
afterEach(() => server.close());

const counter = setup({
  types: { context: {} as { count: number; note: string; password: string } },
  guards: { isFit: (_, params: { readonly text: string }) => params.text !== '' },
}).createMachine({
  id: 'counter',
  description: canary,
  meta: { note: canary },
  context: { count: 0, note: canary, password: canary },
  initial: 'on',
  states: {
    on: {
      on: {
        add: {
          guard: { type: 'isFit', params: { text: canary } },
          actions: assign({ count: ({ context }) => context.count + 1 }),
        },
        off: 'off',
      },
    },
    off: { type: 'final', output: { text: canary } },
  },
  output: { text: canary },
});

const frame = (fields: object): string =>
  JSON.stringify({ sessionId: 's', rootId: 's', createdAt: '1', _version: '0.7.2', id: null, ...fields });
const actorFrame = (fields: object = {}): string =>
  frame({
    type: '@xstate.actor',
    name: 's',
    definition: '{"id":"s","initial":"a","states":{"a":{}}}',
    snapshot: { status: 'active', value: 'a' },
    ...fields,
  });

/** All frames before have been dealt with. */
async function settled(line: WebSocket): Promise<void> {
  await new Promise((resolve) => {
    line.once('pong', resolve);
    line.ping();
  });
}

describe('an app with @statelyai/inspect', () => {
  it('is shown: its chart, who started whom, each event with where it led, and how it ended; nothing of its data that is not allowed', async () => {
    const page = await watch(server);
    const stately = createWebSocketInspector({ url: server.appUrl });
    const actor = createActor(counter, { inspect: stately.inspect }).start();
    // It reads snapshots a bit later than they were.
    await page.until(() => page.records().length === 2);
    actor.send({ type: 'add', body: canary } as never);
    await page.until(() => page.records().length === 3);
    actor.send({ type: 'off' });
    await page.until(() => page.records().some(({ kind }) => kind === 'ended'));
    const [started, ...rest] = page.records();
    expect(started).toMatchObject({
      kind: 'started',
      id: 'counter',
      chart: 'apps/counter',
      value: 'on',
      parent: null,
      context: { count: 0, password: '[credential]' },
    });
    expect(rest.filter(({ kind }) => kind === 'transition')).toMatchObject([
      { event: { type: 'xstate.init' } },
      { event: { type: 'add', hidden: 1 }, from: 'on', to: 'on', context: { count: 1 } },
      { event: { type: 'off', hidden: 0 }, from: 'on', to: 'off', context: null },
    ]);
    expect(rest.at(-1)).toMatchObject({ kind: 'ended', how: 'done', error: null });
    const [chart] = page.messages.filter(
      (message): message is Extract<ServerMessage, { type: 'chart' }> => message.type === 'chart',
    );
    expect(chart?.chart.transitions.map(({ name }) => name)).toContain('on stays by add [isFit]');
    expect(JSON.stringify(page.messages)).not.toContain(canary);
    stately.stop();
  });

  it('that is shown late is shown with all of its past', async () => {
    const stately = createWebSocketInspector({ url: server.appUrl });
    const child = fromPromise(async () => canary);
    const machine = setup({ actors: { child } }).createMachine({
      id: 'parent',
      invoke: { id: 'job', src: 'child' },
      initial: 'a',
      states: { a: {} },
    });
    const first = await watch(server);
    createActor(machine, { inspect: stately.inspect }).start();
    await first.until(() => first.records().some(({ kind }) => kind === 'ended'));
    const late = await watch(server);
    await late.until(() => late.messages.some(({ type }) => type === 'ready'));
    expect(late.records()).toEqual(first.records());
    const [parent, job] = late.messages.flatMap((message) => (message.type === 'actors' ? message.actors : []));
    expect(job).toMatchObject({
      id: 'job',
      parent: parent?.actor,
      system: parent?.actor,
      value: null,
      chart: null,
      isAlive: false,
    });
    stately.stop();
  });

  it('that vanishes leaves its actors as lost', async () => {
    const page = await watch(server);
    const app = await dialApp(server);
    app.send(actorFrame());
    await page.until(() => page.records().length > 0);
    app.terminate();
    await page.until(() => page.records().some((record) => record.kind === 'ended' && record.how === 'lost'));
    expect(server.counts.apps).toBe(0);
  });
});

describe('whatever an app sends', () => {
  it('garbage is counted, and changes nothing', async () => {
    const page = await watch(server);
    const app = await dialApp(server);
    const garbage = [
      '',
      'x',
      '{}',
      '[]',
      'null',
      '"@xstate.actor"',
      '{"type":"@xstate.actor"}',
      '{"__proto__":{"sessionId":"s"}}',
      frame({ type: '@xstate.event' }),
    ];
    garbage.push(
      frame({ type: '@xstate.snapshot', event: { type: 'e' } }),
      frame({ type: '@xstate.event', event: 5 }),
      `${'['.repeat(4_000)}${']'.repeat(4_000)}`,
    );
    garbage.push(frame({ type: '@xstate.snapshot', event: { type: 'e' }, snapshot: {}, sessionId: 'unknown' }));
    for (const text of garbage) app.send(text);
    app.send(Buffer.from([0xff, 0x00]));
    app.send(actorFrame());
    await page.until(() => page.records().length > 0);
    expect(server.counts).toMatchObject({ appFrames: garbage.length + 2, appFramesRefused: garbage.length + 1 });
    expect(page.records()).toHaveLength(1);
  });

  it('a definition that is none makes an actor without a chart', async () => {
    const page = await watch(server);
    const app = await dialApp(server);
    const definitions = ['{', '[]', '{"id":"d","initial":"nowhere","states":{"a":{"on":{"x":"gone"}}}}'];
    for (const [index, definition] of definitions.entries())
      app.send(actorFrame({ sessionId: `${index}`, definition }));
    await page.until(() => page.records().length === definitions.length);
    for (const record of page.records()) expect(record).toMatchObject({ kind: 'started', chart: null, value: null });
  });

  it('a state that its chart does not have is not shown, for it may be anything', async () => {
    const page = await watch(server);
    const app = await dialApp(server);
    const definition = '{"id":"s","type":"parallel","states":{"a":{"initial":"x","states":{"x":{}}}}}';
    app.send(actorFrame({ definition, snapshot: { status: 'active', value: { a: 'x' } } }));
    app.send(
      frame({
        type: '@xstate.snapshot',
        event: { type: 'e' },
        snapshot: { status: 'active', value: { a: canary, [canary]: 'x' } },
      }),
    );
    await page.until(() => page.records().length === 2);
    expect(page.records()).toMatchObject([{ value: { a: 'x' } }, { to: { a: {} } }]);
    expect(JSON.stringify(page.messages)).not.toContain(canary);
  });

  it('a frame that is too long ends its line, and nothing else', async () => {
    const app = await dialApp(server);
    const closed = new Promise((resolve) => app.on('close', resolve));
    app.send('x'.repeat(50_001));
    expect(await closed).toBe(1009);
    await dialApp(server);
  });

  it('more actors than the bound are not shown, and counted; more lines than the bound are refused', async () => {
    const app = await dialApp(server);
    for (let index = 0; index < 10; index += 1) app.send(actorFrame({ sessionId: `s${index}` }));
    await settled(app);
    expect(server.counts.appFramesRefused).toBe(7);
    await dialApp(server);
    await expect(dialApp(server)).rejects.toThrow('503');
  });
});
