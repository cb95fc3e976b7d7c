import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../src/chartOf.ts';
import { Drawings } from '../../src/server/drawing/Drawings.ts';
import { DrawingThread } from '../../src/server/drawing/DrawingThread.ts';
import { type InspectorServer, startInspectorServer } from '../../src/server/index.ts';
import { type Answer, addressOf, ask, enter } from './client.ts';

let server: InspectorServer;
let cookie: string;

beforeEach(async () => {
  server = await startInspectorServer({ port: 0 });
  cookie = await enter(server);
});
afterEach(() => server.close());

const chart = chartOf(
  createMachine({
    id: 'door',
    initial: 'closed',
    states: { closed: { on: { push: 'open' } }, open: { on: { push: 'closed' } } },
  }),
);
const draw = (body: string, path = '/chart'): Promise<Answer> =>
  ask(server, { method: 'POST', path, body, headers: { cookie, origin: addressOf(server).origin } });

it('a chart is drawn for the page without a style of its own, as a file with it, and as Mermaid', async () => {
  const page = await draw(JSON.stringify(chart));
  expect(page.status).toBe(200);
  expect(page.header('content-type')).toBe('image/svg+xml');
  expect(page.body).toContain('data-state="door.closed"');
  expect(page.body).not.toMatch(/<style|style=/);
  expect((await draw(JSON.stringify(chart), '/chart.svg')).body).toContain('<style>');
  expect((await draw(JSON.stringify(chart), '/chart.mmd')).body).toMatch(/^stateDiagram-v2/);
});

it('a chart that is none, too long or too large is refused in words', async () => {
  for (const body of ['', '{', '[]', '{"id":1}', '{"id":"x","states":[{}],"transitions":[]}']) {
    const { body: words, status } = await draw(body);
    expect(status).toBe(422);
    expect(words).toMatch(/expected/);
  }
  const many = {
    ...chart,
    states: Array.from({ length: 500 }, (_, index) => ({ ...chart.states[1], id: `${index}` })),
  };
  expect(await draw(JSON.stringify(many))).toMatchObject({ status: 422, body: expect.stringContaining('500 states') });
  expect((await draw('x'.repeat(1024 * 1024 + 1))).status).toBe(413);
  const broken = { ...chart, states: [], transitions: chart.transitions };
  expect((await draw(JSON.stringify(broken))).status).toBe(422);
  expect((await draw(JSON.stringify(chart))).status).toBe(200);
});

it('two pages that want one chart at once get the same', async () => {
  const [first, second] = await Promise.all([draw(JSON.stringify(chart)), draw(JSON.stringify(chart))]);
  expect(first?.body).toBe(second?.body);
});

describe('the thread that draws', () => {
  const call = { chart, format: 'page' } as const;

  it('draws in the order of the calls, and what cannot be laid out fails alone', async () => {
    const thread = new DrawingThread();
    const broken = { ...call, chart: { ...chart, states: [] } };
    const [first, second, third] = await Promise.allSettled([
      thread.draw(call),
      thread.draw(broken),
      thread.draw(call),
    ]);
    expect([first?.status, second?.status, third?.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    await thread.close();
  });

  it('fails a call that takes too long, and has another thread for the next; closed, it draws no more', async () => {
    const patience = { longestMs: 1 };
    const thread = new DrawingThread(patience);
    await expect(thread.draw(call)).rejects.toThrow('cannot be laid out');
    patience.longestMs = 60_000;
    expect(await thread.draw(call)).toContain('door.open');
    await thread.close();
    await expect(thread.draw(call)).rejects.toThrow('closed');
  });
});

it('what was drawn once is kept, a bounded number of them, and what failed is tried again', async () => {
  const asked: string[] = [];
  let isBroken = true;
  const drawings = new Drawings({
    draw: async ({ chart: { id } }) => {
      asked.push(id);
      if (isBroken) throw new Error('broken');
      return id;
    },
    warmUp: async () => undefined,
    close: async () => undefined,
  });
  const named = (id: number): string => JSON.stringify({ ...chart, id: `${id}` });
  await expect(drawings.draw(named(0), 'page')).rejects.toThrow('broken');
  isBroken = false;
  for (const id of [0, 0, 1]) await drawings.draw(named(id), 'page');
  expect(asked).toEqual(['0', '0', '1']);
  for (let id = 2; id < 60; id += 1) await drawings.draw(named(id), 'page');
  expect(asked).toHaveLength(61);
  await drawings.draw(named(59), 'page');
  await drawings.draw(named(0), 'page');
  expect(asked).toHaveLength(62); // The oldest was let go.
  await drawings.close();
});

it('the first charts that there are are drawn before anybody asks for them, and no more', async () => {
  const asked: string[] = [];
  const drawings = new Drawings({
    draw: async ({ chart: { id } }) => {
      asked.push(id);
      return id;
    },
    warmUp: async () => undefined,
    close: async () => undefined,
  });
  for (let id = 0; id < 40; id += 1) drawings.ahead({ ...chart, id: `${id}` });
  expect(asked).toHaveLength(12);
  await drawings.close();
});
