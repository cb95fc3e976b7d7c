import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createMessaging } from 'holdfast';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { createInspector, type Inspector } from '../../src/index.ts';
import { type InspectorServer, startInspectorServer } from '../../src/server/index.ts';
import { type Answer, addressOf, ask, enter } from './client.ts';

const canary = 'canary-51ab';
const machine = createMachine({ id: 'm', on: { go: {} } });
let inspector: Inspector;
let server: InspectorServer;
let cookie: string;

beforeEach(async () => {
  inspector = createInspector({ record: 'viewed' });
  server = await startInspectorServer({ inspector, port: 0 });
  cookie = await enter(server);
});
afterEach(() => server.close());

function askFor(actor: string, headers: Readonly<Record<string, string>> = { cookie }): Promise<Answer> {
  const { origin } = addressOf(server);
  return ask(server, { method: 'POST', path: '/vitals', body: actor, headers: { origin, ...headers } });
}

it('how full the queue of an instance is now, and its restart intensity, are told to pages', async () => {
  const clock = new VirtualClock();
  const channel = scriptedChannel({ clock, script: { connect: [outcome.hang()] } });
  const messaging = createMessaging({ channels: [channel], clock, inspect: inspector });
  const bot = await messaging.startInstance('scripted', { id: 'bot', name: 'Bot', sender: { capacity: 4 } });
  for (const text of [canary, canary, canary]) await bot.enqueue({ conversation: '1', text });
  const [instance] = inspector.actors();
  const { body, status } = await askFor(instance?.actor ?? '');
  expect(status).toBe(200);
  expect(JSON.parse(body)).toEqual({
    queueDepth: 3,
    queueCapacity: 4,
    pressure: 'warn',
    maxRestarts: 5,
    restartWindowMs: 30_000,
  });
  const stopped = messaging.stop({ deadlineMs: 0 });
  await clock.advance(1_000);
  await stopped;
  expect((await askFor(instance?.actor ?? '')).status).toBe(204);
});

it('nothing but numbers and levels is told, whatever a watched actor is said to be like', async () => {
  const actor = createActor(machine).start();
  inspector.watch(actor, () => ({ queueDepth: canary, pressure: canary, token: canary, queueCapacity: 7 }));
  const { body } = await askFor(inspector.actors()[0]?.actor ?? '');
  expect(body).not.toContain(canary);
  expect(JSON.parse(body)).toMatchObject({ queueCapacity: 7 });
});

it('who is not there, who has nothing to tell, and who throws is answered with nothing', async () => {
  const [silent, broken] = [createActor(machine).start(), createActor(machine).start()];
  inspector.watch(silent);
  inspector.watch(broken, () => {
    throw new Error(canary);
  });
  for (const name of ['nobody', '', 'x'.repeat(2_000), ...inspector.actors().map(({ actor }) => actor)])
    expect(await askFor(name)).toMatchObject({ status: 204, body: '' });
});

it('nobody is told without the cookie, or from another page', async () => {
  expect((await askFor('x', {})).status).toBe(401);
  expect((await askFor('x', { cookie, origin: 'http://evil.example' })).status).toBe(403);
});
