import { createInspector, type InspectorRecord, readSession, SessionError } from '@holdfast/inspector';
import { PortInUseError, startInspectorServer } from '@holdfast/inspector/server';
import { type SocketLike, statelyInspector } from '@holdfast/inspector/stately';
import { createMessaging } from 'holdfast';
import { createActor, createMachine } from 'xstate';

// Any XState machine.
const inspector = createInspector({ allow: { events: { push: ['force'] } } });
const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: { closed: { on: { push: 'open' } }, open: { on: { push: 'closed' } } },
});
const actor = createActor(door, { inspect: inspector.inspect }).start();
actor.send({ type: 'push' });
const session = readSession(JSON.stringify(inspector));
const last: InspectorRecord | undefined = session.records.at(-1);
if (last?.kind !== 'transition' || last.to !== 'open') throw new Error('The push was not recorded.');
inspector[Symbol.dispose]();

// The instances of a messaging, looked at only while somebody looks.
const lazy = createInspector({ record: 'viewed' });
const messaging = createMessaging({ inspect: lazy, observer: lazy.signal });
messaging.startServer({ instance: { id: 'driven', name: 'Driven', channelType: 'none' } }).notifyConnected();
const [instance] = lazy.actors();
if (instance?.context['instance.id'] !== 'driven') throw new Error('The instance was not found.');
await messaging.stop();

// Frames for Stately's inspector, to whatever takes them.
const frames: string[] = [];
class Sink implements SocketLike {
  readonly bufferedAmount = 0;
  onopen: SocketLike['onopen'] = null;
  onclose: SocketLike['onclose'] = null;
  onerror: SocketLike['onerror'] = null;
  onmessage: SocketLike['onmessage'] = null;
  constructor() {
    queueMicrotask(() => this.onopen?.(undefined as never));
  }
  send(text: string): void {
    frames.push(text);
  }
  close(): void {}
}
const stately = statelyInspector({ url: 'ws://127.0.0.1:8080', WebSocket: Sink });
createActor(door, { inspect: stately.inspect }).start();
await Promise.resolve();
if (!frames.some((frame) => frame.includes('@xstate.actor'))) throw new Error('Stately was told of no actor.');
stately.stop();

try {
  readSession('{}');
  throw new Error('What is no session was read.');
} catch (error) {
  if (!(error instanceof SessionError)) throw error;
}

// The page, with all of its modules, and the thread that draws charts for it.
const server = await startInspectorServer({ inspector: createInspector(), port: 0 });
const { hash, origin, port } = new URL(server.url);
const entered = await fetch(`${origin}/enter`, { method: 'POST', body: hash.slice(1), headers: { origin } });
const cookie = entered.headers.get('set-cookie')?.split(';', 1)[0] ?? '';
const chart = JSON.stringify(session.charts['door']);
const drawn = await fetch(`${origin}/chart`, { method: 'POST', body: chart, headers: { origin, cookie } });
if (!(await drawn.text()).includes('data-state="door.open"')) throw new Error(`No chart was drawn: ${drawn.status}.`);
for (const path of ['/', '/style.css', '/page/main.js', '/page/model/Model.js', '/session.js', '/session/check.js']) {
  const { status } = await fetch(origin + path);
  if (status !== 200) throw new Error(`${path} was answered with ${status}.`);
}
const second = await startInspectorServer({ port: Number(port) }).catch((error: unknown) => error);
if (!(second instanceof PortInUseError)) throw new Error('Two servers share a port.');
await server.close();
