// Ends by itself, or is killed by the test that runs it.
import { createInspector } from '@holdfast/inspector';
import { startInspectorServer } from '@holdfast/inspector/server';
import { WebSocket } from 'ws';
import { createActor, createMachine } from 'xstate';

const inspector = createInspector();
const server = await startInspectorServer({ inspector, port: 0 });
const { hash, origin, port } = new URL(server.url);
const entered = await fetch(`${origin}/enter`, { method: 'POST', body: hash.slice(1), headers: { origin } });
const cookie = entered.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
const page = new WebSocket(`ws://127.0.0.1:${port}/live`, { origin, headers: { cookie } });
await new Promise((resolve) => page.once('message', resolve));
const app = new WebSocket(`ws://127.0.0.1:${port}`);
await new Promise((resolve) => app.once('open', resolve));
const machine = createMachine({ id: 'm', on: { go: {} } });
const actor = createActor(machine, { inspect: inspector.inspect }).start();
actor.send({ type: 'go' });
await Promise.resolve();
const chart = JSON.stringify(Object.values(inspector.toJSON().charts)[0]);
const drawn = await fetch(`${origin}/chart`, { method: 'POST', body: chart, headers: { origin, cookie } });
if (drawn.status !== 200) throw new Error(`The chart was not drawn: ${drawn.status}.`);
await server.close();
const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
console.log(`closed with a page and an app, timers left: ${timers.length}`);
