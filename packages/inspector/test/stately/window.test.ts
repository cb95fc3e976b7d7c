import { createBrowserReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { describe, expect, it } from 'vitest';
import { createActor, createMachine } from 'xstate';
import { InspectorOptionError } from '../../src/index.ts';
import { statelyInspector } from '../../src/stately/index.ts';
import { createWindows } from './fakeWindows.ts';

const page = 'https://stately.ai';
const door = createMachine({
  id: 'door',
  initial: 'closed',
  states: { closed: { on: { push: 'open' } }, open: { on: { push: 'closed' } } },
});
const brief = (frame: StatelyInspectionEvent): string =>
  frame.type === '@xstate.event'
    ? `${frame.type} ${frame.event.type}`
    : `${frame.type} ${Reflect.get(frame.snapshot, 'value')}`;

describe('the bridge into a window', () => {
  it('opens Stately’s page, and tells the receiver of @statelyai/inspect what happens', async () => {
    const windows = createWindows(page);
    const stately = statelyInspector({ window: windows.window });
    const actor = createActor(door, { inspect: stately.inspect }).start();
    expect(windows.opened).toEqual(['https://stately.ai/inspect']);
    expect(stately.isConnected).toBe(false);
    const frames: StatelyInspectionEvent[] = [];
    createBrowserReceiver({ window: windows.page as never }).subscribe((frame) => frames.push(frame));
    expect(stately.isConnected).toBe(true);
    actor.send({ type: 'push' });
    await Promise.resolve();
    actor.stop();
    await Promise.resolve();
    expect(frames.map(brief)).toEqual(['@xstate.event push', '@xstate.snapshot open', '@xstate.snapshot open']);
  });

  it('tells who comes late what was before, the latest records one by one', () => {
    const windows = createWindows(page);
    const stately = statelyInspector({ window: windows.window, replay: 2 });
    const actor = createActor(door, { inspect: stately.inspect }).start();
    for (let index = 0; index < 5; index += 1) actor.send({ type: 'push' });
    const frames: StatelyInspectionEvent[] = [];
    windows.page.addEventListener('message', ({ data }) => frames.push(data as StatelyInspectionEvent));
    createBrowserReceiver({ window: windows.page as never });
    expect(frames.map(brief)).toEqual([
      '@xstate.actor open',
      '@xstate.event push',
      '@xstate.snapshot closed',
      '@xstate.event push',
      '@xstate.snapshot open',
    ]);
    expect(frames[0]).toMatchObject({
      name: 'door',
      sessionId: actor.sessionId,
      rootId: actor.sessionId,
      _version: '0.7.2',
    });
  });

  it('posts to the page’s origin and to no other, and says goodbye', () => {
    const windows = createWindows(page);
    const stately = statelyInspector({ window: windows.window });
    createActor(door, { inspect: stately.inspect }).start();
    createBrowserReceiver({ window: windows.page as never });
    stately.stop();
    expect(new Set(windows.page.posted.map(({ targetOrigin }) => targetOrigin))).toEqual(new Set([page]));
    expect(windows.page.posted.at(-1)?.message).toEqual({ type: '@statelyai.disconnected' });
    expect(windows.app.listeners.size).toBe(0);
    expect(stately.isConnected).toBe(false);
  });

  it('listens to nobody but the window that it opened, and only while that shows the page', () => {
    const windows = createWindows(page);
    const stately = statelyInspector({ window: windows.window });
    const hello = { type: '@statelyai.connected' };
    windows.app.hear({ data: hello, origin: page, source: {} });
    windows.app.hear({ data: hello, origin: 'https://evil.test', source: windows.target });
    windows.app.hear({ data: null, origin: page, source: windows.target });
    expect(stately.isConnected).toBe(false);
    windows.app.hear({ data: hello, origin: page, source: windows.target });
    expect(stately.isConnected).toBe(true);
  });

  it('begins anew when the page is loaded again', () => {
    const windows = createWindows(page);
    const stately = statelyInspector({ window: windows.window });
    createActor(door, { inspect: stately.inspect }).start();
    createBrowserReceiver({ window: windows.page as never });
    const { sent } = stately.counts;
    createBrowserReceiver({ window: windows.page as never });
    expect(sent).toBeGreaterThan(0);
    expect(stately.counts.sent).toBe(2 * sent);
  });

  it('may be a frame in the page', () => {
    const windows = createWindows(page);
    let src = '';
    const iframe = { contentWindow: windows.target, setAttribute: (_: 'src', value: string) => (src = value) };
    const stately = statelyInspector({ window: windows.window, iframe: iframe as never, url: `${page}/inspect?x=1` });
    createBrowserReceiver({ window: windows.page as never });
    expect([src, windows.opened, stately.isConnected]).toEqual([`${page}/inspect?x=1`, [], true]);
  });

  it('says what to do when the browser does not open the window', () => {
    const windows = createWindows(page);
    const stately = statelyInspector({ window: { ...windows.window, open: () => null } });
    expect(stately.problem).toMatch(/allow this page to open windows/);
  });
});

describe('addresses', () => {
  it.each([
    [{ url: 'nonsense' }, 'url: expected an address'],
    [{ url: 'ftp://host' }, 'url: expected one that begins with ws, wss, http or https, got ftp:'],
    [{ url: 'https://stately.ai/inspect' }, 'url: a page needs a browser’s window'],
    [{ replay: -1 }, 'replay: expected a whole number of at least 0, got -1.'],
  ])('%j are refused, and it is said why', (options, message) => {
    expect(() => statelyInspector(options)).toThrow(InspectorOptionError);
    expect(() => statelyInspector(options)).toThrow(message);
  });
});
