import { outcome } from '@holdfast/testing';
import type { InstanceServer, TelemetryEvent, Vitals, Watcher } from 'holdfast';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { errorOf, instance, startOnChannel, startServer } from './running.ts';

/** What nobody has caught; the process would end by it. */
const uncaught: unknown[] = [];
const record = (error: unknown): void => void uncaught.push(error);

beforeEach(() => {
  uncaught.length = 0;
  process.on('unhandledRejection', record);
  process.on('uncaughtException', record);
});

afterEach(() => {
  process.off('unhandledRejection', record);
  process.off('uncaughtException', record);
});

/** Node tells of unhandled rejections, and XState of errors in subscribers, only after a turn of the event loop. */
const turns = async (): Promise<void> => {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => void setImmediate(resolve));
};

describe('an observer that throws', () => {
  /** Throws at every event, and keeps what it got. */
  const throwing = (error: unknown = new TypeError('canary')) => {
    const seen: TelemetryEvent[] = [];
    const observer = (event: TelemetryEvent): void => {
      seen.push(event);
      throw error;
    };
    return { observer, seen };
  };

  it('is told once, by `observer.failed`, what it was told when it threw, and by what name', () => {
    const { observer, seen } = throwing();
    const { server } = startServer({ observer });
    server.notifyConnected();
    server.notifyDisconnected();
    expect(seen.filter(({ name }) => name === 'observer.failed')).toEqual([
      {
        name: 'observer.failed',
        measurements: {},
        metadata: {
          instanceModule: 'Test',
          instanceId: 'bot',
          channelType: 'telegram',
          during: 'instance.started',
          error: 'TypeError',
        },
      },
    ]);
    expect(JSON.stringify(seen)).not.toContain('canary');
  });

  it('goes on being told everything', () => {
    const { observer, seen } = throwing();
    const { server } = startServer({ observer });
    server.notifyConnecting();
    server.notifyConnected();
    const names = seen.map(({ name }) => name).filter((name) => name !== 'observer.failed');
    expect(names).toEqual(['instance.started', 'instance.connecting', 'instance.connected']);
  });

  it('disturbs nothing: the chart does what it does without it', async () => {
    const drive = async (server: InstanceServer) => {
      server.notifyConnecting();
      server.notifyFailure('x');
      server.notifyConnected({ version: '1' });
      server.notifyRestartMarker('fatal', 'y');
      const status = server.status();
      await server.stop();
      return status;
    };
    const disturbed = await drive(startServer({ observer: throwing().observer }).server);
    expect(disturbed).toEqual(await drive(startServer({ observer: undefined }).server));
    await turns();
    expect(uncaught).toEqual([]);
  });

  it('keeps no message from being sent or handled', async () => {
    const { observer } = throwing('no error at all');
    const handled: string[] = [];
    const { channel, clock, server } = await startOnChannel({
      messaging: { observer },
      instance: { onMessage: ({ id }) => handled.push(id) },
    });
    channel.deliver({ id: 'm1', conversation: '1', text: 'x' });
    await server.send({ conversation: '1', text: 'x' });
    await clock.settle();
    expect(handled).toEqual(['m1']);
    expect(channel.sends).toHaveLength(1);
  });

  it('because its promise rejects is told once too, and ends no process', async () => {
    const names: string[] = [];
    const { server } = startServer({
      observer: async ({ name }) => {
        names.push(name);
        throw new Error('canary');
      },
    });
    server.notifyConnected();
    await turns();
    expect(names.filter((name) => name === 'observer.failed')).toHaveLength(1);
    expect(uncaught).toEqual([]);
  });

  it('is told of by each instance for itself', () => {
    const { observer, seen } = throwing();
    for (const id of ['a', 'b']) startServer({ instance: { ...instance, id }, observer });
    const failed = seen.filter(({ name }) => name === 'observer.failed');
    expect(failed.map(({ metadata }) => metadata['instanceId'])).toEqual(['a', 'b']);
  });
});

describe('an observer', () => {
  it('may drive the instance: what it does comes after what it was told of', () => {
    const names: string[] = [];
    const servers: InstanceServer[] = [];
    servers.push(
      startServer({
        observer: ({ name }) => {
          names.push(name);
          if (name === 'instance.connecting') servers[0]?.notifyConnected();
        },
      }).server,
    );
    servers[0]?.notifyConnecting();
    expect(names).toEqual(['instance.started', 'instance.connecting', 'instance.connected']);
    expect(servers[0]?.status().status).toBe('connected');
  });

  it('is not disturbed by meta that throws when it is read', async () => {
    const { server, names } = startServer();
    const meta = Object.defineProperty({}, 'version', {
      enumerable: true,
      get: () => {
        throw new Error('getter');
      },
    });
    server.actor.send({ type: 'notify.connected', meta });
    expect(server.status().status).toBe('connected');
    expect(names()).not.toContain('instance.stopped');
  });
});

describe('an inspector', () => {
  it('gets the inspection events of the chart', () => {
    const types: string[] = [];
    const { server } = startServer({ inspect: ({ type }) => types.push(type) });
    server.notifyConnected();
    expect(new Set(types)).toEqual(
      new Set(['@xstate.actor', '@xstate.event', '@xstate.microstep', '@xstate.snapshot', '@xstate.action']),
    );
  });

  it('that throws disturbs nothing', async () => {
    const { names, server } = startServer({
      inspect: () => {
        throw new Error('canary');
      },
    });
    server.notifyConnected();
    expect(server.status().status).toBe('connected');
    await server.stop();
    await turns();
    expect(names()).toEqual(['instance.started', 'instance.connected', 'instance.stopped']);
    expect(uncaught).toEqual([]);
  });

  it('of a messaging gets those of all its instances', async () => {
    const ids = new Set<string>();
    const { messaging } = await startOnChannel({ messaging: { inspect: ({ rootId }) => ids.add(rootId) } });
    messaging.startServer({ instance: { ...instance, id: 'other' } });
    expect(ids.size).toBe(2);
    await messaging.stop();
  });
});

describe('a watcher', () => {
  it('is shown the chart of each instance once, before it starts, and let go of it when the instance has ended', async () => {
    const seen: string[] = [];
    const watcher: Watcher = {
      watch: (actor) => {
        seen.push(`watch ${actor.getSnapshot().context.instance.id}`);
        actor.system.inspect(({ type }) => seen.push(type));
        return { unsubscribe: () => seen.push('unsubscribe') };
      },
    };
    const { server } = startServer({ inspect: watcher });
    expect(seen.slice(0, 2)).toEqual([`watch ${server.instance.id}`, '@xstate.event']); // The event is the chart's first.
    await server.stop();
    await server.ended;
    expect(seen.at(-1)).toBe('unsubscribe');
    expect(seen.filter((what) => /watch|unsubscribe/.test(what))).toHaveLength(2);
  });

  it('leaves a chart that it does not look at without any inspector', () => {
    const { server } = startServer({ inspect: { watch: () => undefined } });
    expect(Reflect.get(server.actor, 'options').inspect).toBeUndefined();
  });

  it('may ask at any time how full the queue of an instance with a channel is, and how often it may be started again', async () => {
    const vitals: (() => Vitals | null)[] = [];
    const watch: Watcher['watch'] = (_, ask) => {
      vitals.push(ask);
      return undefined;
    };
    const { messaging, server } = await startOnChannel({
      messaging: { inspect: { watch } },
      instance: { sender: { capacity: 4 }, reconnect: { maxRestarts: 3, restartWindowMs: 7_000 } },
      channel: { script: { connect: [outcome.hang()] } },
    });
    const [ask] = vitals;
    const restarts = { maxRestarts: 3, restartWindowMs: 7_000 };
    expect(ask?.()).toEqual({ queueDepth: 0, queueCapacity: 4, pressure: 'normal', ...restarts });
    for (const text of ['a', 'b', 'c']) await server.enqueue({ conversation: '1', text });
    expect(ask?.()).toEqual({ queueDepth: 3, queueCapacity: 4, pressure: 'warn', ...restarts });
    messaging.startServer({ instance: { ...instance, id: 'driven' } });
    expect(vitals[1]?.()).toBeNull();
    await messaging.stop({ deadlineMs: 0 });
  });

  it('that throws, at the beginning or at the end, disturbs nothing', async () => {
    const fail = (): never => {
      throw new Error('canary');
    };
    for (const watch of [fail, () => ({ unsubscribe: fail })]) {
      const { names, server } = startServer({ inspect: { watch } });
      server.notifyConnected();
      await server.stop();
      await server.ended;
      expect(names()).toEqual(['instance.started', 'instance.connected', 'instance.stopped']);
    }
    await turns();
    expect(uncaught).toEqual([]);
  });

  it('of a messaging is shown all its instances', async () => {
    const watched: string[] = [];
    const watch: Watcher['watch'] = (actor) => {
      watched.push(actor.getSnapshot().context.instance.id);
      return undefined;
    };
    const { messaging } = await startOnChannel({ messaging: { inspect: { watch } } });
    messaging.startServer({ instance: { ...instance, id: 'other' } });
    expect(watched).toEqual([expect.any(String), 'other']);
    await messaging.stop();
  });
});

describe('who cannot watch', () => {
  it.each([
    ['observer', 'a function'],
    ['inspect', 'an inspector, as createInspector() makes one, or a function'],
  ])('is refused as %s of a server', async (option, expected) => {
    const error = await errorOf(() => startServer({ [option]: 'console.log' }));
    expect(error).toMatchObject({ problems: [{ path: option, expected, received: 'a string of 11 characters' }] });
  });
});
