import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import { createBrowserReceiver } from '@statelyai/inspect';
import { createMessaging } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import {
  assign,
  createActor,
  emit,
  fromCallback,
  fromPromise,
  type InspectionEvent,
  raise,
  sendTo,
  setup,
} from 'xstate';
import { type Allow, createInspector } from '../src/index.ts';
import { type SocketConstructor, type SocketLike, statelyInspector } from '../src/stately/index.ts';
import { createWindows } from './stately/fakeWindows.ts';

/** In lower case letters, digits and as a code may look: none of them may pass as one. */
const canaries = ['CANARY-7f3a', 'canary.bird', 'canary_bird', '4815162342'];
const [loud = '', dotted = '', plain = '', digits = ''] = canaries;
const all = canaries.join(' ');

/** Everything that leaves: records as they are delivered, exports, frames of both kinds, and what is written to the console. */
function createEars(allow: Allow = {}) {
  const heard: string[] = [];
  class Socket implements SocketLike {
    bufferedAmount = 0;
    onopen: SocketLike['onopen'] = null;
    onclose: SocketLike['onclose'] = null;
    onerror: SocketLike['onerror'] = null;
    onmessage: SocketLike['onmessage'] = null;
    constructor() {
      queueMicrotask(() => this.onopen?.(undefined as never));
    }
    send(text: string): void {
      heard.push(text);
    }
    close(): void {
      this.onclose?.(undefined as never);
    }
  }
  const inspector = createInspector({ allow });
  inspector.subscribe((batch) => heard.push(JSON.stringify(batch)));
  const windows = createWindows('https://stately.ai');
  statelyInspector({ url: 'ws://127.0.0.1:1', WebSocket: Socket as SocketConstructor, inspector });
  statelyInspector({ window: windows.window, inspector });
  createBrowserReceiver({ window: windows.page as never }).subscribe((frame) => heard.push(JSON.stringify(frame)));
  const everything = (): string => {
    heard.push(
      JSON.stringify(inspector),
      JSON.stringify(inspector.actors()),
      inspector.counts.failures > 0 ? 'failed' : '',
    );
    return heard.join('\n');
  };
  return { inspector, heard, everything };
}

const consoleMethods = ['log', 'info', 'warn', 'error', 'debug'] as const;
let written: unknown[][] = [];

beforeEach(() => {
  written = [];
  for (const method of consoleMethods) vi.spyOn(console, method).mockImplementation((...parts) => written.push(parts));
});
afterEach(() => {
  vi.restoreAllMocks();
});

/** A machine of somebody else's, with canaries wherever a machine can have something. */
function runForeign(inspect: (event: InspectionEvent) => void): void {
  const job = fromPromise(async () => ({ secretReport: all, nested: [all] }));
  const failing = fromPromise(
    async (): Promise<void> => Promise.reject(Object.assign(new Error(all), { name: all, detail: all })),
  );
  const bell = fromCallback(({ sendBack, receive }) => receive(() => sendBack({ type: 'rang', body: all })));
  const machine = setup({
    types: { context: {} as Record<string, unknown>, input: {} as { readonly seed: string }, output: {} as object },
    actors: { job, failing, bell },
    actions: { act: (_, params: { readonly text: string }) => params },
    guards: { isFit: (_, params: { readonly text: string }) => params.text !== '' },
  }).createMachine({
    id: 'foreign',
    description: all,
    meta: { note: all },
    context: ({ input }) => ({
      password: input.seed,
      note: all,
      deep: { list: [all] },
      error: new Error(all),
      lastError: all,
      reason: dotted,
    }),
    invoke: [
      { id: 'job', src: 'job', onDone: { actions: assign({ report: ({ event }) => event.output }) } },
      { id: 'failing', src: 'failing', onError: { actions: assign({ failure: ({ event }) => event.error }) } },
      { id: 'bell', src: 'bell', input: { seed: all } },
    ],
    initial: 'a',
    states: {
      a: {
        description: all,
        meta: { note: all },
        entry: { type: 'act', params: { text: all } },
        on: {
          go: {
            description: all,
            meta: { note: all },
            guard: { type: 'isFit', params: { text: all } },
            target: 'b',
            actions: [
              { type: 'act', params: { text: all } },
              raise({ type: 'again', body: all } as never),
              emit({ type: 'out', body: all } as never),
            ],
          },
        },
      },
      b: { on: { again: { actions: sendTo('bell', { type: 'ring', body: all } as never) }, end: 'c' } },
      c: { type: 'final', output: { text: all } },
    },
    output: { text: all, deep: [all] },
  });
  const actor = createActor(machine, { input: { seed: all }, inspect }).start();
  actor.send({ type: 'unknown', body: all });
  actor.send({ type: 'go', body: all, token: loud, attempt: digits, reason: dotted, class: plain });
  queueMicrotask(() => queueMicrotask(() => queueMicrotask(() => actor.send({ type: 'end', body: all }))));
}

/** Events of our own, from whoever drives a chart of ours, and everything that a channel can say. */
async function runOurs(ears: ReturnType<typeof createEars>): Promise<void> {
  const clock = new VirtualClock();
  const failure = {
    severity: 'recoverable',
    scope: 'link',
    code: 'scripted.error',
    message: all,
    reason: all,
  } as const;
  const channel = scriptedChannel({
    clock,
    identity: { name: all, token: loud },
    script: {
      connect: [outcome.fail(new Error(all)), outcome.fail(failure), outcome.ok(), outcome.unauthorized()],
      send: [outcome.fail(new Error(all))],
    },
  });
  const { inspector } = ears;
  const messaging = createMessaging({ channels: [channel], clock, inspect: inspector, observer: inspector.signal });
  const bot = await messaging.startInstance('scripted', {
    name: 'Bot',
    id: 'bot',
    credentials: { token: all, parts: canaries },
    config: { path: all },
    settings: { note: all, secret: loud },
    onMessage: () => {
      throw new Error(all);
    },
  });
  await clock.advance(10_000);
  channel.deliver({ id: loud, conversation: plain, text: all });
  await bot.enqueue({ conversation: plain, text: all }).catch(() => undefined);
  bot.notifyFailure(all);
  bot.notifyFailure({ reason: all, class: plain });
  bot.notifyFailure(dotted);
  bot.notifyFailure(plain);
  bot.notifyFailure(digits);
  bot.notifyFailure([plain, dotted, digits]);
  bot.notifyRestartMarker('recoverable', all);
  bot.notifyDisconnected(all);
  bot.updateCredentials({ token: all });
  await clock.advance(60_000);
  const stopped = messaging.stop();
  await clock.advance(60_000);
  await stopped;
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('no canary', () => {
  it('of a machine of anybody’s is in any record, export, frame or line of the console', async () => {
    const ears = createEars();
    await turn();
    runForeign(ears.inspector.inspect);
    await turn();
    await turn();
    const everything = ears.everything();
    for (const canary of canaries) expect(everything).not.toContain(canary);
    for (const word of ['foreign', 'isFit', 'unknown', 'rang', 'ended', '@xstate.snapshot', '"error"'])
      expect(everything).toContain(word);
    expect(everything).not.toContain('failed');
    expect(written).toEqual([]);
  });

  it('of an instance of ours is in any of them either', async () => {
    const ears = createEars();
    await turn();
    await runOurs(ears);
    await turn();
    const everything = ears.everything();
    for (const canary of canaries) expect(everything).not.toContain(canary);
    for (const word of [
      'notify.failure',
      'instance.failure_counted',
      'scripted.401',
      'unauthorized',
      '[hidden]',
      '@xstate.actor',
    ])
      expect(everything).toContain(word);
    expect(written).toEqual([]);
  });
});

describe('what is allowed', () => {
  it('is there, in records and frames, so that the canaries above would have been found', async () => {
    const ears = createEars({
      context: ['note', 'password'],
      events: { go: ['body', 'token'] },
      output: ['text'],
      input: true,
    });
    await turn();
    runForeign(ears.inspector.inspect);
    await turn();
    await turn();
    const everything = ears.everything();
    const transition = JSON.stringify({ body: all, token: '[credential]' });
    expect(everything).toContain(transition);
    expect(everything).toContain(JSON.stringify({ note: all, password: '[credential]' }));
    expect(everything).toContain(JSON.stringify({ text: all }));
    expect(everything).toContain(JSON.stringify({ seed: all }));
    expect(everything).not.toContain('isFit(');
    const frames = ears.heard.filter((text) => text.startsWith('{"type":"@xstate.'));
    expect(frames.filter((text) => text.includes(loud)).length).toBeGreaterThan(4);
  });
});
