import { outcome, scriptedChannel, VirtualClock } from '@holdfast/testing';
import {
  AlreadyStartedError,
  type ChildSpec,
  createMessaging,
  InstanceNotFoundError,
  InstanceServer,
  InstanceSupervisor,
  LocalRegistry,
  type TelemetryEvent,
} from 'holdfast';
import { describe, expect, it } from 'vitest';

/** What breaks a chart: an event whose data throws when it is read. */
function breakIt(server: InstanceServer | undefined): void {
  const broken = {
    type: 'notify.failure',
    get reason(): string {
      throw new Error('unreadable');
    },
  } as const;
  server?.actor.send(broken);
}

function supervise(ids: readonly string[], restart: ChildSpec<InstanceServer>['restart'] = 'permanent') {
  const clock = new VirtualClock();
  const events: TelemetryEvent[] = [];
  const registry = new LocalRegistry<InstanceServer>();
  const supervisor = new InstanceSupervisor({
    clock,
    intensity: { maxRestarts: 2, windowMs: 30_000 },
    slowRetryMs: 60_000,
  });
  const specs = ids.map((id) => ({
    ...InstanceServer.childSpec({
      instance: { id, name: id, channelType: 'scripted' },
      clock,
      registry,
      channel: { adapter: scriptedChannel({ clock }) },
      observer: (event) => events.push(event),
    }),
    restart,
  }));
  for (const spec of specs) supervisor.startChild(spec);
  const names = (id: string) =>
    events.filter(({ metadata }) => metadata['instanceId'] === id).map(({ name }) => name.replace('instance.', ''));
  return { clock, events, names, registry, specs, supervisor };
}

describe('one for one', () => {
  it('R5: what breaks is started again, alone, with the restarts that it has counted', async () => {
    const { clock, names, registry, supervisor } = supervise(['a', 'b']);
    await clock.settle();
    const b = registry.whereis('b');
    for (const restartCount of [1, 2]) {
      breakIt(registry.whereis('a'));
      await clock.settle();
      expect(registry.whereis('a')?.status()).toMatchObject({
        status: 'connected',
        restartCount,
        lastRestartClass: 'recoverable',
        lastRestartReason: 'crash',
      });
    }
    expect(names('a')).toEqual(expect.arrayContaining(['stopped', 'restarted', 'started']));
    expect(registry.whereis('b')).toBe(b);
    expect(names('b')).toEqual(['started', 'connected']);
    expect(supervisor.whichChildren().map(({ recentRestarts }) => recentRestarts)).toEqual([2, 0]);
  });

  it('a child past its intensity rests, and is tried again slowly; no other notices', async () => {
    const { clock, names, registry, supervisor } = supervise(['a', 'b']);
    for (let n = 0; n < 3; n += 1) {
      breakIt(registry.whereis('a'));
      await clock.settle();
    }
    expect(names('a').at(-1)).toBe('escalated');
    expect(supervisor.whichChildren()[0]?.server).toBeUndefined();
    await clock.advance(59_999);
    expect(registry.whereis('a')).toBeUndefined();
    await clock.advance(1);
    expect(registry.whereis('a')?.status()).toMatchObject({ status: 'connected', restartCount: 3 });
    expect(names('b')).toEqual(['started', 'connected']);
  });

  it('the window of the intensity slides', async () => {
    const { clock, registry } = supervise(['a']);
    for (let n = 0; n < 6; n += 1) {
      breakIt(registry.whereis('a'));
      await clock.advance(15_001);
      expect(registry.whereis('a')).toBeDefined();
    }
  });

  it('what cannot be started again is tried again slowly', async () => {
    const { clock, registry, supervisor } = supervise([]);
    let isBlocked = false;
    const spec = InstanceServer.childSpec({ instance: { id: 'a', name: 'A', channelType: 'x' }, clock, registry });
    const start: typeof spec.start = (history) => {
      if (isBlocked) throw new Error('no port left');
      return spec.start(history);
    };
    supervisor.startChild({ ...spec, start });
    isBlocked = true;
    breakIt(registry.whereis('a'));
    await clock.advance(1_000);
    expect(registry.whereis('a')).toBeUndefined();
    isBlocked = false;
    await clock.advance(60_000);
    expect(registry.whereis('a')?.isRunning).toBe(true);
  });
});

describe('an end that the chart could not signal', () => {
  it('is signalled all the same: actor.stop() is a kill', async () => {
    const { clock, events, registry } = supervise(['a'], 'temporary');
    await clock.settle();
    registry.whereis('a')?.actor.stop();
    await clock.settle();
    expect(events.at(-1)).toMatchObject({ name: 'instance.stopped', metadata: { reason: 'killed' } });
    expect(clock.pending()).toEqual([]);
  });
});

describe('restart types', () => {
  it.each([
    ['permanent', true, true],
    ['transient', true, false],
    ['temporary', false, false],
  ] as const)('%s: after a crash %s, after an end by itself %s', async (restart, afterCrash, afterEnd) => {
    const crashed = supervise(['a'], restart);
    breakIt(crashed.registry.whereis('a'));
    await crashed.clock.settle();
    expect(crashed.registry.whereis('a') !== undefined).toBe(afterCrash);
    const ended = supervise(['a'], restart);
    ended.registry.whereis('a')?.actor.send({ type: 'stop' });
    await ended.clock.settle();
    expect(ended.registry.whereis('a') !== undefined).toBe(afterEnd);
  });
});

describe('the end of a child', () => {
  it('stop of a supervised server is for good', async () => {
    const { clock, names, registry, supervisor } = supervise(['a']);
    await clock.settle();
    const stopped = registry.whereis('a')?.stop();
    await clock.settle();
    await stopped;
    expect(supervisor.whichChildren()).toEqual([]);
    expect(names('a')).toEqual(['started', 'connected', 'stopped']);
  });

  it('stop of a child that waits to be started again ends it: it does not revive', async () => {
    const { clock, registry, supervisor } = supervise(['a']);
    for (let n = 0; n < 3; n += 1) {
      breakIt(registry.whereis('a'));
      await clock.settle();
    }
    expect(await supervisor.terminateChild('a')).toMatchObject({ accepted: 0 });
    await clock.advance(3_600_000);
    expect(registry.whereis('a')).toBeUndefined();
    expect(clock.pending()).toEqual([]);
    await expect(supervisor.terminateChild('a')).rejects.toBeInstanceOf(InstanceNotFoundError);
  });

  it('an id is taken while its child waits', async () => {
    const { clock, registry, specs, supervisor } = supervise(['a']);
    for (let n = 0; n < 3; n += 1) {
      breakIt(registry.whereis('a'));
      await clock.settle();
    }
    expect(() => specs.map((spec) => supervisor.startChild(spec))).toThrow(AlreadyStartedError);
  });

  it('stop ends all, the last started first, and leaves nothing behind', async () => {
    const { clock, events, supervisor } = supervise(['a', 'b', 'c']);
    const stopped = supervisor.stop({ deadlineMs: 0 });
    await clock.settle();
    expect([...(await stopped).keys()]).toEqual(['c', 'b', 'a']);
    const order = events
      .filter(({ name }) => name === 'instance.stopped')
      .map(({ metadata }) => metadata['instanceId']);
    expect(order).toEqual(['c', 'b', 'a']);
    expect(clock.pending()).toEqual([]);
    expect(supervisor.whichChildren()).toEqual([]);
  });
});

describe('a messaging', () => {
  it('R5: starts a broken instance again under its id, with its channel', async () => {
    const clock = new VirtualClock();
    const channel = scriptedChannel({ clock });
    const messaging = createMessaging({ channels: [channel], clock });
    const broken = await messaging.startInstance('scripted', { id: 'a', name: 'A' });
    await clock.settle();
    breakIt(broken);
    await clock.settle();
    expect(broken.isRunning).toBe(false);
    expect(messaging.instanceStatus('a')).toMatchObject({ status: 'connected', restartCount: 1 });
    expect(channel.openLinks).toBe(1);
  });

  it.each([
    ['throws from connect', { connect: outcome.throwAtOnce(new Error('bang')) }],
    ['never settles', { connect: outcome.hang({ ignoreAbort: true }) }],
    [
      'answers garbage to everything',
      {
        connect: outcome.ok(),
        probe: outcome.garbage(7),
        poll: outcome.garbage(7),
        commit: outcome.garbage(7),
        send: outcome.garbage(7),
      },
    ],
    [
      'rejects everything',
      { connect: outcome.ok(), probe: outcome.fail(null), poll: outcome.fail(null), send: outcome.fail(null) },
    ],
  ])('R5: a channel that %s leaves the other instances untouched', async (_, fallback) => {
    const clock = new VirtualClock();
    const good = scriptedChannel({ clock, kind: 'good' });
    const bad = scriptedChannel({ clock, kind: 'bad', fallback });
    const messaging = createMessaging({ channels: [good, bad], clock });
    for (let n = 0; n < 9; n += 1) await messaging.startInstance('good', { name: `Good ${n}` });
    const worse = await messaging.startInstance('bad', { name: 'Bad' });
    await clock.settle();
    void worse.enqueue({ conversation: 'c', text: 'x' });
    await clock.advance(600_000);
    expect(good.callCount('connect')).toBe(9);
    expect(messaging.listInstanceHealth().filter(({ status }) => status === 'connected').length).toBeGreaterThanOrEqual(
      9,
    );
    const stopped = messaging.stop({ deadlineMs: 5_000 });
    await clock.advance(5_000);
    await stopped;
    expect(clock.pending()).toEqual([]);
  });
});
