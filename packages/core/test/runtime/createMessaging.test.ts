import { scriptedChannel, VirtualClock } from '@holdfast/testing';
import {
  AlreadyStartedError,
  type ChannelAdapter,
  createMessaging,
  InvalidInputError,
  type MessagingOptions,
  type StartInstanceOptions,
  UnknownChannelError,
} from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, instance, startMs, startOnChannel, twoChannels } from './running.ts';

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('startInstance', () => {
  it('starts an instance on the channel of that kind', async () => {
    const { clock, messaging, one, two } = twoChannels();
    const server = await messaging.startInstance('two', { name: 'Bot', settings: { theme: 'dark' }, status: 'error' });
    await server.waitFor('connected');
    expect(server.instance).toMatchObject({
      name: 'Bot',
      channelType: 'two',
      status: 'error',
      settings: { theme: 'dark' },
      credentials: {},
    });
    expect([one.callCount('connect'), two.callCount('connect')]).toEqual([0, 1]);
    await clock.settle();
  });

  it('gives its channel the credentials and the config', async () => {
    const { channel } = await startOnChannel({ instance: { credentials: { token: 'secret' }, config: { mode: 'x' } } });
    expect(channel.connects[0]?.attempt).toMatchObject({
      instanceId: 'bot',
      credentials: { token: 'secret' },
      config: { mode: 'x' },
      cursor: null,
    });
  });

  it('does not wait until the instance is connected', async () => {
    const { clock, messaging } = twoChannels();
    const server = await messaging.startInstance('one', { name: 'Bot' });
    expect(server.status().status).toBe('starting');
    await clock.settle();
    expect(server.status().status).toBe('connected');
  });

  it('makes an id where none is given: a UUID that differs each time, even where randomness is a constant', async () => {
    const clock = new VirtualClock({ startMs });
    const messaging = createMessaging({ channels: [scriptedChannel({ clock })], clock, random: () => 0.5 });
    const ids = new Set<string>();
    for (let i = 0; i < 20; i += 1) ids.add((await messaging.startInstance('scripted', { name: 'Bot' })).instance.id);
    expect(ids.size).toBe(20);
    for (const id of ids) expect(id).toMatch(version7);
    expect(messaging.countInstances()).toBe(20);
  });

  it('refuses a kind of channel that it does not have, and names those that it has', async () => {
    const { messaging } = twoChannels();
    const error = await errorOf(() => messaging.startInstance('three' as 'two', { name: 'Bot' }));
    expect(error).toBeInstanceOf(UnknownChannelError);
    expect(error).toMatchObject({ code: 'UNKNOWN_CHANNEL', channelType: 'three' });
    expect(String(error)).toContain('"one", "two"');
  });

  it('refuses an id that runs already, with the running server', async () => {
    const { messaging, server } = await startOnChannel();
    const error = await errorOf(() => messaging.startInstance('scripted', { id: 'bot', name: 'Other' }));
    expect(error).toBeInstanceOf(AlreadyStartedError);
    expect(error instanceof AlreadyStartedError && error.running).toBe(server);
    expect(messaging.countInstances()).toBe(1);
  });

  it.each([
    ['no name', { name: undefined }, 'name'],
    ['an empty id', { id: '' }, 'id'],
    ['an unknown status', { status: 'x' }, 'status'],
    ['settings that are a list', { settings: [] }, 'settings'],
    ['a handler that is no function', { onMessage: 'x' }, 'onMessage'],
    ['a failure limit of 0', { failureLimit: 0 }, 'failureLimit'],
    ['a reconnect option out of bounds', { reconnect: { maxAttempts: 0 } }, 'reconnect.maxAttempts'],
    ['a misspelt reconnect option', { reconnect: { maxAtempts: 3 } }, 'reconnect'],
    ['a sender option of another type', { sender: { capacity: '1' } }, 'sender.capacity'],
    ['a poller option out of bounds', { poller: { waitMs: -5 } }, 'poller.waitMs'],
  ])('refuses %s, names it, and starts nothing', async (_, change, path) => {
    const { channel, messaging, names, forget } = await startOnChannel();
    forget();
    const options = { name: 'Other', ...change } as unknown as StartInstanceOptions<typeof channel>;
    const error = await errorOf(() => messaging.startInstance('scripted', options));
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ problems: [{ path }] });
    expect(messaging.countInstances()).toBe(1);
    expect(names()).toEqual([]);
  });

  it('refuses to be called without options', async () => {
    const { messaging } = await startOnChannel();
    const start = messaging.startInstance.bind(messaging) as (channelType: string) => Promise<unknown>;
    expect(await errorOf(() => start('scripted'))).toMatchObject({
      code: 'INVALID_INPUT',
      problems: [{ path: 'options' }],
    });
  });
});

describe('startServer', () => {
  it('starts an instance without a channel, of this messaging: its ids, its observer, its clock, its name', async () => {
    const { clock, events, messaging, forget } = await startOnChannel();
    forget();
    const server = messaging.startServer({ instance: { ...instance, id: 'driven' } });
    expect(messaging.whereis('driven')).toBe(server);
    expect(events).toMatchObject([
      { name: 'instance.started', metadata: { instanceModule: 'Test', timestamp: clock.now() } },
    ]);
    expect(await errorOf(() => messaging.startServer({ instance: { ...instance, id: 'bot' } }))).toMatchObject({
      code: 'ALREADY_STARTED',
    });
  });
});

describe('two messagings', () => {
  it('have namespaces of their own', async () => {
    const [first, second] = [await startOnChannel(), await startOnChannel()];
    expect(first.messaging.whereis('bot')).toBe(first.server);
    expect(second.messaging.whereis('bot')).toBe(second.server);
  });
});

describe('the options of a messaging', () => {
  it('may be left out: then it is called holdfast and has no channel', async () => {
    const messaging = createMessaging();
    expect(messaging.name).toBe('holdfast');
    const error = await errorOf(() => messaging.startInstance('telegram', { name: 'Bot' }));
    expect(String(error)).toContain('known: none');
  });

  it.each([undefined, null, 42, {}, { kind: 'x' }, { kind: 7, connect: () => undefined }])(
    'refuse %o as a channel, and name its place',
    async (value) => {
      const channels = [scriptedChannel({ clock: new VirtualClock() }), value as unknown as ChannelAdapter];
      const error = await errorOf(() => createMessaging({ channels }));
      expect(error).toMatchObject({
        code: 'INVALID_INPUT',
        problems: [{ path: 'channels.1', expected: 'a ChannelAdapter' }],
      });
    },
  );

  it('refuse a second channel of one kind', async () => {
    const clock = new VirtualClock();
    const error = await errorOf(() =>
      createMessaging({ channels: [scriptedChannel({ clock }), scriptedChannel({ clock })] }),
    );
    expect(error).toMatchObject({
      problems: [{ path: 'channels.1', expected: 'each kind of channel once', received: 'a second "scripted"' }],
    });
  });

  it.each([
    ['an observer that is no function', { observer: 'console' }, 'observer'],
    ['an inspector that is none', { inspect: {} }, 'inspect'],
    ['a default out of bounds', { defaults: { sender: { capacity: 0 } } }, 'sender.capacity'],
    ['a default that is unknown', { defaults: { poller: { waitSeconds: 1 } } }, 'poller'],
  ])('refuse %s before anything is started', async (_, options, path) => {
    const error = await errorOf(() => createMessaging(options as unknown as MessagingOptions));
    expect(error).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path }] });
  });
});
