import { afterEach, beforeEach, expect, it } from 'vitest';
import { createMachine } from 'xstate';
import { chartOf } from '../../src/chartOf.ts';
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
