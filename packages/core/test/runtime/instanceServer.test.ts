import {
  AlreadyStartedError,
  InstanceServer,
  InvalidInputError,
  LocalRegistry,
  type Registry,
  systemClock,
} from 'holdfast';
import { describe, expect, it } from 'vitest';
import { errorOf, instance, startMs, startOnChannel, startServer } from './running.ts';

describe('a start', () => {
  it('is signalled once, with the name of the instance', () => {
    const { events } = startServer();
    expect(events).toEqual([
      {
        name: 'instance.started',
        measurements: { timestamp: startMs },
        metadata: {
          instanceModule: 'Test',
          instanceId: 'bot',
          channelType: 'telegram',
          timestamp: startMs,
          name: 'Bot',
        },
      },
    ]);
  });

  it('leads to `starting`, whatever status the record of the instance had', () => {
    const { server } = startServer({ instance: { ...instance, status: 'error' } });
    expect(server.status().status).toBe('starting');
    expect(server.instance.status).toBe('error');
  });

  it('is by the system clock, and for `holdfast`, unless told otherwise', async () => {
    const before = systemClock.now();
    const modules: unknown[] = [];
    await using server = InstanceServer.start({
      instance,
      observer: ({ metadata }) => modules.push(metadata['instanceModule']),
    });
    expect(server.status().startedAt).toBeGreaterThanOrEqual(before);
    expect(server.status().startedAt).toBeLessThanOrEqual(systemClock.now());
    expect(modules).toEqual(['holdfast']);
  });

  it('needs nobody who watches', () => {
    const { server } = startServer({ observer: undefined });
    server.notifyConnected();
    expect(server.status().status).toBe('connected');
  });
});

describe('the instance of a server', () => {
  it('is the record that it was started with, with its defaults, and with no credentials', () => {
    const { server } = startServer();
    expect(server.instance).toEqual({ ...instance, status: 'starting', settings: {}, credentials: {} });
  });

  it('never changes, however the status does', () => {
    const { server } = startServer();
    const before = structuredClone(server.instance);
    server.notifyConnected();
    expect(server.instance).toEqual(before);
  });

  it.each([
    ['no id', { id: undefined }, 'id'],
    ['an empty name', { name: '' }, 'name'],
    ['an unknown status', { status: 'sleeping' }, 'status'],
    ['settings that are no object', { settings: 'none' }, 'settings'],
  ])('is refused with %s, and nothing is started', async (_, change, path) => {
    const registry = new LocalRegistry<InstanceServer>();
    const broken = { ...instance, ...change } as typeof instance;
    const names: string[] = [];
    const start = () => InstanceServer.start({ instance: broken, registry, observer: ({ name }) => names.push(name) });
    const error = await errorOf(start);
    expect(error).toBeInstanceOf(InvalidInputError);
    expect(error).toMatchObject({ code: 'INVALID_INPUT', problems: [{ path }] });
    expect(registry.list()).toEqual([]);
    expect(names).toEqual([]);
  });
});

describe('a duplicate', () => {
  it('is refused with the running server, and signals no second start', async () => {
    const registry = new LocalRegistry<InstanceServer>();
    const { names, server } = startServer({ registry });
    const error = await errorOf(() => startServer({ registry }));
    expect(error).toBeInstanceOf(AlreadyStartedError);
    expect(error).toMatchObject({ code: 'ALREADY_STARTED', instanceId: 'bot' });
    expect(error instanceof AlreadyStartedError && error.running).toBe(server);
    expect(names()).toEqual(['instance.started']);
    expect(server.status().status).toBe('starting');
  });

  it('is none without a registry, nor in another one', () => {
    const started = [{}, {}, { registry: new LocalRegistry<InstanceServer>() }].map((options) => startServer(options));
    started.push(startServer({ registry: new LocalRegistry<InstanceServer>() }));
    expect(started.map(({ server }) => server.status().status)).toEqual(Array(4).fill('starting'));
  });

  it('is none once the first has stopped', async () => {
    const registry = new LocalRegistry<InstanceServer>();
    const first = startServer({ registry });
    await first.server.stop();
    const second = startServer({ registry });
    expect(registry.whereis('bot')).toBe(second.server);
  });

  it('is found in a registry of your own', async () => {
    const asked: string[] = [];
    const taken = startServer().server;
    const registry: Registry<InstanceServer> = {
      whereis: (id) => {
        asked.push(id);
        return taken;
      },
      register: () => false,
      unregister: () => undefined,
      list: () => [],
    };
    expect(await errorOf(() => startServer({ registry }))).toMatchObject({ running: taken });
    expect(asked).toEqual(['bot']);
  });
});

describe('in its registry', () => {
  it('an instance can be found before its start is signalled, and not after its end is', async () => {
    const registry = new LocalRegistry<InstanceServer>();
    const found: [string, boolean][] = [];
    const { server } = startServer({
      registry,
      observer: ({ name }) => found.push([name, registry.whereis('bot') !== undefined]),
    });
    await server.stop();
    expect(found[0]).toEqual(['instance.started', true]);
    expect(registry.whereis('bot')).toBeUndefined();
  });
});

describe('a child spec', () => {
  const options = { instance, registry: new LocalRegistry<InstanceServer>() };
  const spec = InstanceServer.childSpec(options);

  it('has the id of the instance, is permanent and of a worker, and starts nothing by itself', () => {
    expect(spec).toEqual({ id: 'bot', start: expect.any(Function), restart: 'permanent', type: 'worker' });
    expect(options.registry.list()).toEqual([]);
  });

  it('starts the instance each time', async () => {
    for (let i = 0; i < 2; i += 1) {
      const server = spec.start();
      expect(options.registry.whereis('bot')).toBe(server);
      await server.stop();
    }
  });
});

describe('the failure limit', () => {
  const failUntilError = (failureLimit: number | undefined) => {
    const { server } = startServer({ failureLimit });
    let failures = 0;
    while (server.status().status !== 'error') {
      server.notifyFailure('broken');
      failures += 1;
    }
    return failures;
  };

  it.each([
    [undefined, 10],
    [1, 1],
    [3, 3],
    [25, 25],
  ])('of %s puts the instance into error at failure %i', (failureLimit, failures) => {
    expect(failUntilError(failureLimit)).toBe(failures);
  });

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of %d is refused', async (failureLimit) => {
    const error = await errorOf(() => startServer({ failureLimit }));
    expect(error).toMatchObject({ problems: [{ path: 'failureLimit', expected: 'a whole number from 1' }] });
  });

  it('may be given to an instance on a channel too', async () => {
    const { server } = await startOnChannel({ instance: { failureLimit: 2 } });
    server.notifyFailure('one');
    expect(server.status()).toMatchObject({ status: 'connected', substate: 'degraded' });
    server.notifyFailure('two');
    expect(server.status().status).not.toBe('connected');
  });
});
